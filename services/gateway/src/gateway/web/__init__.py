"""The pages people look at: server-rendered, usable before any script has loaded."""

from flask import Blueprint

from gateway.card.composition import Merged
from gateway.web import (
    accounts,
    audit,
    card,
    changes,
    dashboard,
    duplicates,
    edit,
    gdpr,
    gdpr_many,
    history,
    hygiene,
    imports,
    links,
    login,
    m365,
    merging,
    moments,
    moments_at_once,
    national_numbers,
    notifications,
    office,
    photos,
    preferences,
    registers,
    registration,
    relations,
    search,
    shared_addresses,
    static_files,
    tokens,
    users,
    vcards,
    wizard,
)
from gateway.web.frame import install_frame
from gateway.web.problems import install_problems

FAMILIES = (
    login,
    dashboard,
    search,
    shared_addresses,
    relations,
    vcards,
    registration,
    wizard,
    card,
    edit,
    changes,
    duplicates,
    merging,
    imports,
    links,
    hygiene,
    history,
    moments,
    moments_at_once,
    national_numbers,
    notifications,
    office,
    photos,
    registers,
    accounts,
    gdpr,
    gdpr_many,
    m365,
    users,
    audit,
    preferences,
    tokens,
    static_files,
)


def build_pages() -> Blueprint:
    """Return all pages as one blueprint, within one frame."""
    pages = Blueprint("web", __name__, template_folder="templates")
    install_frame(pages)
    install_problems(pages)
    pages.register_error_handler(Merged, merging.to_the_survivor)
    for family in FAMILIES:
        pages.register_blueprint(family.blueprint)
    return pages


blueprint = build_pages()

__all__ = ["blueprint"]
