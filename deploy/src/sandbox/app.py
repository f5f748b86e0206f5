"""The composition root of the sandbox."""

from __future__ import annotations

from flask import Flask

from sandbox import companyinfo, control, microsoft
from sandbox.behaviour import Behaviours
from sandbox.clock import Clock
from sandbox.counters import Counters
from sandbox.settings import Settings
from sandbox.store import Store


def create_app(settings: Settings) -> Flask:
    """Make the sandbox: the company register, Microsoft, and the controls that make them misbehave."""
    app = Flask(__name__)
    store = Store(settings.store_file)
    clock, counters, behaviours = Clock(store), Counters(store), Behaviours(store)
    register = companyinfo.Register(store, settings=settings, clock=clock, counters=counters, behaviours=behaviours)
    cloud = microsoft.Cloud(store, settings=settings, clock=clock, counters=counters, behaviours=behaviours)
    app.register_blueprint(companyinfo.blueprint(register))
    app.register_blueprint(microsoft.blueprint(cloud))
    app.register_blueprint(
        control.blueprint(
            control.Controls(store, clock, counters=counters, behaviours=behaviours, register=register, cloud=cloud)
        )
    )
    return app
