"""What changes the photo or logo of a relation."""

from uuid import UUID

from sqlalchemy.orm import Session

from relations.photos.errors import NotAPhoto
from relations.record.actions import locked_relation, tell_changed
from relations.record.changing import Difference, note_changes
from relations.record.photo import Photo
from relations.record.picture import NotAPicture, made_anew
from shared.errors import Unknown


def put_photo(session: Session, relation_id: UUID, *, content: bytes) -> None:
    """Keep a photo, made anew, in the place of any earlier one; raises ``NotAPhoto`` and as ``locked_relation``."""
    try:
        picture = made_anew(content)
    except NotAPicture as error:
        raise NotAPhoto from error
    relation = locked_relation(session, relation_id)
    photo = session.get(Photo, relation_id)
    before = _told_of(photo)
    if photo is None:
        photo = Photo(relation_id=relation_id)
        session.add(photo)
    photo.media_type, photo.content = picture.media_type, picture.content
    tell_changed(session, relation, ["photo"])
    note_changes(session, relation_id, [Difference("photo", before, _told_of(photo))])


def remove_photo(session: Session, relation_id: UUID) -> None:
    """Remove the photo; raises ``Unknown`` when there is none."""
    relation = locked_relation(session, relation_id)
    photo = session.get(Photo, relation_id)
    if photo is None:
        raise Unknown
    before = _told_of(photo)
    session.delete(photo)
    tell_changed(session, relation, ["photo"])
    note_changes(session, relation_id, [Difference("photo", before, None)])


def _told_of(photo: Photo | None) -> dict[str, object] | None:
    """Return what the history tells of a photo: not the picture itself, so no earlier one lives on in it."""
    return {"media_type": photo.media_type, "bytes": len(photo.content)} if photo else None
