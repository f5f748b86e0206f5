"""Contacts and their folders, per mailbox."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.clock import Clock
from sandbox.microsoft.contact import blank
from sandbox.microsoft.messages import GraphError, Json
from sandbox.store import Document, Store

DEFAULT_FOLDER = "contacts"


class Mailboxes:
    """Every contact has an id that survives a move and one that does not; either finds it."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def contacts(self, mailbox: str, folder: str | None = None) -> list[Document]:
        """The contacts of one folder, or of the whole mailbox, in the order they came."""
        found = self._store.room(_contacts(mailbox)).values()
        return [contact for contact in found if folder is None or contact["folder"] == folder]

    def find(self, mailbox: str, contact_id: str) -> Document:
        """One contact by either id; raises GraphError when it is not there."""
        contact = self._store.get(_contacts(mailbox), contact_id)
        if contact is None:
            known = self._store.get(_regular(mailbox), contact_id) or {"immutable_id": ""}
            contact = self._store.get(_contacts(mailbox), known["immutable_id"])
        if contact is None:
            raise _absent()
        return contact

    def create(
        self, mailbox: str, properties: Json, *, extended: dict[str, str], folder: str = DEFAULT_FOLDER
    ) -> Document:
        """Store a new contact."""
        now = self._stamp()
        contact = {
            "immutable_id": f"AAkALg{secrets.token_urlsafe(24)}",
            "regular_id": _new_regular_id(),
            "folder": folder,
            "properties": {**blank(), **properties},
            "extended": extended,
            "created": now,
            "modified": now,
            "change_key": _new_change_key(),
        }
        self._write(mailbox, contact)
        return contact

    def update(
        self, mailbox: str, contact_id: str, *, properties: Json, extended: dict[str, str], if_match: str = ""
    ) -> Document:
        """Change some properties and leave the others; raises GraphError."""
        with self._store.alone():
            contact = self.find(mailbox, contact_id)
            _check_match(contact, if_match)
            changed = {
                **contact,
                "properties": {**contact["properties"], **properties},
                "extended": {**contact["extended"], **extended},
                "modified": self._stamp(),
                "change_key": _new_change_key(),
            }
            self._write(mailbox, changed)
        return changed

    def delete(self, mailbox: str, contact_id: str, *, if_match: str = "") -> None:
        """Take a contact away; raises GraphError when it is not there."""
        with self._store.alone():
            contact = self.find(mailbox, contact_id)
            _check_match(contact, if_match)
            self._store.drop(_contacts(mailbox), contact["immutable_id"])
            self._store.drop(_regular(mailbox), contact["regular_id"])

    def move(self, mailbox: str, contact_id: str, *, folder: str) -> Document:
        """Put a contact in another folder, as its owner may do in Outlook: the regular id changes."""
        with self._store.alone():
            contact = self.find(mailbox, contact_id)
            self.folder(mailbox, folder)
            moved = {**contact, "folder": folder, "regular_id": _new_regular_id(), "change_key": _new_change_key()}
            self._store.drop(_regular(mailbox), contact["regular_id"])
            self._write(mailbox, moved)
        return moved

    def folders(self, mailbox: str) -> list[Json]:
        """The folders beside the default one, which Graph does not list."""
        return list(self._store.room(_folders(mailbox)).values())

    def folder(self, mailbox: str, folder_id: str) -> Json:
        """One folder; the default one exists always; raises GraphError."""
        if folder_id == DEFAULT_FOLDER:
            return {"id": DEFAULT_FOLDER, "displayName": "Contacts"}
        found = self._store.get(_folders(mailbox), folder_id)
        if found is None:
            raise _absent()
        return found

    def create_folder(self, mailbox: str, display_name: str) -> Json:
        """Make a folder; raises GraphError when the name is taken."""
        with self._store.alone():
            if any(folder["displayName"] == display_name for folder in self.folders(mailbox)):
                raise GraphError(409, "ErrorFolderExists", message="A folder with the specified name already exists.")
            folder = {"id": f"AAMkAF{secrets.token_urlsafe(18)}", "displayName": display_name}
            self._store.put(_folders(mailbox), folder["id"], folder)
        return folder

    def empty(self, mailbox: str) -> None:
        """Forget everything in one mailbox."""
        for room in (_contacts(mailbox), _regular(mailbox), _folders(mailbox)):
            self._store.clear(room)

    def _write(self, mailbox: str, contact: Document) -> None:
        with self._store.alone():
            self._store.put(_contacts(mailbox), contact["immutable_id"], contact)
            self._store.put(_regular(mailbox), contact["regular_id"], {"immutable_id": contact["immutable_id"]})

    def _stamp(self) -> str:
        return self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(contact: Document, *, immutable: bool) -> Json:
    """A contact as Graph writes it."""
    return {
        "@odata.etag": f'W/"{contact["change_key"]}"',
        "id": contact["immutable_id" if immutable else "regular_id"],
        "createdDateTime": contact["created"],
        "lastModifiedDateTime": contact["modified"],
        "changeKey": contact["change_key"],
        "parentFolderId": contact["folder"],
        **contact["properties"],
    }


def _check_match(contact: dict[str, Any], if_match: str) -> None:
    if if_match and if_match not in ("*", f'W/"{contact["change_key"]}"'):
        raise GraphError(412, "ErrorIrresolvableConflict", message="The contact has changed since it was read.")


def _absent() -> GraphError:
    return GraphError(404, "ErrorItemNotFound", message="The specified object was not found in the store.")


def _new_regular_id() -> str:
    return f"AAMkAD{secrets.token_urlsafe(24)}"


def _new_change_key() -> str:
    return secrets.token_urlsafe(12)


def _contacts(mailbox: str) -> str:
    return f"microsoft.contacts {mailbox}\n"


def _regular(mailbox: str) -> str:
    return f"microsoft.ids {mailbox}\n"


def _folders(mailbox: str) -> str:
    return f"microsoft.folders {mailbox}\n"
