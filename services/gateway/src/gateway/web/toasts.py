"""What has just happened, said once, with the way back where there is one.

The page that follows a change is told by its address (``?done=…``), so it needs no memory and no script.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext

DONE = {
    "saved": lazy_gettext("Bewaard."),
    "created": lazy_gettext("Relatie aangemaakt."),
    "created-uncharged": lazy_gettext("Relatie aangemaakt; de registergegevens volgen nog. Vraag ze op de fiche op."),
    "draft-kept": lazy_gettext("Concept bewaard. U vindt het op het dashboard."),
    "added": lazy_gettext("Toegevoegd."),
    "moved": lazy_gettext("Het adres is overal aangepast."),
    "removed": lazy_gettext("Verwijderd."),
    "moment-written": lazy_gettext("Contactmoment bewaard."),
    "moment-done": lazy_gettext("Op afgewerkt gezet."),
    "moments-done": lazy_gettext("De gekozen contactmomenten zijn afgewerkt."),
    "moments-given": lazy_gettext("De gekozen contactmomenten zijn doorgegeven."),
    "moment-reopened": lazy_gettext("Weer geopend."),
    "moment-swapped": lazy_gettext("Van en Voor omgewisseld."),
    "moment-removed": lazy_gettext("Contactmoment verwijderd."),
    "looked-up": lazy_gettext("Company.info opgevraagd."),
    "sync-started": lazy_gettext("De synchronisatie is gestart."),
    "connected": lazy_gettext("Postbus verbonden."),
    "cancelled": lazy_gettext("Verzoek geannuleerd."),
    "user-created": lazy_gettext("Gebruiker aangemaakt."),
    "token-revoked": lazy_gettext("Token ingetrokken."),
    "password-set": lazy_gettext("Wachtwoord ingesteld."),
    "no-double": lazy_gettext("Genoteerd: dit is geen dubbel."),
    "reverted": lazy_gettext("De vorige waarde staat er weer."),
    "rules-saved": lazy_gettext("De leidraad is bewaard."),
    "signed-out": lazy_gettext("U bent afgemeld."),
}

UNDO: dict[str, Callable[[str], str]] = {
    "moment-done": lambda about: url_for("web.moments.reopen", moment_id=about),
    "moment-swapped": lambda about: url_for("web.moments.swap", moment_id=about),
    "no-double": lambda about: _perhaps_a_double(*about.split(".")),
}


def _perhaps_a_double(a: str, b: str) -> str:
    return url_for("web.duplicates.perhaps_a_double", a=a, b=b)


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
    return Toast(DONE[code], UNDO[code](about) if code in UNDO and names_what_was_done(about, code) else "")


def names_what_was_done(about: str, code: str) -> bool:
    """Tell whether a text names what the way back needs: an id, or a pair of them."""
    ids = about.split(".")
    return len(ids) == (2 if code == "no-double" else 1) and all(is_uuid(one) for one in ids)


def is_uuid(text: str) -> bool:
    """Tell whether a text is an id."""
    return len(text) == 36 and all(sign in "0123456789abcdef-" for sign in text)
