"""Processes killed in the middle of the work: nothing is lost, nothing is done or paid twice."""

import pytest

from shared.testing.client import ApiClient
from shared.testing.examples import FIRST_MADE_UP_COMPANY, company
from shared.testing.proofs import assert_bus_comes_to_rest, assert_registered_and_enriched_once
from shared.testing.registering import registering
from shared.testing.stack import LocalStack, eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

IN_HAND = 4
"""Look-ups that one enrichment worker has under way at most: each kill can lose the answers of so many."""


def test_killing_gateway_relay_and_enrichment_among_500_registrations_loses_and_doubles_nothing(
    served_stack: LocalStack,
) -> None:
    numbers = range(FIRST_MADE_UP_COMPANY, FIRST_MADE_UP_COMPANY + 500)
    with registering(served_stack.url, [company(number) for number in numbers]) as registrations:
        registrations.reach(60)
        served_stack.kill("enrichment-worker")
        registrations.reach(120)
        served_stack.kill("gateway-web")
        registrations.reach(200)
        served_stack.kill("relations-worker")
        registrations.reach(280)
        served_stack.kill("enrichment-worker")
        served_stack.kill("relations-web")
        registrations.reach(360)
        served_stack.kill("relations-worker")
        served_stack.kill("gateway-worker")

    assert len(set(registrations.ids.values())) == 500
    assert_registered_and_enriched_once(served_stack, numbers, answers_in_hand=2 * IN_HAND)
    assert_bus_comes_to_rest(served_stack)


def test_the_embedded_system_killed_whole_among_registrations_goes_on_where_it_was(
    killable_stack: LocalStack,
) -> None:
    numbers = range(FIRST_MADE_UP_COMPANY + 10_000, FIRST_MADE_UP_COMPANY + 10_150)
    with registering(killable_stack.url, [company(number) for number in numbers], clients=4) as registrations:
        for answered in (50, 100):
            registrations.reach(answered)
            killable_stack.kill_everything()
            assert killable_stack.family() == []
            killable_stack.start()

    assert_registered_and_enriched_once(killable_stack, numbers, answers_in_hand=2 * IN_HAND)
    assert_bus_comes_to_rest(killable_stack)


def test_services_end_by_themselves_when_only_their_supervisor_is_killed(killable_stack: LocalStack) -> None:
    killable_stack.kill_supervisor()

    eventually(
        lambda: all("postgres" in one for one in killable_stack.running()),
        "everything but the database ends after its supervisor",
        seconds=40,
    )
    killable_stack.start()
    assert ApiClient(killable_stack.url).get("/me")["username"] == "anna"
