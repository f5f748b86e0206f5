"""How the relation that a draft will be would be addressed."""

from collections.abc import Mapping
from typing import Any

from relations.drafts.domain import name_of
from relations.record.addressing import Addressing, address_somebody
from relations.record.domain import LANGUAGES


def addressing_of(fields: Mapping[str, Any]) -> Addressing:
    """Return how the relation would be addressed if it were registered now."""
    chosen, person = fields.get("address_form"), fields.get("person")
    form = str(chosen.get("form") or "") if isinstance(chosen, Mapping) else ""
    named = person if isinstance(person, Mapping) and fields.get("kind") == "natural_person" else {}
    last_name = " ".join(str(named[part]) for part in ("prefix", "last_name") if named.get(part))
    language = str(fields.get("language") or "")
    return address_somebody(
        form=form, language=language if language in LANGUAGES else "nl", name=name_of(fields), last_name=last_name
    )
