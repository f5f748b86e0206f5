"""The HTTP doors of Microsoft: sign-in for every tenant, and Graph under /v1.0."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from sandbox.microsoft.batch import answer_batch
from sandbox.microsoft.cloud import Cloud
from sandbox.microsoft.login import add_login
from sandbox.microsoft.messages import Ask, GraphError, Reply
from sandbox.microsoft.tokens import Grant
from sandbox.microsoft.traffic import answer_together

_METHODS = ["GET", "POST", "PATCH", "DELETE"]


def blueprint(cloud: Cloud) -> Blueprint:
    """Sign-in pages and tokens, and the contacts of Graph."""
    door = Blueprint("microsoft", __name__)
    add_login(door, cloud)

    @door.route("/v1.0/<path:path>", methods=_METHODS)
    def graph(path: str) -> Response:
        """Answer one Graph request or one batch."""
        root = f"{request.host_url}v1.0"
        try:
            grant = _grant(cloud)
            body = request.get_json(silent=True)
            if path == "$batch":
                return _response(Reply(body=answer_batch(cloud, body, grant=grant, root=root)))
            ask = Ask(
                method=request.method,
                path=f"/{path}",
                query=request.args.to_dict(),
                headers=dict(request.headers),
                body=body,
                grant=grant,
                root=root,
            )
            return _response(answer_together(cloud, [ask])[0])
        except GraphError as error:
            return _response(error.reply())

    return door


def _grant(cloud: Cloud) -> Grant:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    grant = cloud.tokens.grant_of(token.strip()) if scheme.casefold() == "bearer" else None
    if grant is None:
        raise GraphError(401, "InvalidAuthenticationToken", message="Access token is missing, unknown or has expired.")
    return grant


def _response(reply: Reply) -> Response:
    response = jsonify(reply.body) if reply.body is not None else Response()
    response.status_code = reply.status
    response.headers.update(reply.headers)
    if client_id := request.headers.get("client-request-id"):
        response.headers["client-request-id"] = client_id
    return response
