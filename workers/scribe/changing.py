"""Changes that a Dungeon Master orders: an entity's attributes, and relationships between two of them.

What a change replaces is told, and the version it is based on is checked when it is written: whoever changed the entity
meanwhile is not overwritten.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from core.errors import FieldError, InvalidInput
from core.ids import parse_id
from orchestrator.statements import stated_relation
from store.changes import ChangedEntity, NewRelationship
from store.entities import EntityChanges
from workers.scribe.facts import contradictions, read_facts
from workers.scribe.naming import resolve
from workers.scribe.repository import ScribeRepository
from workers.step import Outcome, StepTask

_ORDER: Final = re.compile(
    r"^\s*(?:(?:please|can you|could you),?\s+)*(?:update|change|set|note|remember|relate|link|connect)\b"
    r"(?:\s+that\b)?[\s:,-]*",
    re.IGNORECASE,
)


def update_entity(repository: ScribeRepository, task: StepTask) -> Outcome:
    """Change one entity as `params` say: `entity` (id or name) with `attributes`, `name` or `description`; or a `note`.

    Raises:
        InvalidInput: Nothing to change was given, or the note states no fact.
        UnknownName: The campaign has no such entity.
    """
    params = _stated(task) if "note" in task.params else task.params
    attributes = dict(params.get("attributes") or {})
    name, description = params.get("name"), params.get("description")
    if not attributes and name is None and description is None:
        raise InvalidInput(
            "there is nothing to change", fields=[FieldError("attributes", "Must say what to change, and to what")]
        )
    entity = resolve(repository, task, str(params["entity"]))
    attributes = {key: _within(entity.attributes.get(key), value) for key, value in attributes.items()}
    changes = EntityChanges(name=name, description=description, attributes=attributes or None)
    replaced = contradictions(entity.name, entity.attributes, attributes.items())
    told = [f"- {key}: {_shown(entity.attributes.get(key))} \u2192 {value}" for key, value in attributes.items()]
    told += [f"- {key} changed" for key, value in (("name", name), ("description", description)) if value is not None]
    result = {
        "content": "\n".join([f"Updated **{name or entity.name}**:", "", *told]),
        "entities_changed": [entity.public_id],
        "replaced": [{"attribute": each.attribute, "was": each.stored, "is": each.told} for each in replaced],
    }
    return Outcome(result, (ChangedEntity(entity.id, entity.type, changes, entity.version),))


def relate_entities(repository: ScribeRepository, task: StepTask) -> Outcome:
    """Write relationships, as `params` say.

    - `source`, `kind` and `target` (ids or names), or a `note` such as "Borin lives in Ashford";
    - `ties`, each `{"kind", "to"}`, of what the step before stored to whom the steps before that recalled.

    Raises:
        InvalidInput: The note states no relationship.
        UnknownName: The campaign lacks one of the two.
    """
    params = task.params
    if "ties" in params:
        return _tie(task)
    if "note" in params:
        stated = stated_relation(str(params["note"]))
        if stated is None:
            raise InvalidInput(
                "no relationship was found in the note",
                fields=[FieldError("note", "Must be like: Borin lives in Ashford")],
            )
        params = asdict(stated)
    source, target = (resolve(repository, task, str(params[end])) for end in ("source", "target"))
    kind = str(params["kind"])
    if source.id == target.id:
        raise InvalidInput("nothing can be related to itself", fields=[FieldError("target", "Must be another one")])
    told = f"**{source.name}** {kind} **{target.name}**."
    return Outcome(
        {"content": told, "related": [source.public_id, target.public_id]},
        (NewRelationship(source.id, target.id, kind, dict(params.get("attributes") or {})),),
    )


def _tie(task: StepTask) -> Outcome:
    """Relate the first entity that was stored to those recalled; what was made is told once more, with its ties."""
    earlier = [task.prior[number] for number in sorted(task.prior)]
    known = {name: one for result in earlier for name, one in result.get("resolved", {}).items()}
    created = [public_id for result in earlier for public_id in result.get("entities_created", ())]
    made = [entity for result in earlier for entity in result.get("entities", ())]
    source = parse_id(created[0]) if created else None
    changes, told = [], []
    for tie in task.params["ties"]:
        one = known[tie["to"]]
        target = parse_id(one["id"])
        if source is not None and target is not None:
            changes.append(NewRelationship(source, target, tie["kind"]))
            told.append(f"**{made[0]['name']}** {tie['kind']} **{one['name']}**.")
    content = next((result["content"] for result in reversed(earlier) if result.get("content")), "")
    return Outcome(
        {
            "content": "\n\n".join([content, " ".join(told)]),
            "related": [*created[:1], *(k["id"] for k in known.values())],
        },
        tuple(changes),
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


def _within(stored: Any, value: Any) -> Any:
    """One score of several is changed, and the others stay."""
    return {**stored, **value} if isinstance(stored, Mapping) and isinstance(value, Mapping) else value


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)
