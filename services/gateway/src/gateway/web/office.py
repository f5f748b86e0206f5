"""What the office defines itself: its groups, its own fields (varia), and the kinds of link."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.web.asking import fetch, send
from gateway.web.forms import Document, Field, Form, Section
from gateway.web.known import office_groups
from gateway.web.record_questions import label_in_language
from gateway.web.wording import choices_of, word
from shared.auth import requires
from shared.errors import Conflict, Invalid, Unknown

blueprint = Blueprint("office", __name__)

LEVELS = {"relation": _l("Relatie"), "address": _l("Contactadres")}
TYPES = {
    "check": _l("Vinkje"),
    "text": _l("Tekst"),
    "number": _l("Getal"),
    "date": _l("Datum"),
    "list": _l("Keuze uit een lijst"),
    "multi_list": _l("Meer keuzes uit een lijst"),
}
LABELS = (
    Field(path="labels.nl", label=_l("Naam in het Nederlands"), required=True),
    Field(path="labels.fr", label=_l("Naam in het Frans"), required=True),
    Field(path="labels.en", label=_l("Naam in het Engels"), required=True),
)
CODE = Field(path="code", label=_l("Code"), required=True, hint=_l("Kleine letters, cijfers, punt en streepje."))
NEW_GROUP = (Section("", (CODE, *LABELS)),)
NEW_LINK = (
    Section("", (CODE,)),
    Section(_l("Zoals de ene het zegt, bv. “is bestuurder van”"), LABELS),
    Section(
        _l("Zoals de andere het zegt, bv. “heeft als bestuurder”"),
        (
            Field(path="labels_reverse.nl", label=_l("Naam in het Nederlands"), required=True),
            Field(path="labels_reverse.fr", label=_l("Naam in het Frans"), required=True),
            Field(path="labels_reverse.en", label=_l("Naam in het Engels"), required=True),
        ),
    ),
)
CHANGEABLE = (
    *LABELS,
    Field(
        path="options",
        label=_l("Keuzes"),
        widget="lines",
        wide=True,
        empty=(),
        hint=_l("Eén per regel; alleen voor een lijst."),
    ),
    Field(
        path="groups",
        label=_l("Alleen voor deze groepen"),
        widget="checks",
        choices=lambda: list(office_groups().items()),
        wide=True,
    ),
    Field(
        path="searchable",
        label=_l("Doorzoekbaar"),
        widget="check",
        wide=True,
        hint=_l("Wat er al ingevuld is, wordt vanzelf binnen enkele minuten gevonden."),
    ),
    Field(
        path="personal",
        label=_l("Bevat persoonsgegevens (komt in het GDPR-rapport en wordt gewist)"),
        widget="check",
        default=True,
        wide=True,
    ),
)
RETIRED = Field(path="retired", label=_l("Buiten gebruik: niet meer in te vullen"), widget="check", wide=True)
NEW_FIELD = (
    Section(
        "",
        (
            Field(path="key", label=_l("Sleutel"), required=True, hint=_l("Kleine letters, cijfers en streepje.")),
            Field(path="level", label=_l("Staat op"), widget="select", choices=lambda: choices_of(LEVELS)),
            Field(path="type", label=_l("Soort veld"), widget="select", choices=lambda: choices_of(TYPES)),
            *CHANGEABLE,
        ),
    ),
)
FIELD = (Section("", (*CHANGEABLE, RETIRED)),)
ADDED = {"group": ("/groups", NEW_GROUP), "field": ("/varia-definitions", NEW_FIELD), "link": ("/link-types", NEW_LINK)}


@blueprint.get("/office")
@requires("key_user")
def show() -> str:
    """Show the groups, the fields of the office's own and the kinds of link."""
    groups = fetch("relations", "/groups")["items"]
    return render_template(
        "office/show.html",
        groups=[{"code": each["code"], "label": label_in_language(each)} for each in groups],
        fields=[_field_row(each) for each in fetch("relations", "/varia-definitions")["items"]],
        links=[
            {
                "code": each["code"],
                "label": label_in_language(each),
                "reverse": label_in_language(each, labels="labels_reverse"),
            }
            for each in fetch("relations", "/link-types")["items"]
        ],
    )


@blueprint.get("/office/<any(group,field,link):what>/new")
@requires("key_user")
def new(what: str) -> str:
    """Show the form for another group, field or kind of link."""
    return _form(what, Form.blank(ADDED[what][1]))


@blueprint.post("/office/<any(group,field,link):what>/new")
@requires("key_user")
def add(what: str) -> Response:
    """Add a group, a field or a kind of link."""
    path, sections = ADDED[what]
    form = Form.posted(sections, request.form)
    try:
        send("relations", "POST", path, form.document())
    except Invalid as invalid:
        return make_response(_form(what, form.refuse(invalid.errors)), 422)
    except Conflict:
        form["key" if what == "field" else "code"].errors.append(str(_("Dit bestaat al: kies een andere.")))
        return make_response(_form(what, form), 422)
    return redirect(url_for("web.office.show", done="added"), 303)


@blueprint.get("/office/field/<any(relation,address):level>/<key>")
@requires("key_user")
def field(level: str, key: str) -> str:
    """Show the form of a field of the office's own."""
    return _form("field", Form.of(FIELD, _definition(level, key)), name=label_in_language(_definition(level, key)))


@blueprint.post("/office/field/<any(relation,address):level>/<key>")
@requires("key_user")
def save_field(level: str, key: str) -> Response:
    """Save a field of the office's own; what relations hold in it stays."""
    form = Form.posted(FIELD, request.form)
    try:
        send("relations", "PATCH", f"/varia-definitions/{level}/{key}", form.changes())
    except Invalid as invalid:
        return make_response(_form("field", form.refuse(invalid.errors), name=key), 422)
    return redirect(url_for("web.office.show", done="saved"), 303)


def _definition(level: str, key: str) -> Document:
    items: list[Document] = fetch("relations", "/varia-definitions", level=level)["items"]
    found = next((each for each in items if each["key"] == key and each["level"] == level), None)
    if found is None:
        raise Unknown
    return found


def _field_row(definition: Document) -> dict[str, Any]:
    groups = office_groups()
    return {
        "key": definition["key"],
        "label": label_in_language(definition),
        "level": word(LEVELS, definition["level"]),
        "type": word(TYPES, definition["type"]),
        "groups": ", ".join(word(groups, code) for code in definition.get("groups") or []),
        "retired": definition.get("retired", False),
        "url": url_for("web.office.field", level=definition["level"], key=definition["key"]),
    }


def _form(what: str, form: Form, *, name: str = "") -> str:
    titles = {"group": _("Nieuwe groep"), "field": _("Nieuw veld"), "link": _("Nieuw soort verband")}
    return render_template(
        "office/form.html",
        form=form,
        title=name or titles[what],
        action=request.path,
        cancel=url_for("web.office.show"),
    )
