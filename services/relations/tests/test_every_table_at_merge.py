"""Every table of this service that names relations is moved by a merge and restored by its undoing, row by row."""

from uuid import UUID

from relations.tables import Tables
from relations.testing.examples import a_person
from shared.testing.kit import ServiceKit
from shared.testing.merging import Undoing

EXPLAINED = {
    "change": "the history of a record stays its own; what the merge and its undoing changed is added to it",
    "import_created": "an import tells which row became which relation, and rolls back only what is as it made it",
    "import_remark": "what an import said of a row is about the relation as it was then",
    "search_word": "made anew of the names",
    "hygiene_due": "a queue of relations to look at again, which every change adds to",
    "merge": "the merge itself",
    "merge_participant": "who has followed the merge",
}


def test_every_table_is_moved_and_restored_or_says_why_not(relations: ServiceKit) -> None:
    anna = relations.as_user()
    bare = {"groups": [], "communications": [], "addresses": []}
    this, into = (anna.post("/relations", json=a_person(name, **bare)).json["id"] for name in ("Alfa", "Beta"))
    merges = []

    def merge() -> None:
        made = anna.post(f"/relations/{this}/merge", json={"into": into})
        assert made.status_code == 200, made.json
        merges.append(made.json["merge_id"])

    def undo() -> None:
        undone = anna.post(f"/merges/{merges[0]}/undo", json={})
        assert undone.status_code == 200, undone.json

    undoing = Undoing(relations.database, Tables.metadata, merge, undo, EXPLAINED)
    undoing.fill(UUID(this), UUID(into))
    for relation_id in (this, into):  # what is derived of the parts is made of them
        address = anna.get(f"/relations/{relation_id}").json["addresses"][0]["id"]
        derived = {"person": {"call_name": "Lieske"}, "accounting": {"invoice_address_id": address}}
        assert anna.patch(f"/relations/{relation_id}", json=derived).status_code == 200
    undoing.check(UUID(this))
