"""The contact addresses of Graph v1.0, for /me and for /users/{id}."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from sandbox.microsoft.cloud import Cloud
from sandbox.microsoft.contact import checked
from sandbox.microsoft.mailboxes import DEFAULT_FOLDER
from sandbox.microsoft.messages import Ask, GraphError, Reply
from sandbox.microsoft.people import Person
from sandbox.microsoft.query import page, show

Handler = Callable[[Cloud, Ask, Person, Mapping[str, str]], Reply]


def owner_of(cloud: Cloud, ask: Ask) -> Person:
    """Whose mailbox a request is about; raises GraphError when the token does not reach it."""
    first, *rest = ask.path.strip("/").split("/")
    own = ask.grant.address
    if first == "me":
        if own is None:
            raise GraphError(400, "BadRequest", message="/me request is only valid with delegated authentication flow.")
        return cloud.people.find(own)
    person = cloud.people.find(rest[0] if rest else "")
    if own is not None and person.address != own:
        raise GraphError(403, "ErrorAccessDenied", message="Access is denied. Check credentials and try again.")
    return person


def answer(cloud: Cloud, ask: Ask, owner: Person) -> Reply:
    """Answer one admitted request; raises GraphError."""
    try:
        found, arguments = _ADDRESSES.bind("graph").match(ask.path, ask.method)
    except NotFound as wrong:
        raise GraphError(404, "BadRequest", message="Resource not found for the segment.") from wrong
    except MethodNotAllowed as wrong:
        raise GraphError(405, "BadRequest", message="Specified HTTP method is not allowed.") from wrong
    handler: Handler = found
    return handler(cloud, ask, owner, arguments)


def _show_person(_cloud: Cloud, ask: Ask, owner: Person, _arguments: Mapping[str, str]) -> Reply:
    if not ask.grant.may("User.Read", "User.Read.All"):
        raise GraphError(403, "Authorization_RequestDenied", message="Insufficient privileges.")
    mail = owner.address if owner.has_mailbox else None
    person = {"id": owner.id, "displayName": owner.display_name, "mail": mail, "userPrincipalName": owner.address}
    return Reply(body=person)


def _list_contacts(cloud: Cloud, ask: Ask, owner: Person, arguments: Mapping[str, str]) -> Reply:
    _check_access(ask, owner)
    folder = _folder(cloud, owner, arguments)
    found = cloud.mailboxes.contacts(owner.address, folder)
    return Reply(body=page(found, ask, page_size=cloud.behaviours.microsoft.page_size))


def _create_contact(cloud: Cloud, ask: Ask, owner: Person, arguments: Mapping[str, str]) -> Reply:
    _check_access(ask, owner, writing=True)
    folder = _folder(cloud, owner, arguments)
    properties, extended = checked(ask.body)
    contact = cloud.mailboxes.create(owner.address, properties, extended=extended, folder=folder)
    cloud.counters.count("microsoft", "created", owner.address)
    return Reply(status=201, body=show(contact, ask))


def _show_contact(cloud: Cloud, ask: Ask, owner: Person, arguments: Mapping[str, str]) -> Reply:
    _check_access(ask, owner)
    return Reply(body=show(cloud.mailboxes.find(owner.address, arguments["contact"]), ask))


def _update_contact(cloud: Cloud, ask: Ask, owner: Person, arguments: Mapping[str, str]) -> Reply:
    _check_access(ask, owner, writing=True)
    properties, extended = checked(ask.body)
    contact = cloud.mailboxes.update(
        owner.address,
        arguments["contact"],
        properties=properties,
        extended=extended,
        if_match=ask.header("If-Match"),
    )
    cloud.counters.count("microsoft", "updated", owner.address)
    return Reply(body=show(contact, ask))


def _delete_contact(cloud: Cloud, ask: Ask, owner: Person, arguments: Mapping[str, str]) -> Reply:
    _check_access(ask, owner, writing=True)
    cloud.mailboxes.delete(owner.address, arguments["contact"], if_match=ask.header("If-Match"))
    cloud.counters.count("microsoft", "deleted", owner.address)
    return Reply(status=204)


def _list_folders(cloud: Cloud, ask: Ask, owner: Person, _arguments: Mapping[str, str]) -> Reply:
    _check_access(ask, owner)
    return Reply(body={"value": cloud.mailboxes.folders(owner.address)})


def _create_folder(cloud: Cloud, ask: Ask, owner: Person, _arguments: Mapping[str, str]) -> Reply:
    _check_access(ask, owner, writing=True)
    name = ask.body.get("displayName") if isinstance(ask.body, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise GraphError(400, "ErrorInvalidArgument", message="A folder wants a displayName.")
    return Reply(status=201, body=cloud.mailboxes.create_folder(owner.address, name))


def _check_access(ask: Ask, owner: Person, *, writing: bool = False) -> None:
    if not (ask.grant.may("Contacts.ReadWrite") or (not writing and ask.grant.may("Contacts.Read"))):
        raise GraphError(403, "ErrorAccessDenied", message="Access is denied. Check credentials and try again.")
    if not owner.has_mailbox:
        raise GraphError(404, "MailboxNotEnabledForRESTAPI", message="The mailbox is inactive or hosted elsewhere.")


def _folder(cloud: Cloud, owner: Person, arguments: Mapping[str, str]) -> str:
    return str(cloud.mailboxes.folder(owner.address, arguments.get("folder", DEFAULT_FOLDER))["id"])


_HANDLERS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "", _show_person),
    ("GET", "/contacts", _list_contacts),
    ("POST", "/contacts", _create_contact),
    ("GET", "/contacts/<contact>", _show_contact),
    ("PATCH", "/contacts/<contact>", _update_contact),
    ("DELETE", "/contacts/<contact>", _delete_contact),
    ("GET", "/contactFolders", _list_folders),
    ("POST", "/contactFolders", _create_folder),
    ("GET", "/contactFolders/<folder>/contacts", _list_contacts),
    ("POST", "/contactFolders/<folder>/contacts", _create_contact),
    ("GET", "/contactFolders/<folder>/contacts/<contact>", _show_contact),
    ("PATCH", "/contactFolders/<folder>/contacts/<contact>", _update_contact),
    ("DELETE", "/contactFolders/<folder>/contacts/<contact>", _delete_contact),
)
_ADDRESSES = Map(
    [
        Rule(prefix + path, endpoint=handler, methods=[method])
        for prefix in ("/me", "/users/<user>")
        for method, path, handler in _HANDLERS
    ]
)
