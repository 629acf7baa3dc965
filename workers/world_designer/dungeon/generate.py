"""Makes a dungeon from a brief and a seed: with the same cast and versions, they make the same bytes.

1 layout   everything on the map, and numbers      `Draft`
2 rooms    one by one in walking order             `room`
3 ending   wandering table, totals, proof          `finish`
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import rules
from contracts.dungeons import DungeonBrief, DungeonStyle
from core.errors import FieldError, InvalidInput
from workers.world_designer.dungeon import document
from workers.world_designer.dungeon.budget import TOLERANCE_PERCENT
from workers.world_designer.dungeon.cast import NOBODY, Cast, free_name
from workers.world_designer.dungeon.checker import prove
from workers.world_designer.dungeon.doors import hang_doors
from workers.world_designer.dungeon.functions import assign_functions, sizes
from workers.world_designer.dungeon.graph import make_graph
from workers.world_designer.dungeon.hooks import hooks_of
from workers.world_designer.dungeon.layout import Layout, LayoutFailed, lay_out
from workers.world_designer.dungeon.loops import add_loops
from workers.world_designer.dungeon.numbering import number_rooms
from workers.world_designer.dungeon.plan import Plan, make_plan
from workers.world_designer.dungeon.rooms import fill_room
from workers.world_designer.dungeon.wandering import wandering_table
from workers.world_designer.dungeon.words import own, pick, plain_choice, say, vocabulary_version
from workers.world_designer.prose import stream

GENERATOR: Final = "dungeon/3"
MOST_RETRIES: Final = 20


@dataclass(frozen=True)
class Draft:
    """A dungeon whose map is made and whose rooms are planned, but not yet filled."""

    brief: DungeonBrief
    seed: int
    retry: int
    theme: str
    style: DungeonStyle
    layout: Layout
    numbers: dict[int, int]
    plan: Plan
    head: dict[str, Any]

    @cached_property
    def sketch(self) -> dict[str, Any]:
        """The head of the document with the map of every level: what is shown before any room is filled."""
        rooms = [{"number": one.number, "name": one.name, "goal": one.is_goal} for one in self.plan.rooms]
        places = [self._places[one.node] for one in self.plan.rooms]
        shown = [{name: value for name, value in place.items() if name != "exits"} for place in places]
        return {**self.head, "rooms": [room | place for room, place in zip(rooms, shown, strict=True)]}

    @cached_property
    def _places(self) -> dict[int, dict[str, Any]]:
        frame = document.Frame(self.layout)
        lengths = {one["id"]: one["feet"] for level in self.head["levels"] for one in level["passages"]}
        return {
            node: document.geometry_of(self.layout, node, frame)
            | {"exits": document.exits_of(number, self.head["doors"], lengths)}
            for node, number in self.numbers.items()
        }

    def rooms(self, kept: Mapping[int, Mapping[str, Any]] | None = None) -> Iterator[dict[str, Any]]:
        """Every room, whole, in walking order.

        Args:
            kept: Rooms of an earlier document, by number, that stay as they were.

        Raises:
            InvalidInput: A kept room is not where it was: the map is another one.
        """
        require_same_map(self._places, self.numbers, kept or {})
        for one in self.plan.rooms:
            place = self._places[one.node]
            if kept and one.number in kept:
                yield dict(kept[one.number])
                continue
            size = (place["width_feet"], place["height_feet"])
            yield fill_room(one, self.brief, self.theme, size, self.numbers, self.seed) | place

    def finish(self, rooms: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The whole document: the rooms with everything that is counted over them, and the proof."""
        whole = {
            **self.head,
            "rooms": list(rooms),
            "factions": _factions(self.plan, rooms),
            "keys": _keys(rooms, self.head["doors"]),
            "wandering": wandering_table(rooms, self.seed),
            "totals": _totals(self.plan, rooms),
        }
        return whole | {"proof": prove(whole)}


def require_same_map(
    places: Mapping[int, Mapping[str, Any]], numbers: Mapping[int, int], kept: Mapping[int, Mapping[str, Any]]
) -> None:
    """Raise InvalidInput when a kept room is not at its place: something that shapes the map was changed."""
    by_number = {number: places[node] for node, number in numbers.items()}
    for number, room in kept.items():
        place = by_number.get(number)
        if place is None or any(room.get(name) != place[name] for name in place):
            allowed = "rooms can be kept while the seed and what shapes the map stay the same"
            raise InvalidInput(
                f"room {number} is not on this map as it was", fields=[FieldError("keep.rooms", allowed)]
            )


def draft_dungeon(brief: DungeonBrief, seed: int, cast: Cast = NOBODY) -> Draft:
    """Lay a dungeon out and plan its rooms, with the parts that the campaign's own have in it.

    Raises:
        LayoutFailed: No layout was found in `MOST_RETRIES` tries.
    """
    theme, style = theme_and_style(brief, seed)
    for retry in range(MOST_RETRIES):
        try:
            graph = make_graph(brief, seed, retry)
            functions = assign_functions(graph, seed, retry)
            layout = add_loops(lay_out(graph, style, sizes(graph, functions), seed, retry), brief, seed, retry)
        except LayoutFailed:
            continue
        numbers = number_rooms(layout)
        plan = make_plan(brief, theme, layout, numbers, functions, seed, retry, cast)
        head = _head(brief, seed, retry, theme, layout, numbers, plan, cast)
        return Draft(brief, seed, retry, theme, style, layout, numbers, plan, head)
    raise LayoutFailed(f"no layout for {brief.rooms} rooms in {MOST_RETRIES} tries")


