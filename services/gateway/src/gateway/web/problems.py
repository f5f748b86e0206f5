"""Problems as pages in the same frame, in words that say what to do."""

from dataclasses import dataclass

import structlog
from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from gateway.users.sessions import signed_in_user
from gateway.web.frame import around_the_page, to_sign_in
from gateway.web.keeping import what_was_typed
from shared.context import acting
from shared.errors import Confidential, Forbidden, LicenceRequired, NotSignedIn, Problem, Unavailable, Unknown
from shared.problems import problem_of_http, problem_response

log = structlog.get_logger("web")

NO_PAGES = ("/api/", "/health/", "/metrics")


@dataclass(frozen=True)
class Shown:
    """What the page of a problem says."""

    title: str
    text: str
    request_id: str
    detail: str = ""
    retry: str = ""


def install_problems(blueprint: Blueprint) -> None:
    """Answer the problems of pages as pages."""
    blueprint.register_error_handler(Problem, of_problem)
    blueprint.register_error_handler(HTTPException, of_http)
    blueprint.register_error_handler(Exception, of_fault)
    for code in (404, 405):
        blueprint.app_errorhandler(code)(of_nothing_there)


def of_problem(problem: Problem) -> AnyResponse:
    """Show a problem."""
    if _is_a_stranger(problem):
        return to_sign_in()
    title, text = words_of(problem)
    if problem.status >= 502 and request.method == "POST" and request.form:
        page = render_template("away.html", title=title, text=text, **what_was_typed(), **around_the_page())
        return make_response(page, problem.status)
    retry = request.full_path.removesuffix("?") if request.method == "GET" and problem.status >= 429 else ""
    detail = problem.detail if problem.status in (409, 422) else ""
    shown = Shown(title, text, acting().request_id, detail=detail, retry=retry)
    return make_response(render_template("problem.html", problem=shown, **around_the_page()), problem.status)


def of_http(error: HTTPException) -> AnyResponse:
    """Show an error of HTTP itself."""
    problem = Unknown() if error.code in (404, 405) else Problem()
    problem.status = error.code or 500
    return of_problem(problem)


def of_fault(error: Exception) -> AnyResponse:
    """Show that something went wrong on our side."""
    log.error("unexpected error", exc_info=error)
    return of_problem(Problem())


def of_nothing_there(error: HTTPException) -> AnyResponse:
    """Show that an address leads nowhere: to people as a page, to programs as problem+json."""
    if request.path.startswith(NO_PAGES) or not request.accept_mimetypes.accept_html:
        return problem_response(problem_of_http(error))
    return of_problem(Unknown())


def _is_a_stranger(problem: Problem) -> bool:
    """Tell whether somebody whose session ended asks; then their form is too old as well."""
    asked_to_sign_in = request.endpoint and request.endpoint.startswith("web.login.")
    forbidden = isinstance(problem, Forbidden) and signed_in_user() is None
    return not asked_to_sign_in and (isinstance(problem, NotSignedIn) or forbidden)


def words_of(problem: Problem) -> tuple[str, str]:
    """Return the title and the sentence of a problem."""
    if isinstance(problem, LicenceRequired):
        return _("Licentie staat uit"), _("Uw kantoor heeft deze licentie niet aan staan. Vraag het aan de beheerder.")
    if isinstance(problem, Confidential):
        return _("Vertrouwelijk"), _(
            "Deze relatie is vertrouwelijk. Alleen de gebruikers die erop staan zien meer dan de naam; vraag het aan "
            "een van hen of aan de beheerder."
        )
    if isinstance(problem, Forbidden):
        return _("Geen toegang"), _("U hebt geen recht voor deze pagina. Vraag het aan de beheerder.")
    if isinstance(problem, Unknown):
        return _("Niet gevonden"), _("Deze pagina of relatie bestaat niet (meer). Zoek ze bovenaan opnieuw.")
    if isinstance(problem, Unavailable):
        return _("Even niet bereikbaar"), _("Een deel van het systeem antwoordt niet. Probeer het zo dadelijk opnieuw.")
    if problem.status == 429:
        return _("Even wachten"), _("Te veel pogingen in korte tijd. Wacht een ogenblik.")
    if problem.status in (409, 412, 422):
        return _("Dit kan nu niet"), _("Ga terug, kijk na wat u invulde en probeer opnieuw.")
    return _("Er ging iets mis"), _("Dit ligt aan ons. Meldt u het, geef dan het kenmerk hieronder mee.")
