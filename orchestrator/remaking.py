"""Something that was made, made once more: the same with a difference, or another one.

The same      the same seed and words; what is different is said behind them, change by change
Another one   a seed of its own; the words and the changes so far stay
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from contracts.actors import Actor
from core.ids import REQUEST_PREFIX, prefixed, seed_of
from orchestrator.followup import Reference
from orchestrator.pointing import Way, named_in
from store.requests import NewStep

_OF_THE_ONE_BEFORE: Final = frozenset({"that", "seed", "changes", "without", "another", "kept", "cast"})
_GENERATORS: Final = frozenset(
    {Actor.GENERATE_NPC, Actor.DESCRIBE_LOCATION, Actor.GENERATE_CONTENT, Actor.GENERATE_DUNGEON}
)


def remake(reference: Reference, steps: Sequence[NewStep]) -> list[NewStep]:
    """The steps that make it once more.

    Args:
        reference: What is meant, and what is to be different.
        steps: Those that made it the first time. The generator gets what it got then, and `changes` (words, the first
            one first), the `seed` and, as `without`, the ids of what it made before; the store step gets as `replaces`
            the drafts that the new ones take the place of.
    """
    made = reference.latest.made
    assert made is not None  # noqa: S101 - what the caller asks for
    given = {name: value for name, value in made.params.items() if name not in _OF_THE_ONE_BEFORE}
    given |= _difference(reference)
    kept = _replaced(reference)
    return [
        replace(step, params=step.params | given, title=_title(reference, step))
        if step.actor in _GENERATORS
        else replace(step, params=step.params | {"replaces": kept})
        if step.actor == Actor.STORE_ENTITIES and kept
        else step
        for step in steps
    ]


def _is_same(reference: Reference) -> bool:
    """The same with a difference; "again" alone rolls all the dice again."""
    return reference.pointer.way is not Way.ANOTHER and bool(reference.pointer.change)


def _difference(reference: Reference) -> dict[str, Any]:
    latest, change = reference.latest, reference.pointer.change
    before = latest.made.params if latest.made else {}
    is_another = reference.pointer.way is Way.ANOTHER
    kept = [one for one in before.get("changes", ()) if not (is_another and named_in(one))]
    said: dict[str, Any] = {"changes": [*kept, *([change] if change else [])]}
    said["without"] = [one.public_id for one in latest.entities]
    if _is_same(reference):
        seed = before.get("seed")
        return said | {"seed": seed_of(latest.request_id) if seed is None else seed}
    return said | ({"another": True} if is_another else {})


def _replaced(reference: Reference) -> dict[str, Any] | None:
    """The drafts whose next version this is: all that was made then, if nobody has touched any of it."""
    if not (_is_same(reference) and reference.latest.entities and reference.is_as_made):
        return None
    ids = [one.public_id for one in reference.latest.entities]
    return {"entities": ids, "written_by": prefixed(REQUEST_PREFIX, reference.latest.request_id)}


def _title(reference: Reference, step: NewStep) -> str:
    if not _is_same(reference):
        return step.title
    who = reference.entities[0].name if reference.entities else "it"
    return f"Change {who}: {reference.pointer.change}"[:200]
