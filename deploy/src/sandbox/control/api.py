"""The control addresses, JSON in and out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.behaviour import Behaviours, UnknownBehaviour
from sandbox.clock import Clock
from sandbox.companyinfo import Register
from sandbox.counters import Counters
from sandbox.microsoft import Cloud
from sandbox.microsoft.contact import checked
from sandbox.microsoft.mailboxes import DEFAULT_FOLDER, shown
from sandbox.microsoft.messages import GraphError
from sandbox.store import Store


class Controls:
    """What the controls reach."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        counters: Counters,
        behaviours: Behaviours,
        register: Register,
        cloud: Cloud,
    ) -> None:
        self.store = store
        self.clock = clock
        self.counters = counters
        self.behaviours = behaviours
        self.register = register
        self.cloud = cloud

    def reset(self) -> None:
        """Be as fresh as on the first day."""
        with self.store.alone():
            self.store.clear()
            self.register.accounts.found()


def blueprint(controls: Controls) -> Blueprint:
    """All control addresses."""
    door = Blueprint("control", __name__, url_prefix="/_sandbox")
    _add_general(door, controls)
    _add_behaviour(door, controls)
    _add_companyinfo(door, controls)
    _add_contacts(door, controls.cloud)
    _add_people(door, controls.cloud)

    @door.errorhandler(UnknownBehaviour)
    @door.errorhandler(TypeError)
    def refuse(wrong: Exception) -> tuple[Response, int]:
        """Say what was asked wrongly."""
        return jsonify(error=str(wrong)), 422

    @door.errorhandler(GraphError)
    def refuse_contact(wrong: GraphError) -> tuple[Response, int]:
        """Say what Graph would have said."""
        return jsonify(error=wrong.message), wrong.status

    return door


def _add_general(door: Blueprint, controls: Controls) -> None:
    @door.get("/health")
    def health() -> Response:
        """Answer when the sandbox is up."""
        return jsonify(status="up")

    @door.post("/reset")
    def reset() -> Response:
        """Forget everything, including the file."""
        controls.reset()
        return jsonify(status="reset")

    @door.get("/counters")
    def counters() -> Response:
        """Show how often each thing was asked for."""
        return jsonify(controls.counters.tree())

    @door.delete("/counters")
    def clear_counters() -> Response:
        """Start counting from nothing."""
        controls.counters.clear()
        return jsonify({})

    @door.post("/clock")
    def advance() -> Response:
        """Push the sandbox's time forward by {seconds}."""
        return jsonify(now=controls.clock.advance(float(_body().get("seconds", 0))).isoformat())


def _add_behaviour(door: Blueprint, controls: Controls) -> None:
    @door.get("/behaviour/<provider>")
    def behaviour(provider: str) -> Response:
        """Show how a stand-in behaves."""
        return jsonify(controls.behaviours.of(provider))

    @door.patch("/behaviour/<provider>")
    def change_behaviour(provider: str) -> Response:
        """Turn some knobs."""
        return jsonify(controls.behaviours.change(provider, _body()))

    @door.delete("/behaviour")
    def behave() -> Response:
        """Make every stand-in behave well again."""
        controls.behaviours.clear()
        return jsonify({})


def _add_companyinfo(door: Blueprint, controls: Controls) -> None:
    accounts = controls.register.accounts

    @door.get("/companyinfo/accounts/<username>")
    def account(username: str) -> Response:
        """Show what an account has left."""
        return jsonify(balance=accounts.balance(username))

    @door.patch("/companyinfo/accounts/<username>")
    def change_account(username: str) -> Response:
        """Set balance, password or refused_operations of an account, or make it."""
        accounts.change(username, _body())
        return jsonify(balance=accounts.balance(username))

    @door.post("/companyinfo/companies/<number>")
    def change_company(number: str) -> Response:
        """Change facts of a company or found one; tell subscribers the update_types."""
        body = _body()
        told = controls.register.change(number, body.get("facts", {}), body.get("update_types", ["Changed"]))
        return jsonify(subscribers=told)


def _add_contacts(door: Blueprint, cloud: Cloud) -> None:
    @door.get("/microsoft/mailboxes/<address>/contacts")
    def contacts(address: str) -> Response:
        """Show every contact of a mailbox, with both ids and all extended properties."""
        found = cloud.mailboxes.contacts(cloud.people.find(address).address)
        return jsonify(
            contacts=[
                {
                    **shown(contact, immutable=True),
                    "regularId": contact["regular_id"],
                    "extended": contact["extended"],
                }
                for contact in found
            ]
        )

    @door.post("/microsoft/mailboxes/<address>/contacts")
    def add_contact(address: str) -> tuple[Response, int]:
        """Put a contact in a mailbox, as its owner would."""
        properties, extended = checked(_body())
        contact = cloud.mailboxes.create(cloud.people.find(address).address, properties, extended=extended)
        return jsonify(shown(contact, immutable=True)), 201

    @door.patch("/microsoft/mailboxes/<address>/contacts/<contact_id>")
    def edit_contact(address: str, contact_id: str) -> Response:
        """Change a contact as its owner would; {folder} moves it."""
        mailbox, body = cloud.people.find(address).address, _body()
        if folder := body.pop("folder", None):
            cloud.mailboxes.move(mailbox, contact_id, folder=folder)
        properties, extended = checked(body)
        contact = cloud.mailboxes.update(mailbox, contact_id, properties=properties, extended=extended)
        return jsonify(shown(contact, immutable=True))

    @door.delete("/microsoft/mailboxes/<address>/contacts/<contact_id>")
    def delete_contact(address: str, contact_id: str) -> Response:
        """Take a contact away, as its owner would."""
        cloud.mailboxes.delete(cloud.people.find(address).address, contact_id)
        return jsonify({})


def _add_people(door: Blueprint, cloud: Cloud) -> None:
    @door.post("/microsoft/mailboxes/<address>/folders")
    def add_folder(address: str) -> tuple[Response, int]:
        """Make a contact folder."""
        name = str(_body().get("displayName", DEFAULT_FOLDER))
        return jsonify(cloud.mailboxes.create_folder(cloud.people.find(address).address, name)), 201

    @door.delete("/microsoft/mailboxes/<address>")
    def empty_mailbox(address: str) -> Response:
        """Forget everything in a mailbox."""
        cloud.mailboxes.empty(cloud.people.find(address).address)
        return jsonify({})

    @door.patch("/microsoft/people/<address>")
    def change_person(address: str) -> Response:
        """Set consented or has_mailbox of a person."""
        return jsonify(asdict(cloud.people.change(address, _body())))

    @door.delete("/microsoft/people/<address>/tokens")
    def revoke(address: str) -> Response:
        """Withdraw every token of a person."""
        cloud.tokens.revoke(cloud.people.find(address).address)
        return jsonify({})


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}
