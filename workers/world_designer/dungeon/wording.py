"""The boxed text of a room: what anyone sees, hears and smells at the door. No number but its size, no secret."""

import random
import re
from dataclasses import dataclass
from typing import Final

from workers.world_designer.dungeon.words import own
from workers.world_designer.themes import describe_room, themes

_KIN: Final = {"people": "people", "undead": "undead"}


@dataclass(frozen=True, slots=True)
class Wording:
    """What is read aloud, and the sign of life or of earlier visitors that a search shows."""

    read_aloud: str
    trace: str


def describe(
    theme: str,
    name: str,
    function: str,
    size: tuple[int, int],
    residents: str | None,
    kind: str,
    rng: random.Random,
    *,
    is_goal: bool = False,
) -> Wording:
    """A room in the words of a theme.

    Args:
        theme: One of the shared themes.
        name: What the room is called, which its description must not contradict: a vault is no kitchen.
        function: What the room is for, such as `guard`.
        size: Width and depth in feet.
        residents: In the plural; None when nobody lives there.
        kind: How they live: people, undead, or anything else for beasts.
        rng: The room's own source.
        is_goal: Whether there is no other room like it: `the` armory.
    """
    place, furniture, senses, trace = describe_room(
        themes()[theme],
        rng,
        size=size,
        function=function,
        residents=residents,
        kin=_KIN.get(kind, "beast"),  # type: ignore[arg-type]
        space=_space(name, rng, is_goal=is_goal),
    )
    told = [place, furniture, senses] if rng.random() < 0.35 else [place, furniture]
    return Wording(" ".join(told), trace)


def _space(name: str, rng: random.Random, *, is_goal: bool) -> str:
    """The room by its name, in a sentence: `a low guardroom`, `a row of cells`, `the commander's vault`."""
    words = own("settings")
    plain = _NUMBERED.sub("", name).lower()
    # `Stained Cathedral` is told as the cathedral is: the adjective keeps the names apart.
    for noun in (plain, plain.partition(" ")[2]):
        if noun in words["spoken"] and not is_goal:
            return str(words["spoken"][noun])
    if is_goal:
        return f"the {plain}"
    look = rng.choice(words["looks"]) if " " not in plain else ""
    return f"a {look} {plain}" if look else f"a {plain}"


_NUMBERED: Final = re.compile(r" at \d+$")
