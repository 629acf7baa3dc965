"""Rooms in the words of a theme: what is seen first, what stands there, what is heard and smelt, who was here before.

Every sentence is put together from so many parts that among hundreds of rooms hardly one returns; a caller that makes
many rooms for one place passes what was told already, and then none does.
"""

import random
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, get_args

from core.errors import FieldError, InvalidInput
from workers.world_designer.prose import with_articles
from workers.world_designer.reading import Vocabulary
from workers.world_designer.vocabulary.themes import Common, Function, Kin, Theme, common, themes, version

__all__ = ["FUNCTIONS", "describe_room", "theme_in", "theme_named", "themes", "version"]

FUNCTIONS: Final[tuple[str, ...]] = get_args(Function)
"""What a room can be for; a room of any other kind shows the theme alone."""
_SLOT = re.compile(r"\$([A-Za-z]+)")
_CHOICE = re.compile(r"\{([^{}]*)\}")
_TRIES: Final = 50


def theme_named(name: str) -> Theme:
    """A theme by id or title.

    Raises:
        InvalidInput: There is no such theme; the message lists all.
    """
    found = themes().get(re.sub(r"[^a-z]+", "_", name.casefold().replace("'", "")).strip("_"))
    if found is None:
        allowed = f"one of: {', '.join(themes())}"
        raise InvalidInput(f"theme must be {allowed}", fields=[FieldError("theme", allowed)])
    return found


def theme_in(text: str) -> Theme | None:
    """The theme that a prompt in lower case names first, by any of its words."""
    words = Vocabulary({word: theme.id for theme in themes().values() for word in reversed(theme.words)})
    found = words.first(text)
    return themes()[found] if found else None


def describe_room(
    theme: Theme,
    rng: random.Random,
    *,
    size: tuple[int, int] = (30, 40),
    function: str | None = None,
    residents: str | None = None,
    kin: Kin = "beast",
    space: str | None = None,
    told: Collection[str] = (),
) -> list[str]:
    """Describe one room, cave or place in the open.

    Args:
        theme: One of `themes()`.
        rng: The same state gives the same sentences.
        size: Width and depth in feet.
        function: One of `FUNCTIONS`, which puts its own furniture in; others and None add none.
        residents: Who lives there, in the plural, such as `goblins`; None when nobody does.
        kin: How they live: as people, beasts or the undead.
        space: What the place itself is, such as `a low guardroom`; one of the theme's own when None.
        told: Sentences of other rooms, none of which is told again.

    Returns:
        Four sentences of 60 to 120 words in all: the place itself, what stands in it, the senses, and the
        signs of residents or the traces of visitors.
    """
    words, seen = common(), set(told)
    room = _Words(theme, words, rng, size, residents, space)
    furniture = words.functions[theme.style].get(function)  # type: ignore[call-overload]  # of any other name there is none
    known = (
        (words.signs[kin], words.sign_tails)
        if residents
        else ((*words.traces[theme.style], *theme.traces), words.tails)
    )
    return [
        room.new((words.openings[theme.style],), seen),
        room.new((furniture, _THEN, theme.features) if furniture else (theme.features, words.beside), seen),
        room.new((words.senses,), seen),
        room.new(known, seen),
    ]


_THEN: Final = ("; ",)


class _Words:
    """Makes one room's sentences; a corner and a thing are used once per room."""

    def __init__(
        self,
        theme: Theme,
        words: Common,
        rng: random.Random,
        size: tuple[int, int],
        residents: str | None,
        space: str | None,
    ) -> None:
        self._rng = rng
        smell, second = rng.sample(theme.smells, 2)
        self._fixed = {"w": str(size[0]), "h": str(size[1]), "residents": residents or ""}
        self._fixed |= {"smell": smell, "smellb": second}
        self._pools: Mapping[str, Sequence[str]] = {
            "space": (space,) if space else theme.spaces,
            "wall": theme.walls,
            "ground": theme.grounds,
            "air": theme.airs,
            "sound": theme.sounds,
            "where": words.where[theme.style],
            "item": theme.items,
        }
        self._used: set[str] = set()

    def new(self, parts: Sequence[Sequence[str]], seen: set[str]) -> str:
        """A sentence of one choice from each part that is not among those seen, and is then; the last try else."""
        sentence = ""
        for _ in range(_TRIES):
            before = set(self._used)
            pattern = "".join(self._rng.choice(part) for part in parts)
            sentence = _sentence(self._whole(pattern), self._rng)
            if sentence not in seen and not _says_twice(sentence):
                break
            self._used = before
        seen.add(sentence)
        return sentence

    def _whole(self, pattern: str) -> str:
        """Slot by slot; a clause that speaks of walls or of hanging gets a place that has a wall."""
        return "; ".join(map(self._clause, pattern.split("; ")))

    def _clause(self, pattern: str) -> str:
        on_a_wall = _ON_A_WALL.search(pattern) is not None
        return _SLOT.sub(lambda slot: self._filled(slot[1].lower(), on_a_wall=on_a_wall), pattern)

    def _filled(self, name: str, *, on_a_wall: bool) -> str:
        if (fixed := self._fixed.get(name)) is not None:
            return fixed
        pool = self._pools[name]
        if name == "where" and on_a_wall:
            pool = [one for one in pool if not _AWAY_FROM_WALLS.search(one)]
        picked = self._rng.choice([one for one in pool if one not in self._used] or pool)
        self._used.add(picked)
        return picked


_ON_A_WALL: Final = re.compile(
    r"\b(hangs?|runs?|plaster|follow the wall|interrupts the wall|is fixed|a niche|cover the rock|set in the brick)\b"
)
_AWAY_FROM_WALLS: Final = re.compile(r"^in the middle|paces in$|off the middle|level ground")
_ONCE: Final = re.compile(
    r"\b(altar|throne|tapestry|rack|bed|table|chest|cage|nest|mirror|desk|shelf|shelves|bell|statue|figure|font|hearth"
    r"|ladder|bench|pool|skeleton|door|lamp|cart|banner|shrine|pit|niche)s?\b"
)


def _says_twice(sentence: str) -> bool:
    """Whether two things of one kind stand in it: an altar beside an altar is one too many."""
    things = _ONCE.findall(sentence.lower())
    return len(things) > len(set(things))


def _sentence(phrase: str, rng: random.Random) -> str:
    """The phrase with its choices made, `a` and `an` put right, a capital in front and a full stop behind."""
    text = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), phrase).rstrip(".") + "."
    text = text.replace(" in in ", " in, in ")
    return with_articles(text[0].upper() + text[1:])
