"""The wire shapes of users, licences and tokens."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from gateway.users.domain import LANGUAGES, AddUser, EditUser, GrantRights
from shared.auth import LICENCES, RIGHTS
from shared.paging import PageQuery, sorting_by

USERNAME = validate.Regexp(r"^[a-z0-9._-]{1,64}$", error="Use small letters, digits, dot, dash and underscore")
PASSWORD = validate.Length(10, 200, error="Choose a password of 10 to 200 characters")


def _codes(known: tuple[str, ...], **arguments: Any) -> fields.List[Any]:
    return fields.List(fields.String(validate=validate.OneOf(known)), **arguments)


class Credentials(Schema):
    """What signs a program in; ``label`` says which program."""

    username = fields.String(required=True, validate=validate.Length(1, 64))
    password = fields.String(required=True, load_only=True, validate=validate.Length(1, 200))
    label = fields.String(load_default="", validate=validate.Length(max=80))


class Me(Schema):
    """The user who asks."""

    id = fields.UUID()
    username = fields.String()
    display_name = fields.String()
    language = fields.String()
    rights = fields.Function(lambda user: sorted(user.rights), metadata={"type": "array", "items": {"type": "string"}})
    licences = fields.Function(
        lambda user: sorted(user.licences), metadata={"type": "array", "items": {"type": "string"}}
    )


class Token(Schema):
    """A new token, shown this once."""

    token = fields.String()
    expires_at = fields.AwareDateTime()
    user = fields.Nested(Me)


class UserIn(Schema):
    """A new user."""

    username = fields.String(required=True, validate=USERNAME)
    display_name = fields.String(required=True, validate=validate.Length(1, 120))
    password = fields.String(required=True, load_only=True, validate=PASSWORD)
    language = fields.String(load_default="nl", validate=validate.OneOf(LANGUAGES))
    rights = _codes(RIGHTS, load_default=list)
    licences = _codes(LICENCES, load_default=list)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> AddUser:
        """Hand over a command."""
        return AddUser(**{**data, "rights": tuple(data["rights"]), "licences": tuple(data["licences"])})


class UserPatch(Schema):
    """The fields to change (JSON merge patch)."""

    display_name = fields.String(validate=validate.Length(1, 120))
    password = fields.String(load_only=True, validate=PASSWORD)
    language = fields.String(validate=validate.OneOf(LANGUAGES))
    active = fields.Boolean()

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> EditUser:
        """Hand over a command."""
        return EditUser(data)


class UserOut(Schema):
    """A user as everybody in the office may see one."""

    id = fields.UUID()
    username = fields.String()
    display_name = fields.String()
    language = fields.String()
    active = fields.Boolean()


class UserDetail(UserOut):
    """A user as an administrator sees one."""

    rights = fields.List(fields.String())
    licences = fields.List(fields.String())
    version = fields.Integer()
    created_at = fields.AwareDateTime()


class OwnToken(Schema):
    """One of a user's own tokens; its secret is shown once, when it is made, and never again."""

    id = fields.String()
    label = fields.String()
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


class OwnTokens(Schema):
    """A user's own tokens, latest first."""

    items = fields.List(fields.Nested(OwnToken))


class UserQuery(PageQuery):
    """In which order to list users."""

    sort = sorting_by("username", "name", "active", usual="username")


class UserPage(Schema):
    """A page of users."""

    items = fields.List(fields.Nested(UserOut))
    next_cursor = fields.String(allow_none=True)
    total = fields.Integer()


class Rights(Schema):
    """What a user may, as given; rights that come with others are not repeated."""

    rights = _codes(RIGHTS)
    licences = _codes(LICENCES)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> GrantRights:
        """Hand over a command."""
        return GrantRights(**{name: tuple(codes) for name, codes in data.items()})


class Licences(Schema):
    """The licences of the office, each on or off."""

    companyweb = fields.Boolean()
    companyinfo = fields.Boolean()
    graydon = fields.Boolean()
    crm = fields.Boolean()
    m365 = fields.Boolean()


class UserIds(Schema):
    """Which users another service asks about."""

    user_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(max=1000))