def generate_dungeon(
    brief: DungeonBrief, seed: int, kept: Mapping[int, Mapping[str, Any]] | None = None, cast: Cast = NOBODY
) -> dict[str, Any]:
    """The whole document of a dungeon, as of contracts/v1/content/dungeon.json; raises as its parts do."""
    draft = draft_dungeon(brief, seed, cast)
    return draft.finish(list(draft.rooms(kept)))


def as_bytes(whole: Mapping[str, Any]) -> bytes:
    """The document as canonical JSON: the same dungeon, the same bytes."""
    return json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def theme_and_style(brief: DungeonBrief, seed: int) -> tuple[str, DungeonStyle]:
    """What the brief says of them, and what the seed draws where it says nothing."""
    rng = stream(seed, "theme")
    settings = own("settings")["themes"]
    fitting = [name for name in sorted(settings) if brief.style is None or brief.style in settings[name]["styles"]]
    theme: str = brief.theme or rng.choice(fitting)
    usual: DungeonStyle = rng.choice(settings[theme]["styles"])
    return theme, brief.style if brief.style is not None else usual


def _head(
    brief: DungeonBrief, seed: int, retry: int, theme: str, layout: Layout, numbers: Mapping[int, int], plan: Plan,
    cast: Cast,
) -> dict[str, Any]:  # fmt: skip
    frame, ids = document.Frame(layout), document.passage_ids(layout)
    settings = own("settings")
    words, rng = settings["themes"][theme], stream(seed, "name", theme)
    goal = next(one for one in plan.rooms if one.is_goal)
    name = brief.name or free_name(cast, lambda: _name(words, rng))
    master = plan.factions[0]
    return {
        "kind": "dungeon",
        "generator": GENERATOR,
        "rules_version": f"{rules.default_rulebook().version}/{rules.default_bestiary().version}",
        "vocabulary_version": vocabulary_version(),
        "seed": seed,
        "retry": retry,
        "brief": brief.model_dump(mode="json"),
        "name": name,
        "theme": theme,
        "style": layout.style,
        "feet_per_cell": 10,
        "history": {
            "builder": say(rng, rng.choice(words["builders"])),
            "fall": say(rng, rng.choice(words["falls"])),
            "now": f"{master.name[:1].upper()}{master.name[1:]} hold it. They want {master.want}.",
        },
        "goal": {"room": goal.number, "what": f"{goal.name} (room {goal.number})"},
        "cast": cast.as_json(),
        **hooks_of(brief, cast, plan, name, seed),
        "levels": document.levels_of(layout, numbers, ids, frame),
        "doors": document.doors_of(hang_doors(layout, numbers, ids, seed, retry), frame),
        "stairs": document.stairs_of(layout, numbers, frame),
        "entrances": document.entrances_of(layout, numbers, frame),
    }


def _name(words: Mapping[str, Any], rng: Any) -> str:
    proper = plain_choice(rng, own("settings")["first_names"][0])
    return pick(rng, own("settings")["name_forms"], place=rng.choice(words["places"]), proper=proper)


def _factions(plan: Plan, rooms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "id": faction.id,
            "name": faction.name,
            "kind": faction.kind,
            "wants": faction.want,
            "sign": faction.sign,
            "rooms": [room["number"] for room in rooms if room["faction"] == faction.name],
        }
        | ({"stored_id": faction.stored} if faction.stored else {})
        for faction in plan.factions
        if faction.kind != "pest"
    ]


def _keys(rooms: Sequence[Mapping[str, Any]], doors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "what": key["what"],
            "room": room["number"],
            "zone": key["zone"],
            "opens": [door["id"] for door in doors if door.get("zone") == key["zone"]],
        }
        for room in rooms
        for key in room["keys"]
    ]


def _totals(plan: Plan, rooms: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    experience = sum(room["experience"] for room in rooms)
    gold = round(sum(room["treasure"]["gold_pieces"] for room in rooms if room["treasure"]), 2)
    levels = sorted({room["level"] for room in rooms})
    return {
        "experience": {
            "wanted": plan.experience_wanted,
            "target": plan.experience_target,
            "total": experience,
            "gap_percent": _gap(experience, plan.experience_target),
        },
        "gold_pieces": {"target": plan.gold_target, "total": gold, "gap_percent": _gap(gold, plan.gold_target)},
        "magic_items": sum(len(room["treasure"]["magic"]) for room in rooms if room["treasure"]),
        "tolerance_percent": TOLERANCE_PERCENT,
        "levels": [
            {
                "level": level,
                "experience": sum(room["experience"] for room in rooms if room["level"] == level),
                "gold_pieces": round(
                    sum(
                        room["treasure"]["gold_pieces"] for room in rooms if room["level"] == level and room["treasure"]
                    ),
                    2,
                ),
            }
            for level in levels
        ],
    }


def _gap(total: float, target: int) -> float:
    return round(100 * (total - target) / max(1, target), 1)
