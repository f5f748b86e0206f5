"""A service that hangs or is down while its part of the card is asked: the rest is there, and the reason."""

from __future__ import annotations

from typing import Any

import pytest

from shared.testing.client import ApiClient
from shared.testing.examples import person, word
from shared.testing.stack import LocalStack, eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

PANELS = {"contact_moments": "contacts", "register": "enrichment", "gdpr": "gdpr", "m365": "m365_sync"}


def panels_of(anna: ApiClient, relation: dict[str, Any]) -> dict[str, Any]:
    """Return the panels of a relation's card, which must itself be there."""
    card = anna.get(f"/relations/{relation['id']}/card")
    assert card["relation"]["id"] == relation["id"]
    panels: dict[str, Any] = card["panels"]
    return panels


@pytest.mark.parametrize("panel", PANELS)
def test_a_service_that_hangs_makes_its_panel_late_and_the_panel_returns_by_itself(
    stack: LocalStack, anna: ApiClient, panel: str
) -> None:
    relation = anna.register(person(word()))
    with stack.frozen(f"{PANELS[panel]}-web"):
        panels = panels_of(anna, relation)

    assert panels.pop(panel) == {"missing": "late"}
    assert all("content" in other for other in panels.values()), panels
    eventually(lambda: "content" in panels_of(anna, relation)[panel], f"the panel {panel} returns")


@pytest.mark.parametrize("panel", PANELS)
def test_a_service_that_is_down_makes_its_panel_unavailable_and_the_panel_returns_by_itself(
    stack: LocalStack, anna: ApiClient, panel: str
) -> None:
    relation = anna.register(person(word()))
    with stack.kept_down(f"{PANELS[panel]}-web"):
        panels = panels_of(anna, relation)

    assert panels.pop(panel) == {"missing": "unavailable"}
    assert all("content" in other for other in panels.values()), panels
    eventually(lambda: "content" in panels_of(anna, relation)[panel], f"the panel {panel} returns")


def test_a_card_whose_panels_are_held_needs_no_other_service(stack: LocalStack, anna: ApiClient) -> None:
    relation = anna.register(person(word()))
    warm = panels_of(anna, relation)
    assert all("content" in panel for panel in warm.values()), warm
    with stack.kept_down("relations-web", "contacts-web"):
        assert panels_of(anna, relation) == warm


def test_without_the_service_relations_the_card_of_a_new_relation_is_a_clear_503(
    stack: LocalStack, anna: ApiClient
) -> None:
    relation = anna.register(person(word()))
    with stack.kept_down("relations-web"):
        answer = anna.call("GET", f"/relations/{relation['id']}/card")
        assert answer.status_code == 503
        assert answer.json()["type"] == "unavailable"
    again = anna.persist("GET", f"/relations/{relation['id']}/card")
    assert again.status_code == 200
