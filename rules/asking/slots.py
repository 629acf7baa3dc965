"""Step 3: give every number of the question its meaning. A number without one is kept as left over, never guessed away.

The order matters, surest first: Hit Dice, THAC0, armor class, level, experience, ability scores, then a number beside a
class, then what stands alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rules.asking.vocabulary import Item

_LINKS = frozenset(
    {"of", "is", "at", "a", "an", "the", "score", "with", "in", "s", "has", "to", "for", "equal", "value"}
)
_MAX_LINKS = 2


@dataclass(slots=True)
class Slots:
    """What a question says. Lists are in the order of the question; absent things are None or empty.

    `levels` is as the rules read it (`5`, `5/6`); `attack_bonus` and `armor_bonus` are sums of +n; `tags` are the kinds
    of word seen, `columns`, `uncovered`, `situations` and `unknown` the words themselves.
    """

    classes: list[str] = field(default_factory=list)
    multi_class: bool = False
    other_class: str | None = None
    race: str | None = None
    levels: str | None = None
    abilities: dict[str, str] = field(default_factory=dict)
    named_abilities: list[str] = field(default_factory=list)
    armor: str | None = None
    shield: bool = False
    ac: int | None = None
    thac0: int | None = None
    hit_dice: str | None = None
    xp: int | None = None
    attack_bonus: int = 0
    armor_bonus: int = 0
    categories: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    columns: list[str] = field(default_factory=list)
    uncovered: list[str] = field(default_factory=list)
    situations: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    corrected: int = 0
    read_as: list[str] = field(default_factory=list)

    @property
    def character_class(self) -> str | None:
        """The class, or those of a multi-class character joined by `/`; None for none or for several characters."""
        if not self.classes or (len(self.classes) > 1 and not self.multi_class):
            return None
        return "/".join(self.classes)


def fill_slots(items: list[Item]) -> Slots:
    """The slots of a question's items."""
    slots = Slots()
    reader = _Reader(items, slots)
    reader.collect_words()
    for read in (
        reader.hit_dice,
        reader.thac0,
        reader.armor_class,
        reader.level,
        reader.experience,
        reader.abilities,
        reader.level_beside_class,
        reader.alone,
        reader.bonuses,
    ):
        read()
    reader.report_left_over()
    return slots


