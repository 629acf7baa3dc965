"""One step of a request: a dungeon told as it is made, and stored whole.

    layout -> map (levels that did not fit) -> room, room ... in walking order -> wandering -> summary

The layout is told at once and made before anybody's rooms, because people wait to see it; what comes behind is told in
handfuls, a moment after it is made at most. A worker that dies is followed by one that makes the same again, and what
was told stays told. The entities are written in the transaction that ends the step.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol
from uuid import UUID

from pydantic import ValidationError

from contracts.dungeons import DungeonBrief
from core.errors import FieldError, InvalidInput
from maps.atlas import map_svg
from maps.key import key_markdown
from store.values import json_bytes
from workers.gathering import Gathered
from workers.step import Outcome, StepTask
from workers.turnstile import Turnstile
from workers.world_designer.again import Again, seed_in
from workers.world_designer.content_agent import CampaignReader
from workers.world_designer.dungeon.cast import NOBODY, Cast, choose_cast, read_cast
from workers.world_designer.dungeon.changing import DUNGEON, change_dungeon, dungeon_differences
from workers.world_designer.dungeon.entities import changes_of
from workers.world_designer.dungeon.generate import Draft, draft_dungeon, theme_and_style
from workers.world_designer.dungeon.reading import dungeon_brief

_MOST_BYTES: Final = 95_000
"""What one event may hold, with room to spare."""


TURNS: Final = Turnstile()
"""Those of all dungeons of this process."""


class CastReader(CampaignReader, Protocol):
    """Whatever can say what a campaign holds, and what a step has told of it before."""

    def told_cast(self, request_id: UUID, step_no: int) -> dict[str, Any] | None:
        """The cast that this step told with its layout, when it ran before."""
        ...


def run_dungeon_step(task: StepTask, reader: CastReader | None = None) -> Outcome:
    """Make the dungeon of a step.

    Args:
        task: `params` has `brief` (checked at the door) or `prompt`, and may have `seed`, `store` (true), `kept`,
            rooms by number that stay as they were, and `cast`, that of the dungeon they are from.
        reader: Says who of the campaign may have a part; nobody has one when it is None.

    Raises:
        InvalidInput: The brief is none, or a kept room does not fit the map.
    """
    again, seed = Again.of(task), seed_in(task)
    asked = _brief(task)
    asked = asked.model_copy(update={"name": None}) if again.is_another else asked
    brief, before, unknown = change_dungeon(asked, again.said)
    differences = dungeon_differences(before, brief)
    name = brief.name or "the dungeon"
    if refused := again.refusal(name=name, can=DUNGEON, differences=differences, unknown=unknown):
        return Outcome({**refused, "entities_created": []})
    cast = _cast(task, brief, seed, reader)
    with TURNS.first():
        draft = draft_dungeon(brief, seed, cast)
        layout, *maps = layout_events(draft)
    task.progress.emit(*layout)
    whole = _filled(draft, maps, task)
    outcome = _outcome(task, whole)
    return replace(outcome, result=again.told(outcome.result, differences, what="dungeon"))


def _filled(draft: Draft, maps: Sequence[tuple[str, dict[str, Any]]], task: StepTask) -> dict[str, Any]:
    """The whole dungeon; everything behind its layout is told as it comes."""
    kept = {int(number): room for number, room in (task.params.get("kept") or {}).items()}
    gathered = Gathered(task.progress)
    for kind, data in maps:
        gathered.add(kind, data)
    rooms = []
    with TURNS.behind() as turn:
        for room in draft.rooms(kept):
            rooms.append(room)
            gathered.add("room", room)
            if gathered.is_due or turn.is_wanted:
                with turn.aside():
                    gathered.tell()
        whole = draft.finish(rooms)
    gathered.add("wandering", whole["wandering"])
    gathered.add("summary", summary_of(whole))
    gathered.tell()
    return whole


def _cast(task: StepTask, brief: DungeonBrief, seed: int, reader: CastReader | None) -> Cast:
    """The cast of the order, else the one that was told before, else one chosen now."""
    if "cast" in task.params:
        return read_cast(task.params["cast"])
    if reader is None:
        return NOBODY
    if (told := reader.told_cast(task.request_id, task.step_no)) is not None:
        return read_cast(told)
    text = "" if "brief" in task.params else str(task.params.get("prompt") or task.prompt)
    campaign = reader.campaign(
        task.principal,
        task.campaign_id,
        names=[brief.name] if brief.name else [],
        text=text,
        location_id=task.location_id,
    )
    campaign = campaign.without(Again.of(task).without)
    return choose_cast(campaign, brief, theme_and_style(brief, seed)[0], seed, text=text, location_id=task.location_id)


def layout_events(draft: Draft) -> Iterator[tuple[str, dict[str, Any]]]:
    """`layout` with the map of every level as data and as drawing; drawings that do not fit follow as `map`."""
    sketch = draft.sketch
    drawn = [{"level": one["level"], "svg": map_svg(sketch, "dm", one["level"])} for one in sketch["levels"]]
    fitting: list[dict[str, Any]] = []
    size = json_bytes({**sketch, "maps": []})
    for one in drawn:
        size += json_bytes(one) + len(", ")
        if size > _MOST_BYTES:
            break
        fitting.append(one)
    yield "layout", {**sketch, "maps": fitting}
    for one in drawn[len(fitting) :]:
        yield "map", one


def summary_of(whole: Mapping[str, Any]) -> dict[str, Any]:
    """What leads there and what is counted over the whole: quest, rumours, factions, keys, totals, proof."""
    return {name: whole[name] for name in ("name", "goal", "quest", "rumours", "factions", "keys", "totals", "proof")}


def _outcome(task: StepTask, whole: Mapping[str, Any]) -> Outcome:
    result: dict[str, Any] = {
        "content": key_markdown(whole),
        "dungeon": summary_of(whole),
        "seed": whole["seed"],
        "source": [
            *_sources(whole["rooms"]),
            *(f"campaign: {one['name']} ({one['id']})" for one in whole["cast"]["members"]),
        ],
        "entities_created": [],
    }
    if not task.params.get("store", True):
        return Outcome(result | {"document": dict(whole)})
    changes, created = changes_of(whole, task.request_id, task.step_no)
    return Outcome(result | {"entities_created": created}, changes)


def _brief(task: StepTask) -> DungeonBrief:
    if "brief" not in task.params:
        return dungeon_brief(str(task.params.get("prompt") or task.prompt))
    try:
        return DungeonBrief.model_validate(task.params["brief"])
    except ValidationError as error:
        fields = [FieldError(".".join(map(str, one["loc"])) or "brief", one["msg"]) for one in error.errors()]
        raise InvalidInput("the brief is not one of a dungeon", fields=fields) from error


def _sources(rooms: Sequence[Mapping[str, Any]]) -> list[str]:
    books = {group["source"].split(",")[0] for room in rooms for group in room["creatures"]}
    return [*sorted(books), "Dungeon Master Guide, tables 84 to 108", "Player's Handbook, chapter 2"]
