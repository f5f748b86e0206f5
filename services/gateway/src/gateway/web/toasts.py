"""What has just happened, said once, with the way back where there is one.

The page that follows a change is told by its address (``?done=…``), so it needs no memory and no script.
"""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext

DONE = {
    "saved": lazy_gettext("Bewaard."),
    "created": lazy_gettext("Relatie aangemaakt."),
    "added": lazy_gettext("Toegevoegd."),
    "removed": lazy_gettext("Verwijderd."),
    "moment-written": lazy_gettext("Contactmoment bewaard."),
    "moment-done": lazy_gettext("Op afgewerkt gezet."),
    "moment-reopened": lazy_gettext("Weer geopend."),
    "moment-swapped": lazy_gettext("Van en Voor omgewisseld."),
    "moment-removed": lazy_gettext("Contactmoment verwijderd."),
    "looked-up": lazy_gettext("Company.info opgevraagd."),
    "sync-started": lazy_gettext("De synchronisatie is gestart."),
    "connected": lazy_gettext("Postbus verbonden."),
    "cancelled": lazy_gettext("Verzoek geannuleerd."),
    "user-created": lazy_gettext("Gebruiker aangemaakt."),
    "password-set": lazy_gettext("Wachtwoord ingesteld."),
    "signed-out": lazy_gettext("U bent afgemeld."),
}

UNDO = {
    "moment-done": "web.moments.reopen",
    "moment-swapped": "web.moments.swap",
}


@dataclass(frozen=True)
class Toast:
    """One message, and the address that undoes what it tells."""

    text: Any
    undo: str = ""


def toast_of_this_page() -> Toast | None:
    """Return what the address says has just been done."""
    code = request.args.get("done", "")
    if code not in DONE:
        return None
    about = request.args.get("about", "")
    return Toast(DONE[code], url_for(UNDO[code], moment_id=about) if code in UNDO and is_uuid(about) else "")


def is_uuid(text: str) -> bool:
    """Tell whether a text is an id."""
    return len(text) == 36 and all(sign in "0123456789abcdef-" for sign in text)