class _Reader:
    """Walks over the items; `used` marks the numbers that have found their meaning."""

    def __init__(self, items: list[Item], slots: Slots) -> None:
        self.items, self.slots = items, slots
        self.used: set[int] = set()

    # -- words ---------------------------------------------------------------------------------------------------

    def collect_words(self) -> None:
        """Put every word where it belongs: one name for some kinds, a list without repeats for the others."""
        slots = self.slots
        lists = {
            "class": slots.classes,
            "ability": slots.named_abilities,
            "category": slots.categories,
            "column": slots.columns,
            "uncovered": slots.uncovered,
            "situation": slots.situations,
            "unknown": slots.unknown,
        }
        for item in self.items:
            kind = item.kind.removeprefix("tag:")
            slots.corrected += item.corrected
            if item.kind.startswith("tag:"):
                slots.tags.add(kind)
            if kind in lists and item.value not in lists[kind]:
                lists[kind].append(item.value)
            elif kind in {"race", "armor", "other_class"} and getattr(slots, kind) is None:
                setattr(slots, kind, item.value)
        slots.shield = "shield" in slots.tags and "no_shield" not in slots.tags
        slots.multi_class = len(slots.classes) > 1 and self._classes_are_joined()

    def _classes_are_joined(self) -> bool:
        """True for `fighter/mage`, `fighter mage` and `fighter 5/mage 6`: nothing but numbers and a slash between."""
        places = [place for place, item in enumerate(self.items) if item.kind == "tag:class"]
        between = self.items[places[0] + 1 : places[-1]]
        slashed = any(item.value == "/" for item in between)
        joining = {"tag:class", "separator"} | ({"number"} if slashed else set())
        return all(item.kind in joining and item.value not in {",", ";", ".", "?"} for item in between)

    # -- numbers beside a word -----------------------------------------------------------------------------------

    def hit_dice(self) -> None:
        for place in self._places("tag:hd"):
            for near in (self._after(place), place - 1):
                # In "fighter 5 hit dice" the 5 is a level.
                if near < place and self._kind(place - 2) in {"tag:class", "tag:level"}:
                    continue
                if self._is(near, "number", "hit_dice") or (self._is(near, "fraction") and self._text(near) in _HALVES):
                    self.slots.hit_dice = self._take(near)
                    return

    def thac0(self) -> None:
        for place in self._places("tag:thac0"):
            after = self._after(place)
            if self._is(after, "number") and not self._is(after + 1, "tag:level", "tag:class", "tag:hd", "tag:ability"):
                self.slots.thac0 = self._number(after)
                return
            if self._is(place - 1, "number") and not self._is(
                place - 2, "tag:class", "tag:level", "tag:ability", "tag:ac"
            ):
                self.slots.thac0 = self._number(place - 1)
                return

    def armor_class(self) -> None:
        for place in self._places("tag:ac"):
            after = self._after(place)
            negative = self._is(after, "signed") and self._text(after).startswith("-")
            if (self._is(after, "number") or negative) and not self._ability_needs(after + 1):
                self.slots.ac = self._number(after)
                return
        for place in self._places("tag:hit"):
            after = self._after(place)
            if self.slots.ac is None and self._is(after, "number") and self._ends(after + 1):
                self.slots.ac = self._number(after)

    def level(self) -> None:
        for place in self._places("tag:level"):
            after = self._after(place)
            if self._is(place - 1, "ordinal"):
                self.slots.levels = str(self._number(place - 1))
            elif self._is(after, "number", "fraction", "signed") and not self._ability_needs(after + 1):
                self.slots.levels = self._take(after)
            elif self._is(place - 1, "number", "fraction") and not self._is(place - 2, "tag:ability", "tag:ac"):
                self.slots.levels = self._take(place - 1)
            if self.slots.levels is not None:
                return

    def experience(self) -> None:
        for place in self._places("tag:xp"):
            for near in (place - 1, self._after(place)):
                if self._is(near, "number"):
                    self.slots.xp = self._number(near)
                    return

    def abilities(self) -> None:
        """Scores stand all after their abilities (`str 17 dex 16`) or all before (`17 str 16 dex`)."""
        places = self._places("tag:ability")
        forward = [self._after(place) for place in places]
        backward = [self._before(place) for place in places]
        # A number that also stands after another ability belongs there, so the reading that fits more of them wins.
        chosen = max((forward, backward), key=lambda nears: sum(self._is_score(near) for near in nears))
        for place, near in zip(places, chosen, strict=True):
            other = backward if chosen is forward else forward
            for candidate in (near, other[places.index(place)]):
                if self._is_score(candidate) and self.items[place].value not in self.slots.abilities:
                    self.slots.abilities[self.items[place].value] = self._take(candidate)
                    break

    def level_beside_class(self) -> None:
        if self.slots.levels is not None:
            return
        places = self._places("tag:class")
        after = [place + 1 for place in places]
        if self.slots.multi_class and all(self._is(near, "number") for near in after):
            self.slots.levels = "/".join(self._take(near) for near in after)
            return
        for place in places:
            for near in (place + 1, place - 1):
                counts_people = near < place and (self.items[place].token.text.endswith("s") or self._spelled(near))
                if self._is(near, "number", "fraction", "ordinal") and not counts_people:
                    self.slots.levels = self._take_number(near)
                    return

    def alone(self) -> None:
        slots = self.slots
        for place, item in enumerate(self.items):
            if place in self.used:
                continue
            if item.kind == "ordinal" and slots.levels is None and not item.token.spelled:
                slots.levels = self._take_number(place)
            elif item.kind == "fraction" and item.value.startswith("18/") and "strength" not in slots.abilities:
                slots.abilities["strength"] = self._take(place)
                slots.named_abilities.append("strength")
            elif item.kind == "fraction" and slots.levels is None and slots.multi_class:
                slots.levels = self._take(place)
        if slots.levels is None and slots.thac0 is not None and slots.classes and slots.ac is None:
            # "fighter thac0 7" asks for a THAC0 and does not give one.
            slots.levels, slots.thac0 = str(slots.thac0), None
            slots.read_as.append(f"{slots.levels} is read as the level.")

    def bonuses(self) -> None:
        """`+1 chain mail`, `shield +2` better the armor; any other `+2` is on the attack."""
        for place, item in enumerate(self.items):
            if item.kind != "signed" or place in self.used:
                continue
            self.used.add(place)
            near = {self._kind(place - 1), self._kind(place + 1)}
            if near & {"tag:armor", "tag:shield"}:
                self.slots.armor_bonus += item.token.number
            else:
                self.slots.attack_bonus += item.token.number

    def report_left_over(self) -> None:
        numbers = {"number", "ordinal", "fraction", "hit_dice"}
        self.slots.left_over = [
            item.token.text
            for place, item in enumerate(self.items)
            if item.kind in numbers and place not in self.used and not item.token.spelled
        ]

    # -- helpers -------------------------------------------------------------------------------------------------

    def _places(self, kind: str) -> list[int]:
        return [place for place, item in enumerate(self.items) if item.kind == kind]

    def _kind(self, place: int) -> str:
        return self.items[place].kind if 0 <= place < len(self.items) else "end"

    def _text(self, place: int) -> str:
        return self.items[place].token.text

    def _is(self, place: int, *kinds: str) -> bool:
        return self._kind(place) in kinds and place not in self.used

    def _spelled(self, place: int) -> bool:
        return 0 <= place < len(self.items) and self.items[place].token.spelled

    def _after(self, place: int) -> int:
        return self._skip(place + 1, lambda at: at + 1)

    def _before(self, place: int) -> int:
        return self._skip(place - 1, lambda at: at - 1)

    def _skip(self, place: int, step: Callable[[int], int]) -> int:
        for _ in range(_MAX_LINKS):
            if self._kind(place) != "filler" or self._text(place) not in _LINKS:
                break
            place = step(place)
        return place

    def _ends(self, place: int) -> bool:
        return self._kind(place) in {"end", "separator", "filler"}

    def _is_score(self, place: int) -> bool:
        return self._is(place, "number", "fraction")

    def _ability_needs(self, place: int) -> bool:
        """True when an ability stands here that has no number after it, so that it wants the one before."""
        return self._kind(place) == "tag:ability" and not self._is_score(self._after(place))

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


_HALVES: Iterable[str] = frozenset({"1/2", "1/4", "1/8"})
