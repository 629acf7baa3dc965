"""The proof that a dungeon can be played, worked out from the finished document alone.

It shares nothing with the code that lays dungeons out: cells, doors and stairs are read back, walked and counted anew.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

Spot = tuple[int, int, int]
"""Level, column, row."""
_SIDES: Final = {"N": (0, -1), "E": (1, 0), "S": (0, 1), "W": (-1, 0)}
_HIDDEN: Final = frozenset({"secret", "concealed"})
_COPPER: Final = {"cp": 1, "sp": 10, "gp": 100, "pp": 500}


def prove(document: Mapping[str, Any]) -> dict[str, Any]:
    """What holds of a dungeon document, and `holds` for all of it together; `problems` says what does not, in words."""
    ground = _Ground(document)
    everywhere = ground.walk(secrets=True)
    openly = ground.walk(secrets=False)
    rooms = {room["number"] for room in document["rooms"]}
    goal = document["goal"]["room"]
    problems = [*ground.problems, *_number_problems(document), *_total_problems(document)]
    missing = sorted(rooms - everywhere.rooms)
    if missing:
        problems.append(f"rooms that cannot be reached: {missing}")
    if goal not in openly.rooms:
        problems.append(f"the goal, room {goal}, is reached by secret doors alone")
    locks = [door["id"] for door in document["doors"] if door["kind"] == "locked"]
    shut = [door for door in locks if door not in openly.opened]
    if shut:
        problems.append(f"locks whose key is not found before them: {shut}")
    return {
        "rooms": len(rooms),
        "rooms_reachable": len(everywhere.rooms),
        "all_rooms_reachable": not missing,
        "rooms_reachable_without_secret_doors": len(openly.rooms),
        "goal_reachable_without_secret_doors": goal in openly.rooms,
        "keys_before_locks": not shut,
        "order_of_keys": [{"key_in_room": room, "opens": door} for room, door in openly.order],
        "loops": ground.loops(),
        "geometry_holds": not ground.problems,
        "totals_add_up": not _total_problems(document),
        "problems": problems,
        "holds": not problems,
    }


class _Walk:
    """What was reached: rooms, locks opened, and which room's key opened which lock, in order."""

    def __init__(self) -> None:
        self.rooms: set[int] = set()
        self.opened: set[str] = set()
        self.order: list[tuple[int, str]] = []


