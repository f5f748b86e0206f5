"""House rules: which checks there are, what a rule says, and how much a breach weighs."""

from dataclasses import dataclass, field
from typing import Any

SEVERITIES = {"high": 40, "medium": 20, "low": 10}
"""What a breach takes off the score of a relation, which begins at 100."""

CHECKS = (
    "required", "case", "name_order", "draft_age", "mailing_flag", "invalid_number", "invalid_postcode",
    "invalid_communication", "register_age", "dissolved_open_matter", "duplicate",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One house rule; without groups or kinds it holds for everybody."""

    code: str
    check: str
    severity: str
    parameters: dict[str, Any] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    active: bool = True


DEFAULTS = (
    Rule("client_reachable", "required", "high", {"any_of": ["addresses", "email", "phone"]}, ("client",)),
    Rule("client_address", "required", "medium", {"any_of": ["addresses"]}, ("client",)),
    Rule(
        "entity_number", "required", "medium",
        {"any_of": ["identifiers.kbo", "identifiers.kvk"], "kinds": ["legal_entity"]},
        ("client", "counterparty", "supplier"),
    ),
    Rule("first_name", "required", "low", {"any_of": ["person.first_names", "person.initials", "person.call_name"],
                                           "kinds": ["natural_person"]}),
    Rule("group", "required", "medium", {"any_of": ["groups"]}),
    Rule("language", "required", "low", {"any_of": ["language"]}),
    Rule("name_case", "case", "low", {"longest_abbreviation": 6}),
    Rule("name_order", "name_order", "low"),
    Rule("old_draft", "draft_age", "medium", {"days": 7}),
    Rule("no_mailing_address", "mailing_flag", "low", groups=("client",)),
    Rule("wrong_number", "invalid_number", "high"),
    Rule("wrong_postcode", "invalid_postcode", "medium"),
    Rule("wrong_communication", "invalid_communication", "medium"),
    Rule("old_register_data", "register_age", "low", {"months": 12}),
    Rule("dissolved_with_open_matter", "dissolved_open_matter", "high"),
    Rule("possible_duplicate", "duplicate", "medium", {"score": 75}),
)  # fmt: skip
"""What an office starts with; it changes them as it likes."""


def score_of(severities: list[str]) -> int:
    """Return the score of a relation that breaks rules of these severities: 100 is clean, 0 is the least."""
    return max(0, 100 - sum(SEVERITIES[severity] for severity in severities))
