"""The pages people look at: server-rendered, usable before any script has loaded."""

from flask import Blueprint

from gateway.web import (
    accounts,
    card,
    dashboard,
    edit,
    gdpr,
    login,
    m365,
    moments,
    preferences,
    registers,
    registration,
    relations,
    search,
    static_files,
    users,
)
from gateway.web.frame import install_frame
from gateway.web.problems import install_problems

FAMILIES = (
    login,
    dashboard,
    search,
    relations,
    registration,
    card,
    edit,
    moments,
    registers,
    accounts,
    gdpr,
    m365,
    users,
    preferences,
    static_files,
)


def build_pages() -> Blueprint:
    """Return all pages as one blueprint, within one frame."""
    pages = Blueprint("web", __name__, template_folder="templates")
    install_frame(pages)
    install_problems(pages)
    for family in FAMILIES:
        pages.register_blueprint(family.blueprint)
    return pages


blueprint = build_pages()

__all__ = ["blueprint"]
