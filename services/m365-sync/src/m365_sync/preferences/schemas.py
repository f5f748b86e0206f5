"""The wire shapes of preferences."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from m365_sync.preferences.domain import SavePreferences
from m365_sync.runs.schemas import RunOut

CODE = validate.Regexp(r"^[a-z0-9_.-]{1,64}$", error="Give the code of a group")
MOST_GROUPS = validate.Length(max=500)


class PreferencesIn(Schema):
    """The tick and both lists, saved together."""

    enabled = fields.Boolean(required=True)
    synchronised_groups = fields.List(fields.String(validate=CODE), required=True, validate=MOST_GROUPS)
    excluded_groups = fields.List(fields.String(validate=CODE), required=True, validate=MOST_GROUPS)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> SavePreferences:
        """Hand over a command."""
        return SavePreferences(data["enabled"], tuple(data["synchronised_groups"]), tuple(data["excluded_groups"]))


class PreferencesOut(Schema):
    """What a user chose, the state of the mailbox, and the last run."""

    enabled = fields.Boolean()
    synchronised_groups = fields.List(fields.String())
    excluded_groups = fields.List(fields.String())
    next_run_at = fields.DateTime(allow_none=True)
    connected = fields.Boolean()
    mailbox = fields.String()
    address = fields.String(allow_none=True)
    last_run = fields.Nested(RunOut, allow_none=True)
