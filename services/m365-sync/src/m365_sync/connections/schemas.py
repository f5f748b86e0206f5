"""The wire shapes of connections."""

from marshmallow import Schema, fields, validate


class StartIn(Schema):
    """Where the user must come back to."""

    redirect_uri = fields.URL(required=True, schemes={"http", "https"}, require_tld=False)
    login_hint = fields.String(load_default="", validate=validate.Length(max=320))


class StartOut(Schema):
    """Where to send the user."""

    authorize_url = fields.String()


class FinishIn(Schema):
    """What the user came back with: the query of the callback, as it is."""

    params = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class ConnectionOut(Schema):
    """The state of a user's connection."""

    connected = fields.Boolean()
    mailbox = fields.String()
    address = fields.String(allow_none=True)
    connected_at = fields.DateTime(allow_none=True)
