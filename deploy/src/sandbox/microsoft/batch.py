"""JSON batches: up to twenty requests, in waves of those whose dependencies are done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.microsoft.cloud import Cloud
from sandbox.microsoft.messages import Ask, GraphError, Json, Reply, split_address
from sandbox.microsoft.tokens import Grant
from sandbox.microsoft.traffic import answer_together

MOST = 20


@dataclass(frozen=True)
class Item:
    """One request of a batch and what has to succeed before it."""

    id: str
    ask: Ask
    depends_on: frozenset[str] = field(default_factory=frozenset)


def answer_batch(cloud: Cloud, body: Any, *, grant: Grant, root: str) -> Json:
    """Answer every item, in no promised order; raises GraphError when the batch itself is wrong."""
    waiting = _read(body, grant, root=root)
    done: dict[str, Reply] = {}
    while waiting:
        ready = [item for item in waiting if item.depends_on <= done.keys()]
        if not ready:
            raise _malformed("The requests depend on each other in a circle.")
        failed = [item for item in ready if any(done[one].status >= 400 for one in item.depends_on)]
        wave = [item for item in ready if item not in failed]
        done.update({item.id: _failed_dependency() for item in failed})
        replies = answer_together(cloud, [item.ask for item in wave])
        done.update(zip((item.id for item in wave), replies, strict=True))
        waiting = [item for item in waiting if item.id not in done]
    # Graph promises no order; turning it round keeps a client from relying on one.
    return {"responses": [_written(item_id, reply) for item_id, reply in reversed(done.items())]}


def _read(body: Any, grant: Grant, *, root: str) -> list[Item]:
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not requests:
        raise _malformed("Invalid batch payload format.")
    if len(requests) > MOST:
        raise GraphError(400, "MaximumValueExceeded", message=f"The batch holds more than {MOST} requests.")
    items = [_item(request, grant, root=root) for request in requests]
    ids = {item.id for item in items}
    if len(ids) < len(items):
        raise _malformed("Request ids have to be unique.")
    if any(not item.depends_on <= ids for item in items):
        raise _malformed("A request depends on an id that is not in the batch.")
    return items


def _item(request: Any, grant: Grant, *, root: str) -> Item:
    if not isinstance(request, dict) or not all(isinstance(request.get(name), str) for name in ("id", "method", "url")):
        raise _malformed("A request wants an id, a method and a relative url.")
    headers = {str(name): str(value) for name, value in (request.get("headers") or {}).items()}
    path, query = split_address(request["url"])
    ask = Ask(
        method=request["method"].upper(),
        path=path if path.startswith("/") else f"/{path}",
        query=query,
        headers=headers,
        body=request.get("body"),
        grant=grant,
        root=root,
    )
    if ask.method in {"POST", "PATCH"} and "json" not in ask.header("Content-Type"):
        raise _malformed("A write request wants a body and its Content-Type header.")
    return Item(request["id"], ask, frozenset(map(str, request.get("dependsOn") or ())))


def _written(item_id: str, reply: Reply) -> Json:
    headers = {**reply.headers, **({"Content-Type": "application/json"} if reply.body is not None else {})}
    written: Json = {"id": item_id, "status": reply.status, "headers": headers}
    return written if reply.body is None else {**written, "body": reply.body}


def _failed_dependency() -> Reply:
    return GraphError(424, "FailedDependency", message="A request this one depends on has failed.").reply()


def _malformed(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message=message)
