"""Step 3, the numbers: how the words beside a number are looked at; `used` marks those that have a meaning."""

from collections.abc import Callable

from rules.asking.lexicon import others
from rules.asking.slots import Slots
from rules.asking.vocabulary import Item

MAX_LINKS = 3
_LINKS = frozenset(others()["link"])
"""Words that may stand between a number and the word that gives it its meaning."""
UNITS = (
    "feet", "stories", "meters", "yards", "inches", "pounds", "kilograms", "percent", "xp", "hp", "gold", "years",
    "days", "weeks", "hours", "rounds", "turns", "coins",
)  # fmt: skip
"""Cues that follow a number and say what it counts."""
_ASKED_AFTER = frozenset({"need", "needed", "required", "necessary", "must", "do", "does", "is"})
_ASKED_AS = frozenset({"minimum", "min", "lowest", "least", "smallest", "minimal"})
JOINING = frozenset({"and", "&", "/", ","})
OWNERS = frozenset({"level", "ac", "thac0", "hd"})


_GAINING = frozenset({"for", "have", "has", "get", "gets", "keep", "hire", "lead", "attract", "to"})
"""What stands before so many of a thing that are wanted."""


class Walker:
    """Walks over the items of a question."""

    def __init__(self, items: list[Item], slots: Slots) -> None:
        self.items, self.slots = items, slots
        self.numbers = slots.numbers
        self.used: set[int] = set()
        self.cue_places: dict[str, list[int]] = {}
        for place, item in enumerate(items):
            for cue in item.cues:
                self.cue_places.setdefault(cue, []).append(place)

    def _cue(self, *names: str) -> list[int]:
        if len(names) == 1:
            return self.cue_places.get(names[0], [])
        return sorted({place for name in names for place in self.cue_places.get(name, ())})

    def _kind(self, kind: str) -> list[int]:
        return self.slots.places.get(kind, [])

    def _text(self, place: int) -> str:
        return self.items[place].token.text if 0 <= place < len(self.items) else ""

    def _is(self, place: int, *kinds: str) -> bool:
        return 0 <= place < len(self.items) and self.items[place].kind in kinds and place not in self.used

    def _is_kind(self, place: int, kind: str) -> bool:
        return 0 <= place < len(self.items) and self.items[place].value(kind) is not None

    def _is_class(self, place: int) -> bool:
        return self._is_kind(place, "class")

    def _is_cue(self, place: int, *names: str) -> bool:
        return 0 <= place < len(self.items) and self.items[place].is_cue(*names)

    def _asks_for_score(self) -> bool:
        """`Minimum Intelligence for`, `Con needed to`: an ability without a score, and a score is asked for."""
        for place in self._kind("ability"):
            if self._is_score(self._after(place)) or self._is_score(self._before(place)):
                continue
            after = self._text(place + 1) if self._text(place + 1) != "score" else self._text(place + 2)
            if after in _ASKED_AFTER or self.slots.words & _ASKED_AS:
                return True
        return False

    def _is_unit(self, place: int) -> bool:
        return self._is_cue(place, *UNITS)

    def _owned(self, place: int) -> bool:
        """Whether the word here wants the number beside it."""
        return self._is_cue(place, *OWNERS) or self._is_class(place) or self._ability_needs(place)

    def _is_taken_by(self, place: int) -> bool:
        """Whether the word here has the number behind it: `level 5`, `dex 16`, `fighter 5`, `+1 shield`."""
        return self._is_cue(place, *OWNERS, "shield") or any(
            self._is_kind(place, kind) for kind in ("class", "ability", "armor")
        )

    def _after(self, place: int) -> int:
        return self._skip(place + 1, lambda at: at + 1)

    def _before(self, place: int) -> int:
        return self._skip(place - 1, lambda at: at - 1)

    def _skip(self, place: int, step: Callable[[int], int]) -> int:
        for _ in range(MAX_LINKS):
            if not (0 <= place < len(self.items)) or self.items[place].kind not in {"filler", "phrase"}:
                break
            if self._text(place) not in _LINKS:
                break
            place = step(place)
        return place

    def _ends(self, place: int) -> bool:
        return place >= len(self.items) or self.items[place].kind in {"separator", "filler", "name", "unknown"}

    def _is_score(self, place: int) -> bool:
        beside = self._is_kind(place - 1, "ability") and self._is_cue(place + 1, "percent")
        chance = place + 1 < len(self.items) and self.items[place + 1].words[:1] == ("percent",)
        unit = self._is_unit(place + 1) or (chance and not self._is_kind(place - 1, "ability"))
        counts = (unit and not beside) or self._counts_column(place)
        return self._is(place, "number", "fraction") and not counts

    def _counts_column(self, place: int) -> bool:
        """`Charisma for 10 henchmen`: so many are wanted, which is no score."""
        return self._is_kind(place + 1, "column") and self._text(place - 1) in _GAINING

    def _ability_needs(self, place: int) -> bool:
        """True when an ability stands here that has no number after it, so that it wants the one before."""
        return self._is_kind(place, "ability") and not self._is_score(self._after(place))

    def _take(self, place: int) -> str:
        self.used.add(place)
        return self._text(place)

    def _take_number(self, place: int) -> str:
        self.used.add(place)
        item = self.items[place]
        return str(item.token.number) if item.kind == "ordinal" else item.token.text

    def _number(self, place: int) -> int:
        self.used.add(place)
        return self.items[place].token.number
