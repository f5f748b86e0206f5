"""Two people at one form: what somebody else saved meanwhile beside what was typed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from gateway.web.forms import Control, Form, at, drawn


def differences(form: Form, now: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the fields that somebody else changed since the form was opened: what stands there now, what was typed."""
    return changed_since(
        form, {control.field.path: drawn(control.field, at(now, control.field.path)) for control in form}
    )


def changed_since(form: Form, now: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the same, from what stands in each field now."""
    found = []
    for control in form:
        stands = now.get(control.field.path, drawn(control.field, None))
        before = form.was.get(control.field.path, stands)
        if stands not in (before, control.value):
            there = Control(control.field, stands)
            found.append({"label": str(control.field.label), "now": in_words(there), "typed": in_words(control)})
    return found


def in_words(control: Control) -> str:
    """Return what stands in a control as one text."""
    value = control.value
    if isinstance(value, bool):
        return str(_("ja") if value else _("nee"))
    return ", ".join(value) if isinstance(value, list) else control.shown.replace("\n", ", ")
