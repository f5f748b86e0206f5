"""The service contacts under test."""

from collections.abc import Callable

import pytest

from contacts.__main__ import SERVICE
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
