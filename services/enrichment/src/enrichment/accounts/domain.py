"""What an account with a register is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

NUMBER_OF_PROVIDER = {"companyinfo": "kvk"}
"""The registers that can be asked, each with the kind of number under which it knows companies."""

PROVIDER_OF_NUMBER = {number: provider for provider, number in NUMBER_OF_PROVIDER.items()}

SHAPE_OF_NUMBER = {"kvk": re.compile(r"[0-9]{8}")}


@dataclass(frozen=True, kw_only=True)
class SaveAccount:
    """Save the office's account with a register; without a password the present one stays."""

    username: str
    password: str | None
    base_urls: list[str]
    price_cents: int
    search_price_cents: int
    monthly_cap: int | None
    auto_enrich: bool
    licensed: bool


def is_number_of(provider: str, number: str) -> bool:
    """Tell whether a register could know a company under this number."""
    return SHAPE_OF_NUMBER[NUMBER_OF_PROVIDER[provider]].fullmatch(number) is not None


def allowed_urls(chosen: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
    """Return the chosen addresses as far as they are allowed; all allowed ones when none is left."""
    return tuple(url for url in chosen if url in allowed) or tuple(allowed)
