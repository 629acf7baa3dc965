"""The Scribe: keeps what others made, and finds what the campaign knows (R13). Data in, data out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Final
from uuid import UUID

from contracts.actors import Actor
from contracts.entities import EntityType
from core.errors import InvalidInput
from core.ids import derived_uuid, parse_id, prefixed
from store.changes import NewEntity, NewRelationship
from store.search import Hit
from workers.campaign_context import RESULT_KEY
from workers.scribe.changing import relate_entities, update_entity
from workers.scribe.context import gather_context, resolved, told_ties
from workers.scribe.keeping import keep
from workers.scribe.notes import Note, read_note
from workers.scribe.offers import offer_of
from workers.scribe.recognising import recognise
from workers.scribe.replacing import place
from workers.scribe.repository import ScribeRepository
from workers.scribe.sheets import sheet
from workers.scribe.summary import retrieve_entity, summarize
from workers.step import Outcome, StepTask

CERTAIN: Final = 0.9
"""From here on a hit is what was asked for, and is told in full."""
_LEAST: Final = 0.2
_LEAST_BY_MEANING: Final = 0.35
"""A hit that shares no word and no name with what was asked for must come this near in meaning."""
_SHARE: Final = 1 / 3
"""Hits below this part of the best one only share a word with what was asked for."""


class ScribeAgent:
    """Stores, retrieves, searches, changes, relates, sums up, and gathers what other agents need.

    Args:
        repository: Where it looks things up.
    """

    def __init__(self, repository: ScribeRepository) -> None:
        self._repository = repository
        self._steps: dict[Actor, Callable[[StepTask], Outcome]] = {
            Actor.STORE_ENTITIES: self._store,
            Actor.RECALL_ENTITIES: self._recall,
            Actor.RETRIEVE_ENTITY: partial(retrieve_entity, repository),
            Actor.UPDATE_ENTITY: partial(update_entity, repository),
            Actor.RELATE_ENTITIES: partial(relate_entities, repository),
            Actor.SUMMARIZE: partial(summarize, repository),
            Actor.GATHER_CONTEXT: self._gather,
        }

    def think(self, task: StepTask) -> Outcome:
        """Do one step; its params are described where it is done.

        Raises:
            InvalidInput: The action is none of the Scribe's, or its params say nothing it can do.
            NotFound: The campaign does not have what the step is about.
        """
        try:
            do = self._steps[Actor(task.action)]
        except (KeyError, ValueError):
            raise InvalidInput(f"the Scribe does not do {task.action}") from None
        return do(task)

    def _store(self, task: StepTask) -> Outcome:
        return recognise(self._repository, task, _store(self._repository, task))

    def _gather(self, task: StepTask) -> Outcome:
        """The campaign around the prompt; `matches` is the same for those that read no more."""
        meant = resolved(self._repository, task)
        context = gather_context(self._repository, task, meant)
        around = {each.id: each for each in (*context.named, *filter(None, [context.location]), *context.related)}
        result: dict[str, Any] = {
            RESULT_KEY: context.as_json(),
            "matches": [asdict(each) for each in around.values()],
            "resolved": {name: {"id": one.public_id, "name": one.name} for name, one in meant.items()},
        }
        if task.params.get("answer") == "ties":
            result["content"] = told_ties(context, list(meant.values()))
        return Outcome(result)

    def _recall(self, task: StepTask) -> Outcome:
        query = task.params["query"]
        kind = EntityType(task.params["type"]) if "type" in task.params else None
        if kind is not None and not query:
            return Outcome({"matches": [], "total": 0, "content": _needs_words(kind)})
        found = self._repository.find(
            task.principal,
            task.campaign_id,
            _in_all_forms(query),
            types=[kind] if kind else None,
            limit=task.params.get("limit", 10),
        )
        result: dict[str, Any] = {"matches": [_match(hit) for hit in found.results], "total": found.total}
        near = _near(found.results)
        match task.params.get("answer"):
            case "matches":
                result["content"] = _told(near) or _nothing(query)
            case "offer":
                listing = _listing(near[:3])
                offer = offer_of(task.params)
                result["content"] = (
                    f"{offer}\n\nIn your campaign this comes nearest:\n\n{listing}" if listing else offer
                )
        return Outcome(result)


def _store(repository: ScribeRepository, task: StepTask) -> Outcome:
    """Store what earlier steps made, or the note in the plan; ids are derived, so a repeat stores nothing twice."""
    if "keep" in task.params:
        return keep(task)
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
        told = _read_back(note)
        return Outcome(
            {
                "content": f"Stored the {kind} {told.rstrip('.')}.",
                "entities_created": [prefixed(entity.type.prefix, entity.id)],
            },
            (entity,),
        )
    placed = place(repository, task, tuple(_made(task)))
    result: dict[str, Any] = {"entities_created": list(placed.created)}
    if placed.changed:
        result["entities_changed"] = list(placed.changed)
    return Outcome(result, (*placed.changes, *_related(task, placed.made)))


def _read_back(note: Note) -> str:
    """The name, and what else the note says: `**Borin** owes us 50 gp`."""
    rest = note.description.removeprefix(note.name)
    if rest == note.description:
        return f"**{note.name}**: {_short(rest)}"
    return f"**{note.name}**{' ' if rest.startswith(' ') else ''}{_short(rest)}"


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


def _related(task: StepTask, made: Sequence[NewEntity]) -> Iterable[NewRelationship]:
    """The relations that the results of earlier steps carry, each `{"source", "target", "kind"}`.

    An end is the number of an entity in the same result, or the public id of one that is stored.
    """
    first = 0
    for number in sorted(task.prior):
        own = made[first : first + len(task.prior[number].get("entities", ()))]
        first += len(own)
        for relation in task.prior[number].get("relations", ()):
            source, target = (_end(relation[name], own) for name in ("source", "target"))
            if source and target and source != target:
                yield NewRelationship(source, target, str(relation["kind"]))


def _end(end: int | str, own: Sequence[NewEntity]) -> UUID | None:
    return own[end].id if isinstance(end, int) else parse_id(end)


def _match(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.entity_id,
        "type": hit.entity_type,
        "name": hit.name,
        "description": hit.description,
        "attributes": hit.attributes,
        "score": hit.score,
    }


def _near(hits: Sequence[Hit]) -> list[Hit]:
    """The hits worth telling, the best first; of equals the thing itself stands before the notes about it."""
    least = max(_LEAST, hits[0].score * _SHARE) if hits else 0.0
    kept = [hit for hit in hits if hit.score >= (least if _shares_words(hit) else max(least, _LEAST_BY_MEANING))]
    return sorted(kept, key=lambda hit: (-round(hit.score, 2), hit.entity_type is EntityType.SESSION_NOTE))


def _shares_words(hit: Hit) -> bool:
    return hit.evidence is None or hit.evidence.text > 0 or hit.evidence.name >= _LEAST


def _told(hits: Sequence[Hit]) -> str:
    """The first in full when it is surely meant, the others in a line each."""
    if not hits or hits[0].score < CERTAIN:
        return _listing(hits)
    first, *others = hits
    parts = [f"**{first.name}** ({_kind(first)}): {first.description}", sheet(first.attributes), _listing(others)]
    return "\n\n".join(filter(None, parts))


def _listing(hits: Iterable[Hit]) -> str:
    return "\n".join(f"- **{hit.name}** ({_kind(hit)}): {_short(hit.description)}" for hit in hits)


def _kind(hit: Hit) -> str:
    return hit.entity_type.value.replace("_", " ")


def _short(description: str) -> str:
    text = " ".join(description.split())
    return text if len(text) <= 240 else text[:239].rsplit(" ", 1)[0] + " ..."


def _nothing(query: str) -> str:
    return f"The campaign holds nothing that matches \u201c{query}\u201d yet."


def _in_all_forms(query: str) -> str:
    """The query with the forms that no stemming finds beside it: dwarves are stored as dwarf and dwarven."""
    forms = (_FORMS.get(word, "") for word in query.casefold().split())
    return " ".join(filter(None, [query, *forms]))


_FORMS: Final = {"dwarves": "dwarf dwarven", "elves": "elf elven", "thieves": "thief", "wolves": "wolf"}


def _needs_words(kind: EntityType) -> str:
    name = f"{kind.value.replace('_', ' ')}s"
    return (
        "I look things up by their name or by a word in their description, such as *find Borin* or *find the smith*. "
        f"All {name} of the campaign are listed at `GET /v1/entities/{kind.value}?campaign_id=...`."
    )