class _Ground:
    """Cells, edges and stairs, read from the document; what is wrong with them stands in `problems`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.problems: list[str] = []
        self._owner: dict[Spot, str] = {}
        for room in document["rooms"]:
            self._claim(room["level"], room["cells"], f"room {room['number']}")
        for level in document["levels"]:
            for passage in level["passages"]:
                self._claim(level["level"], passage["cells"], f"passage {passage['id']}")
        self._doors: dict[tuple[Spot, Spot], Mapping[str, Any]] = {}
        for door in document["doors"]:
            self._hang(door)
        self._stairs: dict[Spot, list[Spot]] = {}
        for stair in document["stairs"]:
            self._climb(stair)
        self._check_wholes()

    def _claim(self, level: int, runs: list[list[int]], name: str) -> None:
        for row, first, last in runs:
            for column in range(first, last + 1):
                spot = (level, column, row)
                if spot in self._owner:
                    self.problems.append(f"{name} overlaps {self._owner[spot]}")
                self._owner[spot] = name

    def _hang(self, door: Mapping[str, Any]) -> None:
        here: Spot = (door["level"], door["at"][0], door["at"][1])
        dx, dy = _SIDES[door["side"]]
        there = (here[0], here[1] + dx, here[2] + dy)
        ends = (self._owner.get(here), self._owner.get(there))
        if ends != (f"room {door['room']}", f"passage {door['passage']}"):
            self.problems.append(f"door {door['id']} joins {ends[0]} and {ends[1]}")
        if (here, there) in self._doors:
            self.problems.append(f"door {door['id']} hangs where another does")
        self._doors[here, there] = self._doors[there, here] = door

    def _climb(self, stair: Mapping[str, Any]) -> None:
        column, row = stair["at"]
        spots = [(stair[end]["level"], column, row) for end in ("upper", "lower")]
        for end, spot in zip(("upper", "lower"), spots, strict=True):
            if self._owner.get(spot) != f"room {stair[end]['room']}":
                self.problems.append(f"the {end} end of {stair['id']} is not in room {stair[end]['room']}")
        self._stairs.setdefault(spots[0], []).append(spots[1])
        if not stair["one_way"]:
            self._stairs.setdefault(spots[1], []).append(spots[0])

    def _check_wholes(self) -> None:
        """Every room and passage is of one piece, and has a door; every entrance is in its room."""
        pieces: dict[str, list[Spot]] = {}
        for spot, name in self._owner.items():
            pieces.setdefault(name, []).append(spot)
        with_doors = {self._owner[ends[0]] for ends in self._doors}
        for name, spots in pieces.items():
            if len(self._piece(spots[0])) != len(spots):
                self.problems.append(f"{name} is in pieces")
            if name not in with_doors and len(self._document["rooms"]) > 1 and not self._has_stair(spots):
                self.problems.append(f"{name} has no door")
        for way_in in self._document["entrances"]:
            if self._owner.get((way_in["level"], *way_in["at"])) != f"room {way_in['room']}":
                self.problems.append(f"an entrance is not in room {way_in['room']}")

    def _has_stair(self, spots: list[Spot]) -> bool:
        return any(spot in self._stairs for spot in spots)

    def _piece(self, start: Spot) -> set[Spot]:
        found, ahead = {start}, [start]
        while ahead:
            here = ahead.pop()
            for near in _beside(here):
                if near not in found and self._owner.get(near) == self._owner[here]:
                    found.add(near)
                    ahead.append(near)
        return found

    def walk(self, *, secrets: bool) -> _Walk:
        """Walk from the first entrance, opening locks with keys found on the way, until nothing new is reached."""
        keys = {room["number"]: {key["zone"] for key in room["keys"]} for room in self._document["rooms"]}
        walk = _Walk()
        held: dict[int, int] = {}
        way_in = self._document["entrances"][0]
        while True:
            spots, waiting = self._flood((way_in["level"], *way_in["at"]), walk.opened, secrets=secrets)
            walk.rooms = {int(name[5:]) for name in map(self._owner.__getitem__, spots) if name.startswith("room ")}
            held |= {zone: room for room in sorted(walk.rooms) for zone in keys[room] if zone not in held}
            able = [door for door in waiting if door["zone"] in held]
            if not able:
                return walk
            for door in able:
                walk.opened.add(door["id"])
                walk.order.append((held[door["zone"]], door["id"]))

    def _flood(self, start: Spot, opened: set[str], *, secrets: bool) -> tuple[set[Spot], list[Mapping[str, Any]]]:
        """All cells reached, and the locked doors that were come to, by id."""
        found, ahead, waiting = {start}, deque([start]), {}
        while ahead:
            here = ahead.popleft()
            for near in self._steps(here):
                door = self._doors.get((here, near))
                if door is not None and door["kind"] in _HIDDEN and not secrets:
                    continue
                if door is not None and door["kind"] == "locked" and door["id"] not in opened:
                    waiting[door["id"]] = door
                    continue
                if door is not None and door["kind"] == "barred" and self._owner[here].partition(" ")[0] != door["bar"]:
                    continue
                if near not in found:
                    found.add(near)
                    ahead.append(near)
        return found, [waiting[name] for name in sorted(waiting)]

    def _steps(self, here: Spot) -> Iterator[Spot]:
        for near in _beside(here):
            if near in self._owner and (self._owner[near] == self._owner[here] or (here, near) in self._doors):
                yield near
        yield from self._stairs.get(here, ())

    def loops(self) -> int:
        """Independent ways round: joints minus places plus one, for a whole that is connected."""
        places = len(set(self._owner.values()))
        joints = len(self._doors) // 2 + len(self._document["stairs"])
        return joints - places + 1


def _beside(spot: Spot) -> tuple[Spot, ...]:
    level, column, row = spot
    return (level, column, row - 1), (level, column + 1, row), (level, column, row + 1), (level, column - 1, row)


def _number_problems(document: Mapping[str, Any]) -> list[str]:
    """Numbers that repeat or are missing, and references to rooms and doors that are not there."""
    rooms = Counter(room["number"] for room in document["rooms"])
    found = (
        [f"the rooms are not numbered from 1: {sorted(rooms)}"]
        if sorted(rooms.elements()) != list(range(1, len(document["rooms"]) + 1))
        else []
    )
    doors = Counter(door["id"] for door in document["doors"])
    found += [f"door {name} stands twice" for name, times in doors.items() if times > 1]
    told = [clue["room"] for room in document["rooms"] for clue in room["clues"]]
    told += [room for entry in document["wandering"]["entries"] for room in entry["rooms"]]
    told += [to for room in document["rooms"] for way in room["exits"] for to in way["leads_to"]]
    found += [f"room {number} is spoken of and is not there" for number in sorted(set(told) - set(rooms))]
    return found


def _total_problems(document: Mapping[str, Any]) -> list[str]:
    """Sums that differ from what their parts give."""
    totals, found = document["totals"], []
    experience = sum(
        group["number"] * group["experience_each"] for room in document["rooms"] for group in room["creatures"]
    )
    if experience != totals["experience"]["total"]:
        found.append(f"the creatures are worth {experience}, not {totals['experience']['total']}")
    gold = round(sum(_worth(room["treasure"]) for room in document["rooms"] if room["treasure"]), 2)
    if abs(gold - totals["gold_pieces"]["total"]) > 0.05:
        found.append(f"the treasure is worth {gold} gp, not {totals['gold_pieces']['total']}")
    magic = sum(len(room["treasure"]["magic"]) for room in document["rooms"] if room["treasure"])
    if magic != totals["magic_items"]:
        found.append(f"there are {magic} magical items, not {totals['magic_items']}")
    by_level = sum(level["experience"] for level in totals["levels"])
    if by_level != experience:
        found.append(f"the levels together are worth {by_level}, not {experience}")
    return found


def _worth(treasure: Mapping[str, Any]) -> float:
    coins = sum(_COPPER[coin] * number for coin, number in treasure["coins"].items()) / 100
    return float(round(coins + sum(one["gold_pieces"] for one in (*treasure["gems"], *treasure["art"])), 2))
