"""Summaries without a language model: what is stored, in the order a Dungeon Master asks for it."""

from collections.abc import Iterable
from typing import Any, Final

from contracts.entities import EntityType
from core.errors import NotFound
from core.ids import parse_id
from store.entities import Entity
from store.relation_rows import Relationship
from workers.scribe.naming import resolve
from workers.scribe.repository import ScribeRepository
from workers.scribe.sheets import others, sheet
from workers.scribe.single import told_alone
from workers.step import Outcome, StepTask

_SHOWN: Final = 300


def retrieve_entity(repository: ScribeRepository, task: StepTask) -> Outcome:
    """One entity whole, by `entity_id` or exact `name`, with its relationships; what is `asked` of it comes first.

    Raises:
        NotFound: The campaign has no such entity.
    """
    entity = _wanted(repository, task)
    if entity is None:
        raise NotFound("the campaign has no such entity")
    ties = repository.ties(task.principal, task.campaign_id, entity.id)
    asked = told_alone(entity, str(task.params.get("asked") or ""))
    content = "\n\n".join(filter(None, [asked, _about(entity, ties)]))
    return Outcome({"content": content, "entity": _as_json(entity), "total": 1})


def summarize(repository: ScribeRepository, task: StepTask) -> Outcome:
    """Of one entity when `entity_id` or `name` is given, else of the campaign: what it holds and what is new."""
    if entity := _wanted(repository, task):
        notes = [
            repository.get(task.principal, task.campaign_id, tie.source.id)
            for tie in repository.ties(task.principal, task.campaign_id, entity.id)
            if tie.source.type is EntityType.SESSION_NOTE
        ]
        ties = repository.ties(task.principal, task.campaign_id, entity.id)
        told = [_about(entity, ties), *(f"- {_short(note.description)}" for note in notes if note)]
        return Outcome({"content": "\n\n".join(told), "summary_of": entity.public_id})
    counts = repository.counts(task.principal, task.campaign_id)
    if not counts:
        return Outcome({"content": "The campaign holds nothing yet.", "counts": {}})
    held = ", ".join(f"{number} {kind.replace('_', ' ')}{'s' if number > 1 else ''}" for kind, number in counts.items())
    quests = repository.latest(task.principal, task.campaign_id, [EntityType.QUEST])
    notes_of = repository.latest(task.principal, task.campaign_id, [EntityType.SESSION_NOTE, EntityType.EVENT])
    parts = [f"The campaign holds {held}.", _section("Quests", quests), _section("Lately", notes_of)]
    return Outcome({"content": "\n\n".join(filter(None, parts)), "counts": counts})


def _wanted(repository: ScribeRepository, task: StepTask) -> Entity | None:
    """What the params name, also spelled badly; None when they name nothing.

    Raises:
        NotFound: They name something that the campaign does not have; the two nearest are told.
    """
    given_id, name = task.params.get("entity_id"), task.params.get("name")
    if given_id is None:
        return None if name is None else resolve(repository, task, str(name), loosely=True)
    entity_id = parse_id(str(given_id))
    found = repository.get(task.principal, task.campaign_id, entity_id) if entity_id else None
    if found is None:
        raise NotFound(f"the campaign has no \u201c{given_id}\u201d")
    return found


def _about(entity: Entity, ties: Iterable[Relationship]) -> str:
    head = f"**{entity.name}** ({entity.type.value.replace('_', ' ')}): {entity.description}"
    attributes = entity.attributes | ({"secret": entity.secret} if entity.secret else {})
    related = [f"- {tie.source.name} {tie.kind} {tie.target.name}" for tie in ties]
    return "\n\n".join(filter(None, [head, sheet(attributes), others(attributes), "\n".join(related)]))


def _section(title: str, entities: Iterable[Entity]) -> str:
    lines = [f"- **{entity.name}**: {_short(entity.description)}" for entity in entities]
    return "\n".join([f"**{title}**", "", *lines]) if lines else ""


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else flat[: _SHOWN - 4].rsplit(" ", 1)[0] + " ..."


def _as_json(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.public_id,
        "type": entity.type.value,
        "name": entity.name,
        "description": entity.description,
        "attributes": entity.attributes,
        "state": entity.state,
        "version": entity.version,
    }
