"""The photo or logo of a relation over HTTP."""

from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import select

from relations.photos import actions
from relations.photos.errors import NotAPhoto
from relations.record.photo import Photo
from relations.record.picture import LARGEST
from relations.record.queries import require_seen
from shared.auth import requires
from shared.db import database
from shared.errors import Unknown

blueprint = Blueprint("photos", __name__, description="The photo or logo of a relation")

NOTHING_ELSE = "default-src 'none'; sandbox"
"""A picture opened by itself runs and loads nothing."""


@blueprint.get("/relations/<uuid:relation_id>/photo")
@blueprint.response(200, content_type="image/*")
@requires("read")
def photo(relation_id: UUID) -> Response:
    """Return the picture itself."""
    with database().reading() as connection:
        require_seen(connection, relation_id)
        row = connection.execute(
            select(Photo.media_type, Photo.content).where(Photo.relation_id == relation_id)
        ).first()
    if row is None:
        raise Unknown
    response = Response(row.content, mimetype=row.media_type)
    response.headers["Content-Disposition"] = "attachment"
    response.headers["Content-Security-Policy"] = NOTHING_ELSE
    return response


@blueprint.put("/relations/<uuid:relation_id>/photo")
@blueprint.response(204)
@requires("write")
def put_photo(relation_id: UUID) -> None:
    """Keep the picture in the body: PNG, JPEG or WebP of at most 3 MB, made anew and small; it replaces any other."""
    if (request.content_length or 0) > LARGEST:
        raise NotAPhoto
    with database().transaction() as session:
        actions.put_photo(session, relation_id, content=request.get_data())


@blueprint.delete("/relations/<uuid:relation_id>/photo")
@blueprint.response(204)
@requires("write")
def remove_photo(relation_id: UUID) -> None:
    """Remove the picture."""
    with database().transaction() as session:
        actions.remove_photo(session, relation_id)
