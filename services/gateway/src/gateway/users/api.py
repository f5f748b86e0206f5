"""Sign-in, users and licences over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, jsonify, make_response, request
from flask_smorest import Blueprint

from gateway.audit.actions import write_entries
from gateway.audit.domain import Entry
from gateway.users import actions, queries
from gateway.users.domain import AddUser, EditUser, GrantRights, IssuedToken, User
from gateway.users.models import Account
from gateway.users.passwords import Passwords
from gateway.users.schemas import (
    Credentials,
    Licences,
    Me,
    OwnTokens,
    Rights,
    Token,
    UserDetail,
    UserIds,
    UserIn,
    UserOut,
    UserPage,
    UserPatch,
    UserQuery,
)
from gateway.users.sessions import current_user
from shared.auth import bearer_token, public, requires
from shared.clock import utc_now
from shared.concurrency import with_etag
from shared.context import acting
from shared.db import database
from shared.idempotency import create_once

blueprint = Blueprint("users", __name__, url_prefix="/api/v1", description="Sign-in, users, rights and licences")

directory = Blueprint("directory", __name__, url_prefix="/directory", description="Users, for the other services")


def passwords() -> Passwords:
    """Return what hashes and checks passwords."""
    found: Passwords = current_app.extensions["passwords"]
    return found


def answer(account: Account, *, status: int = 200) -> Response:
    """Return a user as an administrator sees one, with its entity tag."""
    return with_etag(make_response(jsonify(UserDetail().dump(account)), status), account.version)


def entry(action: str, *, subject: object = None) -> Entry:
    """Return an audit entry of what the caller does."""
    name = str(subject) if subject else None
    return Entry(utc_now(), current_user().id, action, None, name, request_id=acting().request_id)


@blueprint.post("/tokens")
@blueprint.arguments(Credentials)
@blueprint.response(201, Token)
@public
def sign_in(credentials: dict[str, Any]) -> IssuedToken:
    """Exchange a username and password for a token."""
    user_id = actions.let_in(
        database(),
        passwords(),
        username=credentials["username"],
        password=credentials["password"],
        address=request.remote_addr or "",
    )
    with database().transaction() as session:
        secret, token = actions.issue_token(session, user_id, label=credentials["label"])
        return IssuedToken(secret, token.expires_at, queries.user_by_id(database(), user_id))


@blueprint.delete("/tokens/current")
@blueprint.response(204)
@requires("")
def sign_out() -> None:
    """Make the token of this request worthless."""
    with database().transaction() as session:
        actions.revoke_token(session, bearer_token())
        write_entries(session, [entry("user.signed_out")])


@blueprint.get("/tokens")
@blueprint.response(200, OwnTokens)
@requires("")
def own_tokens() -> dict[str, Any]:
    """List the tokens of the user who asks."""
    with database().transaction() as session:
        return {"items": queries.tokens_of(session, current_user().id)}


@blueprint.delete("/tokens/<token_id>")
@blueprint.response(204)
@requires("")
def revoke_token(token_id: str) -> None:
    """Make one of the caller's own tokens worthless."""
    with database().transaction() as session:
        actions.revoke_own_token(session, current_user().id, token_id)
        write_entries(session, [entry("token.revoked")])


@blueprint.get("/me")
@blueprint.response(200, Me)
@requires("")
def me() -> User:
    """Return who asks, with rights and licences."""
    return current_user()


@blueprint.get("/users")
@blueprint.arguments(UserQuery, location="query")
@blueprint.response(200, UserPage)
@requires("read")
def list_users(query: dict[str, Any]) -> Response:
    """List the users of the office; an administrator also sees their rights."""
    shape = UserDetail() if "admin" in current_user().rights else UserOut()
    with database().transaction() as session:
        page = queries.list_accounts(session, query)
        return jsonify({**page, "items": shape.dump(page["items"], many=True)})


@blueprint.post("/users")
@blueprint.arguments(UserIn)
@blueprint.response(201, UserDetail)
@requires("admin")
def add_user(command: AddUser) -> Response:
    """Give somebody access."""
    with database().transaction() as session:
        account = create_once(
            session,
            lambda: actions.add_user(session, command, passwords=passwords()),
            again=lambda user_id: queries.account_by_id(session, user_id),
            id_of=lambda made: made.id,
        )
        session.refresh(account)
        write_entries(session, [entry("user.added", subject=account.id)])
        response = answer(account, status=201)
        response.headers["Location"] = f"/api/v1/users/{account.id}"
        return response


@blueprint.get("/users/<uuid:user_id>")
@blueprint.response(200, UserDetail)
@requires("admin")
def read_user(user_id: UUID) -> Response:
    """Return one user."""
    with database().transaction() as session:
        return answer(queries.account_by_id(session, user_id))


@blueprint.patch("/users/<uuid:user_id>")
@blueprint.arguments(UserPatch)
@blueprint.response(200, UserDetail)
@requires("admin")
def edit_user(command: EditUser, user_id: UUID) -> Response:
    """Change the given fields of a user; a new password or the end of access signs them out everywhere."""
    with database().transaction() as session:
        account = actions.edit_user(session, user_id, command=command, passwords=passwords())
        write_entries(session, [entry("user.changed", subject=user_id)])
        return answer(account)


@blueprint.get("/users/<uuid:user_id>/rights")
@blueprint.response(200, Rights)
@requires("admin")
def read_rights(user_id: UUID) -> Response:
    """Return a user's rights and licences."""
    with database().transaction() as session:
        account = queries.account_by_id(session, user_id)
        return with_etag(make_response(jsonify(Rights().dump(account))), account.version)


@blueprint.put("/users/<uuid:user_id>/rights")
@blueprint.arguments(Rights)
@blueprint.response(200, Rights)
@requires("admin")
def grant_rights(command: GrantRights, user_id: UUID) -> Response:
    """Set a user's rights and licences; what is left out stays."""
    with database().transaction() as session:
        account = actions.grant_rights(session, user_id, command=command)
        write_entries(session, [entry("user.rights_granted", subject=user_id)])
        return with_etag(make_response(jsonify(Rights().dump(account))), account.version)


@blueprint.get("/licences")
@blueprint.response(200, Licences)
@requires("")
def read_licences() -> dict[str, bool]:
    """Return the licences of the office."""
    with database().transaction() as session:
        return queries.licences_of_the_office(session)


@blueprint.put("/licences")
@blueprint.arguments(Licences)
@blueprint.response(200, Licences)
@requires("admin")
def switch_licences(licences: dict[str, bool]) -> dict[str, bool]:
    """Switch licences on or off; they hold from everybody's next request."""
    with database().transaction() as session:
        actions.switch_licences(session, licences)
        write_entries(session, [entry("licences.switched")])
        return queries.licences_of_the_office(session)


@directory.post("/usernames")
@directory.arguments(UserIds)
@directory.response(200)
@requires("read")
def usernames(query: dict[str, Any]) -> Response:
    """Return by which names relations know these users; who has no access (any more) is left out."""
    with database().transaction() as session:
        found = queries.usernames_of(session, query["user_ids"])
    return jsonify({"usernames": {str(user_id): username for user_id, username in found.items()}})
