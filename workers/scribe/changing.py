"""Changes that a Dungeon Master orders: an entity's attributes, and relationships between two of them.

What a change replaces is told, and the version it is based on is checked when it is written: whoever changed the entity
meanwhile is not overwritten.
"""

import re
from typing import Any, Final
from uuid import UUID

from core.errors import FieldError, InvalidInput, NotFound
from core.ids import parse_id
from store.changes import ChangedEntity, NewRelationship
from store.entities import Entity, EntityChanges
from workers.scribe.facts import contradictions, read_facts
from workers.scribe.repository import ScribeRepository
from workers.step import Outcome, StepTask

_RELATIONS: Final = re.compile(
    r"^(?P<source>.{1,120}?)\s+"
    r"(?P<kind>lives in|works for|works in|serves|owns|rules|leads|guards|knows|hates|loves|fears|belongs to|"
    r"lies in|leads to|is married to|is allied with|is at war with|is an? (?:member|enemy|friend|child|parent|sibling|"
    r"brother|sister|rival|servant|part) of)\s+(?P<target>.{1,120})$"
)
_ORDER: Final = re.compile(
    r"^\s*(?:(?:please|can you|could you),?\s+)*(?:update|change|set|note|remember|relate|link|connect)\b"
    r"(?:\s+that\b)?[\s:,-]*",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"^(?:the|an?|my|our)\s+", re.IGNORECASE)


def update_entity(repository: ScribeRepository, task: StepTask) -> Outcome:
    """Change one entity as `params` say: `entity` (id or name) with `attributes`, `name` or `description`; or a `note`.

    Raises:
        InvalidInput: Nothing to change was given, or the note states no fact.
        NotFound: The campaign has no such entity.
    """
    params = _stated(task) if "note" in task.params else task.params
    attributes = dict(params.get("attributes") or {})
    name, description = params.get("name"), params.get("description")
    if not attributes and name is None and description is None:
        raise InvalidInput(
            "there is nothing to change", fields=[FieldError("attributes", "Must say what to change, and to what")]
        )
    entity = _find(repository, task, str(params["entity"]))
    changes = EntityChanges(name=name, description=description, attributes=attributes or None)
    replaced = contradictions(entity.name, entity.attributes, attributes.items())
    told = [f"- {key}: {_shown(entity.attributes.get(key))} \u2192 {value}" for key, value in attributes.items()]
    told += [f"- {key} changed" for key, value in (("name", name), ("description", description)) if value is not None]
    result = {
        "content": "\n".join([f"Updated **{entity.name}**:", "", *told]),
        "entities_changed": [entity.public_id],
        "replaced": [{"attribute": each.attribute, "was": each.stored, "is": each.told} for each in replaced],
    }
    return Outcome(result, (ChangedEntity(entity.id, entity.type, changes, entity.version),))


def relate_entities(repository: ScribeRepository, task: StepTask) -> Outcome:
    """Write a relationship: `source`, `kind` and `target` (ids or names), or a `note` such as "Borin lives in Ashford".

    Raises:
        InvalidInput: The note states no relationship.
        NotFound: The campaign lacks one of the two.
    """
    params = task.params
    if "note" in params:
        stated = _RELATIONS.match(_ORDER.sub("", str(params["note"]), count=1).strip(" .!"))
        if stated is None:
            raise InvalidInput(
                "no relationship was found in the note",
                fields=[FieldError("note", "Must be like: Borin lives in Ashford")],
            )
        params = stated.groupdict()
    source, target = (_find(repository, task, str(params[end])) for end in ("source", "target"))
    kind = str(params["kind"])
    told = f"**{source.name}** {kind} **{target.name}**."
    return Outcome(
        {"content": told, "related": [source.public_id, target.public_id]},
        (NewRelationship(source.id, target.id, kind, dict(params.get("attributes") or {})),),
    )


def _stated(task: StepTask) -> dict[str, Any]:
    """The facts of a note, all about the entity that the first one is about."""
    facts = read_facts(_ORDER.sub("", str(task.params["note"]), count=1))
    if not facts:
        raise InvalidInput(
            "no fact was found in the note",
            fields=[FieldError("note", "Must be like: Borin's hp is 12, or: Borin is dead")],
        )
    subject = facts[0].subject
    return {
        "entity": task.params.get("entity", subject),
        "attributes": {fact.attribute: fact.value for fact in facts if fact.subject == subject},
    }


def _find(repository: ScribeRepository, task: StepTask, wanted: str) -> Entity:
    """By id, by its exact name, or by the only name that it can be meant to be."""
    found = repository.get(task.principal, task.campaign_id, entity_id) if (entity_id := _id_of(wanted)) else None
    plain = _ARTICLE.sub("", wanted.strip())
    for name in () if found else dict.fromkeys((wanted.strip(), plain)):
        found = found or repository.named(task.principal, task.campaign_id, name)
    if found is None:
        hits = repository.find(task.principal, task.campaign_id, plain, limit=3).results
        near = ", ".join(f"{hit.name} ({hit.entity_id})" for hit in hits)
        raise NotFound(f"the campaign has no \u201c{plain}\u201d" + (f"; nearest: {near}" if near else ""))
    return found


def _id_of(wanted: str) -> UUID | None:
    return parse_id(wanted.strip())


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
