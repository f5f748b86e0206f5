"""The service relations under test."""

from collections.abc import Callable

import pytest

from relations.__main__ import SERVICE
from relations.seed import seed
from shared.testing.kit import ServiceKit


@pytest.fixture(scope="session")
def relations_kit(kit_of: Callable[..., ServiceKit]) -> ServiceKit:
    """Build the service once."""
    return kit_of(SERVICE, data_key="a-key-for-tests-of-32-characters-or-more")


@pytest.fixture
def relations(relations_kit: ServiceKit) -> ServiceKit:
    """Give each test the service with nothing but the groups."""
    relations_kit.clean()
    seed(relations_kit.settings, relations_kit.database)
    return relations_kit
