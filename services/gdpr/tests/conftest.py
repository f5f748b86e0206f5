"""The service gdpr under test, with the other services played by a real HTTP server."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from gdpr.__main__ import SERVICE
from gdpr.jobs import gatherer_of, sender_of
from gdpr.testing.house import OTHERS, Clock, House, Neighbours
from shared.auth import KeyRing, TokenIssuer
from shared.testing.kit import ServiceKit


@pytest.fixture(scope="session")
def street() -> Iterator[tuple[str, Callable[[Neighbours], None]]]:
    """Serve whichever neighbours the running test has set up, at one address."""
    current: list[Flask] = [Neighbours().app()]
    server = make_server("127.0.0.1", 0, lambda environ, start: current[0](environ, start), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def move_in(neighbours: Neighbours) -> None:
        current[0] = neighbours.app()

    yield f"http://127.0.0.1:{server.server_port}", move_in
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def gdpr_kit(kit_of: Callable[..., ServiceKit], street: tuple[str, Callable[[Neighbours], None]]) -> ServiceKit:
    """Build the service once."""
    urls = {f"{name}_url": f"{street[0]}/{name}" for name in OTHERS}
    return kit_of(SERVICE, data_key="a key that is good for tests only", **urls)


@pytest.fixture
def house(gdpr_kit: ServiceKit, street: tuple[str, Callable[[Neighbours], None]]) -> House:
    """Give each test the service with an empty database, neighbours of its own and a clock it can move."""
    gdpr_kit.clean()
    neighbours, clock = Neighbours(), Clock()
    street[1](neighbours)
    settings: Any = gdpr_kit.settings
    tokens = TokenIssuer(KeyRing(gdpr_kit.keys_dir, "gdpr"))
    sender = sender_of(settings, gdpr_kit.database, tokens, clock=clock)
    gatherer = gatherer_of(settings, gdpr_kit.database, tokens, clock=clock)
    return House(gdpr_kit, neighbours, clock, sender, gatherer)
