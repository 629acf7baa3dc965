"""The Scribe: keeps what others made, and finds what the campaign knows (R13). Data in, data out."""

from collections.abc import Iterable
from typing import Any

from contracts.actors import Actor
from contracts.entities import EntityType
from core.ids import derived_uuid, prefixed
from store.changes import NewEntity
from store.search import Hit
from workers.scribe.notes import read_note
from workers.scribe.repository import ScribeRepository
from workers.step import Outcome, StepTask

OFFER = """I am not sure what you would like, so I changed nothing. You can ask me, for example:

- a rule: *What is the THAC0 of a 5th level fighter with strength 18?*
- a character: *Create a dwarven blacksmith named Borin*
- a place: *Describe the ancient dwarven hall*
- to remember: *Store a tavern called The Gilded Eel: smoky, run by twins*
- to recall: *What do we know about Borin?*"""


class ScribeAgent:
    """Stores and recalls.

    Args:
        repository: Where it looks things up.
    """

    def __init__(self, repository: ScribeRepository) -> None:
        self._repository = repository

    def think(self, task: StepTask) -> Outcome:
        """Do one step: `scribe.store_entities` or `scribe.recall_entities`."""
        if task.action == Actor.STORE_ENTITIES:
            return _store(task)
        return self._recall(task)

    def _recall(self, task: StepTask) -> Outcome:
        found = self._repository.find(
            task.principal, task.campaign_id, task.params["query"], limit=task.params.get("limit", 10)
        )
        result: dict[str, Any] = {"matches": [_match(hit) for hit in found.results], "total": found.total}
        match task.params.get("answer"):
            case "matches":
                result["content"] = _listing(found.results) or _nothing(task.params["query"])
            case "offer":
                listing = _listing(found.results[:3])
                result["content"] = (
                    f"{OFFER}\n\nIn your campaign this comes nearest:\n\n{listing}" if listing else OFFER
                )
        return Outcome(result)


def _store(task: StepTask) -> Outcome:
    """Store what earlier steps made, or the note in the plan; ids are derived, so a repeat stores nothing twice."""
    if "note" in task.params:
        note = read_note(task.params["note"])
        entity = NewEntity(
            id=derived_uuid(task.request_id, task.step_no, 0),
            type=note.type,
            name=note.name,
            description=note.description,
            attributes=note.attributes,
            state="approved",
        )
        kind = note.type.value.replace("_", " ")
        return Outcome(
            {
                "content": f"Stored the {kind} **{note.name}**.",
                "entities_created": [prefixed(entity.type.prefix, entity.id)],
            },
            (entity,),
        )
    made = tuple(_made(task))
    return Outcome({"entities_created": [_public_id(entity) for entity in made]}, made)


def _public_id(entity: NewEntity) -> str:
    return prefixed(entity.type.prefix, entity.id)


def _made(task: StepTask) -> Iterable[NewEntity]:
    """The entities that the results of earlier steps carry, as drafts until the DM approves them."""
    entities = (entity for number in sorted(task.prior) for entity in task.prior[number].get("entities", ()))
    for index, entity in enumerate(entities):
        yield NewEntity(
            id=derived_uuid(task.request_id, task.step_no, index),
            type=EntityType(entity["type"]),
            name=entity["name"],
            description=entity["description"],
            attributes=entity["attributes"],
            state=entity.get("state", "draft"),
        )


def _match(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.entity_id,
        "type": hit.entity_type,
        "name": hit.name,
        "description": hit.description,
        "attributes": hit.attributes,
        "score": hit.score,
    }


def _listing(hits: Iterable[Hit]) -> str:
    return "\n".join(
        f"- **{hit.name}** ({hit.entity_type.replace('_', ' ')}): {_short(hit.description)}" for hit in hits
    )


def _short(description: str) -> str:
    text = " ".join(description.split())
    return text if len(text) <= 240 else text[:239].rsplit(" ", 1)[0] + " ..."


def _nothing(query: str) -> str:
    return f"The campaign holds nothing that matches \u201c{query}\u201d yet."
