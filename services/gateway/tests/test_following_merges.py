"""Of the gateway's tables a merge moves none: it says why of each that names relations."""

from gateway.subscriptions import subscriptions
from shared.testing.kit import ServiceKit
from shared.testing.merging import check_follower

EXPLAINED = {
    "panel": "copies that are shown quickly; both are asked for anew",
    "audit": "who did or read what of which id; what was read then is not what is merged now",
}


def test_every_table_says_why_a_merge_leaves_it(gateway_kit: ServiceKit) -> None:
    gateway_kit.clean()
    check_follower(gateway_kit, subscriptions, explained=EXPLAINED)
