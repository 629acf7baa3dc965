"""What a prompt means by "that": words that point back are resolved by rules, from the session's latest results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.actors import Actor
from contracts.entities import EntityType
from contracts.intents import Intent
from core.ids import REQUEST_PREFIX, prefixed
from orchestrator.content import INTENTS as KINDS
from orchestrator.pointing import Pointer, Way, pointer_in
from store.sessions import LatestResult, Referent

__all__ = ["Pointer", "Reference", "Way", "pointer_in", "resolve"]

_PEOPLE: Final = frozenset({EntityType.NPC, EntityType.PC, EntityType.CREATURE})
_PERSONAL: Final = frozenset({"he", "him", "his", "she", "her", "hers"})


@dataclass(frozen=True, slots=True)
class Reference:
    """What was taken as "that".

    Attributes:
        latest: The request it came from.
        entities: The entities meant; none when a result without any is to be made again.
    """

    pointer: Pointer
    latest: LatestResult
    entities: tuple[Referent, ...]

    @property
    def intent(self) -> Intent:
        """What the prompt asks for, now that it is known what it is about."""
        made = self.latest.made
        if (known := _INTENTS.get(self.pointer.way)) or made is None:
            return known or Intent(self.latest.intent)
        return _MADE_BY.get(Actor(made.actor)) or KINDS[str(made.params["kind"])]

    @property
    def is_as_made(self) -> bool:
        """True while what was made is still the draft that was made: nobody approved or changed it."""
        return all(one.is_draft and one.written_by == self.latest.request_id for one in self.latest.entities)

    @property
    def is_one_of_several(self) -> bool:
        """True for "her" after a tavern: the keeper was made with the house, and is not made again by herself."""
        made = self.latest.made
        is_person = made is not None and (made.actor == Actor.GENERATE_NPC or made.params.get("kind") == "npc")
        return self.pointer.that in _PERSONAL and not is_person

    def as_json(self) -> dict[str, Any]:
        """As the request's view tells it."""
        told: dict[str, Any] = {
            "words": self.pointer.that,
            "request_id": prefixed(REQUEST_PREFIX, self.latest.request_id),
            "entities": [{"id": one.public_id, "name": one.name} for one in self.entities],
        }
        return told | ({"change": self.pointer.change} if self.pointer.change else {})


_INTENTS: Final = {
    Way.KEEP: Intent.STORE_ENTITY,
    Way.ASK: Intent.RETRIEVE_ENTITY,
    Way.SET: Intent.UPDATE_ENTITY,
    Way.CHANGE: Intent.UPDATE_ENTITY,
}
_MADE_BY: Final = {
    Actor.GENERATE_NPC: Intent.GENERATE_NPC,
    Actor.DESCRIBE_LOCATION: Intent.GENERATE_LOCATION_DESCRIPTION,
    Actor.GENERATE_DUNGEON: Intent.GENERATE_DUNGEON,
}


def resolve(pointer: Pointer, results: Sequence[LatestResult]) -> Reference | None:
    """What it points to: the latest result that fits; None when nothing does."""
    for at, latest in enumerate(results):
        meant = tuple(one for one in latest.entities if _fits(pointer, one))
        if pointer.way in (Way.AGAIN, Way.ANOTHER):
            if latest.made is not None and (meant or not latest.entities):
                return Reference(pointer, latest, meant)
        elif pointer.way is Way.CHANGE and meant:
            return Reference(pointer, _made_with(meant, results[at:]), meant)
        elif meant:
            return Reference(pointer, latest, meant if pointer.way is Way.KEEP else meant[:1])
    return None


def _made_with(meant: Sequence[Referent], results: Sequence[LatestResult]) -> LatestResult:
    """The result that made what is meant, also when it was only asked about since; else the first."""
    ids = {one.id for one in meant}
    making = (one for one in results if one.made is not None and ids & {each.id for each in one.entities})
    return next(making, results[0])


def _fits(pointer: Pointer, referent: Referent) -> bool:
    """A tavern is not "her"; "it" may be anything."""
    return pointer.that not in _PERSONAL or referent.type in _PEOPLE
