"""Whom a name means: that entity, or the only one it can mean; else the two nearest are told and nothing is done."""

import re
from typing import Final

from contracts.entities import EntityType
from core.errors import NotFound
from core.ids import parse_id
from orchestrator.statements import plain_name
from store.entities import Entity
from store.search import Hit
from workers.scribe.repository import ScribeRepository
from workers.step import StepTask

_LIKE: Final = 0.4
"""From this much evidence in the name on it may be the same name spelled badly: "Borrin" for "Borin"."""
_CLEARLY: Final = 0.1
"""By so much it must be more alike than the next."""
_WORD: Final = re.compile(r"[^\W_]+")


class UnknownName(NotFound):
    """The campaign has nothing of that name; the message tells the two nearest."""

    code = "unknown_name"


def resolve(repository: ScribeRepository, task: StepTask, wanted: str, *, loosely: bool = False) -> Entity:
    """The entity that a prompt names.

    Args:
        repository: Where to look.
        task: For whom, and in which campaign.
        wanted: A public id, a name, or a part of one that only one entity has: "Borin" for "Borin Ironfist".
        loosely: Whether a name spelled badly will do, as it does for looking something up, but not for writing.

    Raises:
        UnknownName: There is no such one, or there are several.
    """
    if (entity_id := parse_id(wanted.strip())) and (
        found := repository.get(task.principal, task.campaign_id, entity_id)
    ):
        return found
    plain = plain_name(wanted)
    for name in dict.fromkeys((wanted.strip(), plain)):
        if found := repository.named(task.principal, task.campaign_id, name):
            return found
    hits = repository.find(task.principal, task.campaign_id, plain, limit=10).results if plain else []
    chosen = _only_one(hits, plain) or (_most_alike(hits) if loosely else None)
    if chosen and (found := repository.get(task.principal, task.campaign_id, chosen.uuid)):
        return found
    raise UnknownName(_refusal(plain or wanted, hits))


def _only_one(hits: list[Hit], wanted: str) -> Hit | None:
    """The one entity whose name has all the words of what is wanted; None when there are more, or none."""
    words = _words(wanted)
    having = [hit for hit in hits if hit.entity_type is not EntityType.SESSION_NOTE and words <= _words(hit.name)]
    return having[0] if words and len(having) == 1 else None


def _most_alike(hits: list[Hit]) -> Hit | None:
    alike = sorted(((hit.evidence.name, hit) for hit in hits if hit.evidence), key=lambda one: one[0], reverse=True)
    if not alike or alike[0][0] < _LIKE or (len(alike) > 1 and alike[0][0] - alike[1][0] < _CLEARLY):
        return None
    return alike[0][1]


def _refusal(wanted: str, hits: list[Hit]) -> str:
    near = " or ".join(f"{hit.name} ({hit.entity_id})" for hit in hits[:2])
    told = f"the campaign has no \u201c{wanted}\u201d, so nothing was changed"
    return f"{told}; did you mean {near}?" if near else told


def _words(text: str) -> set[str]:
    return {match[0] for match in _WORD.finditer(text.casefold())} - {"the", "of", "a", "an"}
