"""The web composition root."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway.api.forwarding import blueprint as public_routes
from gateway.api.openapi import ApiDocument
from gateway.api.openapi import blueprint as documents
from gateway.audit.api import blueprint as audit
from gateway.audit.buffer import ReadLog
from gateway.backends import connect_backends, user_token
from gateway.card.api import blueprint as card
from gateway.card.composition import Cards
from gateway.front_door import install_front_door
from gateway.notifications.api import blueprint as notifications
from gateway.readiness import reasons_of_services
from gateway.settings import GatewaySettings
from gateway.tables import Tables
from gateway.users.api import blueprint as users
from gateway.users.api import directory
from gateway.users.passwords import Passwords
from gateway.users.sessions import install_sessions
from shared.app import ProblemApi, create_bare_app
from shared.auth import KeyRing, TokenIssuer, TokenVerifier
from shared.db import Database
from shared.participation import privacy_blueprint
from shared.sight import look_as_the_caller

TRUSTS = {"gdpr": frozenset({"privacy"}), "m365_sync": frozenset({"read"})}


def create_app(settings: GatewaySettings) -> Flask:
    """Build the application."""
    from gateway.web import blueprint as pages

    keys = KeyRing(settings.keys_dir, "gateway")
    tokens = TokenIssuer(keys)
    backends = connect_backends(settings, tokens)
    app = create_bare_app("gateway", Database(settings.database_url), also_ready=lambda: reasons_of_services(backends))
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies
        )
    read_log = ReadLog(lambda: app.extensions["database"])
    app.extensions.update(
        settings=settings,
        tokens=tokens,
        passwords=Passwords(),
        backends=backends,
        read_log=read_log,
        cards=Cards(lambda: app.extensions["database"], backends, read_log),
    )
    look_as_the_caller(app, backends.relations, token=user_token)
    install_front_door(app, TokenVerifier(keys, TRUSTS))
    install_sessions(app)
    api = ProblemApi(app, spec_kwargs={"title": "gateway", "version": "1", "openapi_version": "3.1.0"})
    for blueprint in (users, directory, audit, notifications, privacy_blueprint(Tables.metadata)):
        api.register_blueprint(blueprint)
    for pages_or_routes in (public_routes, card, documents, pages):
        app.register_blueprint(pages_or_routes)
    app.extensions["api_document"] = ApiDocument(backends)
    return app


def stop(app: Flask) -> None:
    """Finish what a worker process has in hand: fetches on their way, reads not yet logged."""
    app.extensions["cards"].close()
    app.extensions["read_log"].close()
