"""The service contacts under test, with a stand-in of the service relations that says who sees what."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from contacts.__main__ import SERVICE
from shared.testing.confidants import Confidants, served
from shared.testing.kit import ServiceKit


@pytest.fixture(scope="session")
def contacts_kit(kit_of: Callable[..., ServiceKit]) -> ServiceKit:
    """Build the service once."""
    return kit_of(SERVICE, relations_url="http://127.0.0.1:9")


@pytest.fixture
def contacts(contacts_kit: ServiceKit) -> ServiceKit:
    """Give each test the service with an empty database."""
    contacts_kit.clean()
    return contacts_kit


@pytest.fixture(scope="session")
def served_owner() -> Iterator[tuple[Confidants, str]]:
    """Serve the owner of relations once."""
    owner, app = Confidants(), Flask("relations-owner")
    app.register_blueprint(owner.blueprint())
    with served(app) as url:
        yield owner, url


@pytest.fixture
def owner(served_owner: tuple[Confidants, str]) -> Confidants:
    """Give each test an owner of relations of which none is confidential."""
    owner, _ = served_owner
    owner.named, owner.down, owner.asked = {}, False, 0
    return owner


@pytest.fixture(scope="session")
def whole_kit(kit_of: Callable[..., ServiceKit], served_owner: tuple[Confidants, str]) -> ServiceKit:
    """Build the service once more, beside an owner of relations that answers."""
    return kit_of(SERVICE, relations_url=served_owner[1])


@pytest.fixture
def house(whole_kit: ServiceKit, owner: Confidants) -> ServiceKit:
    """Give each test the service, with an empty database, beside an owner of relations that answers."""
    whole_kit.clean()
    return whole_kit
