"""The World Designer: people and places from templates and tables, true to what the campaign holds (R15).

It thinks only: what it makes stands in the result under `entities`, and the Scribe's next step stores it as drafts. A
dungeon is told room by room and stored with its own step, all in one transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.actors import Actor
from contracts.entities import EntityType
from core.errors import InvalidInput
from workers.step import Outcome, StepTask
from workers.world_designer.again import Again, seed_in
from workers.world_designer.belonging import Belonging
from workers.world_designer.brief import location_brief, npc_brief
from workers.world_designer.changing import PERSON, change_person
from workers.world_designer.content.changing import CAN
from workers.world_designer.dungeon.step import CastReader, run_dungeon_step
from workers.world_designer.location import LocationText, RecalledEntity, describe_location, invented_title
from workers.world_designer.npc import Npc, generate_npc
from workers.world_designer.place_changing import change_place, place_differences
from workers.world_designer.storyteller import Storyteller, Templates


class WorldDesignerAgent:
    """Makes people, places and dungeons; no SQL, no broker.

    Args:
        reader: Says who of the campaign may have a part in a dungeon; nobody has one when it is None.
        storyteller: Words the prose; templates alone when there is none.
    """

    def __init__(self, reader: CastReader | None = None, storyteller: Storyteller | None = None) -> None:
        self._reader = reader
        self._storyteller = storyteller or Templates()

    def think(self, task: StepTask) -> Outcome:
        """Do one step: `world_designer.generate_npc`, `.describe_location` or `.generate_dungeon`.

        Returns:
            A JSON result with `content` (Markdown), `entities` (for the Scribe to store), `source` and `seed`.

        Raises:
            InvalidInput: The action is none of these, or a brief is not one.
        """
        match task.action:
            case Actor.GENERATE_NPC:
                return Outcome(self._storyteller.retell("npc", _npc(task), task))
            case Actor.DESCRIBE_LOCATION:
                return Outcome(self._storyteller.retell("location", _location(task), task))
            case Actor.GENERATE_DUNGEON:
                return run_dungeon_step(task, self._reader)
            case _:
                raise InvalidInput(f"the World Designer does not do {task.action}")


def _npc(task: StepTask) -> dict[str, Any]:
    brief, belonging, again = npc_brief(_asked(task)), Belonging.of(task), Again.of(task)
    brief = belonging.added_to(brief) if belonging else brief
    brief, seed = replace(brief, name=None) if again.is_another else brief, seed_in(task)
    now = change_person(lambda changed: generate_npc(brief, seed, changed), again.said)
    if refused := again.refusal(name=now.person.name, can=PERSON, differences=now.differences, unknown=now.unknown):
        return refused
    return again.told(_person(now.person, belonging, seed), now.differences, what="person")


def _person(npc: Npc, belonging: Belonging | None, seed: int) -> dict[str, Any]:
    told = [belonging.sentence()] if belonging else []
    entity = {
        "type": EntityType.NPC.value,
        "name": npc.name,
        "description": " ".join([npc.summary(), *told]),
        "attributes": npc.attributes(),
        "state": "draft",
    }
    content = "\n\n".join([npc.content(), *told])
    return {"content": content, "entities": [entity], "source": list(npc.source), "seed": seed}


def _asked(task: StepTask) -> str:
    """The prompt as the plan read it, or as it was sent."""
    return str(task.params.get("brief") or task.prompt)


def _location(task: StepTask) -> dict[str, Any]:
    again, seed = Again.of(task), seed_in(task)
    recalled = tuple(one for one in _recalled(task.prior) if one.id not in again.without)
    first = location_brief(_asked(task))
    if again.is_another:  # of the same kind, but not the one of that name
        first = replace(first, title=None, words=frozenset(), definite=False)
    now, before, unknown = change_place(
        first,
        again.said,
        title=describe_location(first, recalled, seed).title,
        rename=lambda one: invented_title(one, seed, "another", one.title),
    )
    text = describe_location(now, recalled, seed, drawn_for=first)
    differences = place_differences(before, now) if text.created or before != now else []
    if refused := again.refusal(name=text.title, can=CAN["location"], differences=differences, unknown=unknown):
        return refused
    return again.told(_place(text, recalled, seed), differences, what="place")


def _place(text: LocationText, recalled: Sequence[RecalledEntity], seed: int) -> dict[str, Any]:
    entity = {
        "type": EntityType.LOCATION.value,
        "name": text.title,
        "description": text.description,
        "attributes": text.attributes(seed),
        "state": "draft",
    }
    return {
        "content": text.content,
        "entities": [entity] if text.created else [],
        "source": [f"campaign: {one.name} ({one.id})" for one in recalled if one.id in text.based_on],
        "based_on": list(text.based_on),
        "seed": seed,
    }


def _recalled(prior: Mapping[int, Mapping[str, Any]]) -> Iterable[RecalledEntity]:
    """What earlier steps found in the campaign, in the order it was found."""
    for number in sorted(prior):
        for match in prior[number].get("matches", ()):
            yield RecalledEntity(
                id=str(match["id"]),
                type=str(match["type"]),
                name=str(match["name"]),
                description=str(match.get("description") or ""),
                score=float(match.get("score") or 0.0),
                attributes=match.get("attributes") or {},
            )
