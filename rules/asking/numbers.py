"""Step 3, the numbers: each gets its meaning from the words beside it, the surest first.

The order matters: Hit Dice, THAC0, armor class, units (feet, pounds, years ...), level, ability scores, then a number
beside a class, then what stands alone.
"""

from collections.abc import Callable, Iterable

from rules.asking.context import implied_cues, settled
from rules.asking.lexicon import others
from rules.asking.slots import Slots
from rules.asking.vocabulary import Item

MAX_LINKS = 3
_LINKS = frozenset(others()["link"])
"""Words that may stand between a number and the word that gives it its meaning."""
_HALVES: Iterable[str] = frozenset({"1/2", "1/4", "1/8"})
_UNITS = (
    "feet", "stories", "meters", "yards", "inches", "pounds", "kilograms", "percent", "xp", "hp", "gold", "years",
    "days", "weeks", "hours", "rounds", "turns", "coins",
)  # fmt: skip
"""Cues that follow a number and say what it counts."""
_NAMED_BEFORE = {
    "initiative": "roll",
    "morale": "rating",
    "rolled": "roll",
    "xp": "xp",
    "years": "years",
    "hp": "hp",
    "casting_time": "casting_time",
}
"""Cues that a number follows: `morale 12`, `rolled a 14`."""
_MEANS_TOO = {"what_ac": ("ac",), "what_score": ("score",)}
_JOINING = frozenset({"and", "&", "/", ","})
_INDEFINITE = frozenset({"a", "an"})
_SUCCEEDS = frozenset(
    {
        "enough",
        "good",
        "succeed",
        "succeeds",
        "hit",
        "hits",
        "work",
        "works",
        "do",
        "make",
        "makes",
        "miss",
        "turn",
        "suffice",
        "pass",
        "fail",
        "fails",
        "will",
        "would",
        "can",
        "does",
    }
)
_ROLLS = frozenset({"roll", "rolls", "rolled", "rolling"})
_SHOWN_BY = frozenset({"on", "with", "rolling", "roll", "rolls", "rolled", "got", "get", "gets"})
_OWNERS = frozenset({"level", "ac", "thac0", "hd"})


def fill_slots(items: list[Item]) -> Slots:
    """The slots of a question's items."""
    items = settled(items)
    slots = Slots(items)
    _collect_words(slots)
    reader = _Reader(items, slots)
    for read in (
        reader.spell_level,
        reader.hit_dice_span,
        reader.hit_dice,
        reader.thac0,
        reader.armor_class,
        reader.letters,
        reader.rolled,
        reader.units,
        reader.named_before,
        reader.level,
        reader.abilities,
        reader.score_asked_for,
        reader.level_beside_class,
        reader.alone,
        reader.armor_class_alone,
        reader.bonuses,
    ):
        read()
    reader.report_left_over()
    return slots


def _collect_words(slots: Slots) -> None:
    for place, item in enumerate(slots.items):
        slots.corrected += item.corrected
        for kind, value in item.senses:
            if kind == "cue":
                slots.cues.add(value)
                slots.cues.update(_MEANS_TOO.get(value, ()))
            values = slots.found.setdefault(kind, [])
            if value not in values:
                values.append(value)
            slots.places.setdefault(kind, []).append(place)
        if item.kind == "unknown" and item.text not in slots.unknown:
            slots.unknown.append(item.text)
        elif item.kind == "name":
            slots.names.append(item.text)
        elif item.kind == "dice":
            slots.dice.append(item.token.text)
    slots.cues |= implied_cues(slots.items)
    slots.named_abilities = list(slots.found.get("ability", ()))
    slots.multi_class = len(slots.classes) > 1 and _classes_are_joined(slots)


def _classes_are_joined(slots: Slots) -> bool:
    """True for `fighter/mage`, `fighter mage` and `fighter 5/mage 6`: nothing but numbers and a slash between."""
    places = slots.places["class"]
    between = slots.items[places[0] + 1 : places[-1]]
    if "multi_class" in slots.cues and all(
        item.kind in {"phrase", "filler", "number", "separator", "ordinal"} and not item.is_cue("versus")
        for item in between
    ):
        return True
    slashed = any(item.token.text == "/" for item in between)
    for item in between:
        joins = item.value("class") is not None or (item.kind == "separator" and item.token.text in "/&")
        if not joins and not (slashed and item.kind in {"number", "fraction"}):
            return False
    return True


class _Reader:
    """Walks over the items; `used` marks the numbers that have found their meaning."""

    def __init__(self, items: list[Item], slots: Slots) -> None:
        self.items, self.slots = items, slots
        self.numbers = slots.numbers
        self.used: set[int] = set()
        self.cue_places: dict[str, list[int]] = {}
        for place, item in enumerate(items):
            for cue in item.cues:
                self.cue_places.setdefault(cue, []).append(place)

    # -- surest first ----------------------------------------------------------------------------------------------

    def spell_level(self) -> None:
        """`3rd level spells`, `level 3 spells`, `2nd level slots`: the spells' level, not the caster's."""
        for place, item in enumerate(self.items):
            if not item.is_cue("level", "spell_level"):
                continue
            named = self._names_spells(place + 1) or (
                self._is_class(place + 1) and self._names_spells(place + 2) and self.slots.has("what_level")
            )
            if self._is(place - 1, "ordinal") and named and not self._is_class(place - 2):
                self.numbers["spell_level"] = str(self._number(place - 1))
                return
            if (
                self._is(place + 1, "number")
                and self._names_spells(place + 2)
                and not self._is_class(place - 1)
                and self._other_level(place)
            ):
                self.numbers["spell_level"] = self._take(place + 1)
                return
            if self._is(place + 1, "number") and item.is_cue("spell_level"):
                self.numbers["spell_level"] = self._take(place + 1)
                return

    def _names_spells(self, place: int) -> bool:
        if place >= len(self.items):
            return False
        item = self.items[place]
        after = self.items[place + 1] if place + 1 < len(self.items) else None
        return item.is_cue("spell", "spell_slots") and not (after is not None and after.is_cue("save"))

    def _other_level(self, place: int) -> bool:
        others = [at for at in self._cue("level") if at != place]
        return bool(others) or any(
            self._is(at + 1, "number") or self._is(at - 1, "number", "ordinal") for at in self._kind("class")
        )

    def hit_dice(self) -> None:
        for place in self._cue("hd"):
            for near in (self._after(place), place - 1):
                # In "fighter 5 hit dice" the 5 is a level.
                if near < place and (self._is_class(place - 2) or self._is_cue(place - 2, "level")):
                    continue
                if self._is(near, "number", "hit_dice") or (self._is(near, "fraction") and self._text(near) in _HALVES):
                    self.numbers["hit_dice"] = self._take(near)
                    return
        for place in self._cue("creature"):
            for near in (place - 1, self._after(place)):
                if self._is(near, "hit_dice"):
                    self.numbers["hit_dice"] = self._take(near)
                    return

    def hit_dice_span(self) -> None:
        """`3 to 5 HD`, `between 3 and 5 hit dice`."""
        for place in self._cue("hd"):
            joined = self._text(place - 2) in {"to", "and", "or", "-"}
            if joined and self._is(place - 1, "number") and self._is(place - 3, "number"):
                self.numbers["hit_dice_span"] = f"{self._take(place - 3)}-{self._take(place - 1)}"
                return

    def thac0(self) -> None:
        for place in self._cue("thac0"):
            after = self._after(place)
            if self._is(after, "number") and not self._owned(after + 1):
                self.numbers["thac0"] = self._take(after)
                return
            before = self._before(place)
            if self._is(before, "number") and not self._is_taken_by(before - 1):
                self.numbers["thac0"] = self._take(before)
                return

    def armor_class(self) -> None:
        for place in self._cue("ac"):
            after = self._after(place)
            negative = self._is(after, "signed") and self._text(after).startswith("-")
            if (self._is(after, "number") or negative) and not self._ability_needs(after + 1):
                self.numbers["ac"] = str(self._number(after))
                return
            before = place - 1
            negative = self._is(before, "signed") and self._text(before).startswith("-")
            if (self._is(before, "number") or negative) and not self._is_taken_by(before - 1):
                self.numbers["ac"] = str(self._number(before))
                return

    def letters(self) -> None:
        """`poison class F`, `type D poison`, `treasure type Q`, `treasure H`."""
        named = self.slots.has("poison", "treasure")
        sorted_by_letter = self.slots.has("poison_class") and self.slots.has(
            "onset", "damage", "save", "coins", "gold", "gem", "art"
        )
        if not named and not sorted_by_letter:
            return
        for place, item in enumerate(self.items):
            if item.kind not in {"filler", "phrase"} or len(item.text) != 1 or not item.text.isalpha():
                continue
            beside = self._is_cue(place - 1, "poison_class", "poison", "treasure", "damage_type")
            listed = self._listed_letter(place)
            before = self._is_cue(place + 1, "poison", "treasure", "poison_class") and item.text not in {
                "a",
                "i",
                "s",
                "t",
            }
            if (beside if named else self._is_cue(place - 1, "poison_class")) or (named and (listed or before)):
                self.slots.letters.append(item.text.upper())

    def _listed_letter(self, place: int) -> bool:
        joined = place >= 2 and self._text(place - 1) in _JOINING | {"or"} and len(self._text(place - 2)) == 1
        return joined and self._text(place - 2).upper() in self.slots.letters

    def rolled(self) -> None:
        """`does an 18 hit`, `do I save on a 13`, `is a 12 enough`: a number that a die shows."""
        if "roll" in self.numbers or not self.slots.has(
            "hit", "save", "turn", "ac", "morale", "surprise", "door", "attack", "reaction", "gem", "art", "magic_item"
        ):
            return
        for place, item in enumerate(self.items):
            if item.kind != "number" or place in self.used or not 1 <= item.token.number <= 20:
                continue
            behind, ahead = self._text(place - 1), self._text(place + 1)
            shown = behind in _INDEFINITE and (ahead in _SUCCEEDS or self._is_cue(place + 1, "hit", "save"))
            shown = shown or (behind in _INDEFINITE and self._text(place - 2) in _SHOWN_BY and self._ends(place + 1))
            shown = shown or behind in _ROLLS or (behind in _INDEFINITE and self._text(place - 2) in _ROLLS)
            shown = shown or (behind == "of" and self._ends_with_roll(place - 2))
            if shown and not self._is_cue(place + 1, "level"):
                self.numbers["roll"] = self._take(place)
                return

    def _ends_with_roll(self, place: int) -> bool:
        return 0 <= place < len(self.items) and self.items[place].text.endswith("roll")

    # -- units and names -------------------------------------------------------------------------------------------

    def units(self) -> None:
        for unit in _UNITS:
            for place in self._cue(unit):
                near = place - 1
                if unit == "years" and not self._is(near, "number") and self._is_cue(place, "age"):
                    near = self._after(place)
                if self._is(near, "number") and not self._belongs_elsewhere(near, unit):
                    if unit in self.numbers:
                        continue
                    self.numbers[unit] = self._take(near)

    def _belongs_elsewhere(self, near: int, unit: str) -> bool:
        if unit in {"xp", "hp"}:
            return self._is_cue(near - 1, *_OWNERS) or self._is_class(near - 1)
        if unit in {"turns", "rounds"}:
            return self._is_class(near - 1) or self._is_cue(near - 1, "level")
        return unit == "years" and self._is_cue(near - 1, *_OWNERS)

    def named_before(self) -> None:
        for cue, name in _NAMED_BEFORE.items():
            for place in self._cue(cue):
                near = self._after(place)
                if name not in self.numbers and self._is(near, "number") and not self._owned_after(near + 1):
                    self.numbers[name] = self._take(near)

    def _owned_after(self, place: int) -> bool:
        return self._is_cue(place, "level", "hd") or self._is_class(place) or self._is_kind(place, "ability")

    # -- level and scores ------------------------------------------------------------------------------------------

    def level(self) -> None:
        if self.slots.multi_class:
            wanted = len(self.slots.classes)
            for place, item in enumerate(self.items):
                parts = item.token.text.split("/")
                if self._is(place, "fraction") and len(parts) == wanted and parts[0] != "18":
                    self._set_levels([self._take(place)])
                    return
        for place in self._cue("level"):
            if self.items[place].is_cue("what_level", "level_limit"):
                continue
            levels = self._levels_before(place) or self._levels_after(place)
            if levels:
                self._set_levels(levels)
                if not self.slots.multi_class:
                    continue
                return

    def _levels_before(self, place: int) -> list[str]:
        if self._is(place - 1, "ordinal"):
            return self._run_before(place - 1, "ordinal")
        return []

    def _levels_after(self, place: int) -> list[str]:
        after = self._after(place)
        if self._is(after, "number", "fraction", "signed", "ordinal") and not self._ability_needs(after + 1):
            first = self._take_number(after) if self._is(after, "ordinal") else self._take(after)
            return [first, *self._run_after(after + 1)]
        if self._is(place - 1, "number", "fraction") and not (
            self._is_kind(place - 2, "ability") or self._is_cue(place - 2, "ac")
        ):
            return self._run_before(place - 1, "number", "fraction")
        return []

    def _run_after(self, place: int) -> list[str]:
        """Further numbers of `levels 5 and 6`, `levels 3, 5 and 7`."""
        levels: list[str] = []
        while self._text(place) in _JOINING:
            step = 2 if self._text(place) == "," and self._text(place + 1) == "and" else 1
            if not self._is(place + step, "number") or not self._counts_levels(place + step):
                break
            levels.append(self._take(place + step))
            place += step + 1
        return levels

    def _counts_levels(self, place: int) -> bool:
        return len(self._text(place)) <= 2 and not self._owned(place + 1) and not self._is_unit(place + 1)

    def _run_before(self, place: int, *kinds: str) -> list[str]:
        """Earlier numbers of `5th/6th level`, `3rd and 7th level`."""
        levels = [self._take_number(place)]
        while self._text(place - 1) in _JOINING and self._is(place - 2, *kinds):
            place -= 2
            levels.insert(0, self._take_number(place))
        return levels

    def _set_levels(self, levels: list[str]) -> None:
        slots = self.slots
        if slots.multi_class and len(levels) == len(slots.classes):
            levels = ["/".join(levels)]
        self.numbers.setdefault("level", levels[0])
        slots.levels += [level for level in levels if level not in slots.levels]

    def abilities(self) -> None:
        """Scores stand all after their abilities (`str 17 dex 16`) or all before (`17 str 16 dex`)."""
        places = self._kind("ability")
        forward = [self._after(place) for place in places]
        backward = [self._before(place) for place in places]
        # A number that also stands after another ability belongs there, so the reading that fits more of them wins.
        chosen = max((forward, backward), key=lambda nears: sum(self._is_score(near) for near in nears))
        for index, place in enumerate(places):
            ability = self.items[place].value("ability") or ""
            other = backward if chosen is forward else forward
            for candidate in (chosen[index], other[index]):
                if self._is_score(candidate) and ability not in self.slots.abilities:
                    self.slots.abilities[ability] = self._take(candidate)
                    break

    def score_asked_for(self) -> None:
        """`what con for +2`: a score is asked for, not given."""
        for place in self._kind("ability"):
            ability = self.items[place].value("ability")
            before = self._text(place - 1) if self._text(place - 1) not in {"a", "score"} else self._text(place - 2)
            asked = before in {"what", "which", "much", "high", "wat", "min", "minimum", "lowest"}
            signed = any(item.kind == "signed" for item in self.items) and not self.slots.classes
            if (asked or signed) and ability not in self.slots.abilities:
                self.slots.cues.add("what_score")

    def level_beside_class(self) -> None:
        if self.slots.level is not None:
            return
        places = self._kind("class")
        after = [self._skip_signs(place + 1) for place in places]
        if self.slots.multi_class and all(self._is(near, "number") for near in after):
            self._set_levels([self._take(near) for near in after])
            return
        for place, later in zip(places, after, strict=True):
            for near in (later, place - 1):
                if self._is(near, "number", "fraction", "ordinal") and not self._counts_people(place, near):
                    levels = [self._take_number(near)]
                    if near > place:
                        levels += self._run_after(near + 1)
                    self._set_levels(levels)
                    break

    def _skip_signs(self, place: int) -> int:
        return place + 1 if self._text(place) in {"(", ",", "of", "lvls"} and self._is(place + 1, "number") else place

    def _counts_people(self, place: int, near: int) -> bool:
        """In `3 fighters` and `one fighter` nobody has a level."""
        if near > place:
            return self._is_unit(near + 1)
        return self.items[place].token.text.endswith("s") or self.items[near].token.spelled

    def alone(self) -> None:
        slots = self.slots
        for place, item in enumerate(self.items):
            if place in self.used:
                continue
            if item.kind == "ordinal" and slots.level is None and not item.token.spelled:
                self._set_levels([self._take_number(place)])
            elif item.kind == "fraction" and item.token.text.startswith("18/") and "strength" not in slots.abilities:
                slots.abilities["strength"] = self._take(place)
                slots.named_abilities.append("strength")
            elif item.kind == "fraction" and slots.level is None and slots.multi_class:
                self._set_levels([self._take(place)])
            elif item.kind == "hit_dice" and "hit_dice" not in self.numbers and slots.has_creature:
                self.numbers["hit_dice"] = self._take(place)
        given = "ac" not in self.numbers and "what_level" not in slots.cues
        if slots.level is None and "thac0" in self.numbers and slots.classes and given:
            # "fighter thac0 7" asks for a THAC0 and does not give one.
            level = self.numbers.pop("thac0")
            self._set_levels([level])
            slots.read_as.append(f"{level} is read as the level.")

    def armor_class_alone(self) -> None:
        """`to hit 3`, `vs -2`: an armor class, when nothing else follows that the number could count."""
        if "ac" in self.numbers or self.slots.has("save", "turn"):
            return
        for place in self._cue("hit", "versus"):
            after = self._after(place)
            negative = self._is(after, "signed") and self._text(after).startswith("-")
            if (self._is(after, "number") or negative) and self._ends(after + 1):
                self.numbers["ac"] = str(self._number(after))
                return

    def bonuses(self) -> None:
        """`+1 chain mail`, `shield +2` better the armor; `+2 to damage` the damage; any other `+2` is on the attack."""
        for place, item in enumerate(self.items):
            if item.kind != "signed" or place in self.used:
                continue
            self.used.add(place)
            kind = self._bonus_kind(place)
            self.slots.bonuses[kind] = self.slots.bonuses.get(kind, 0) + item.token.number

    def _bonus_kind(self, place: int) -> str:
        after = self._skip(place + 1, lambda at: at + 1)
        for near in (place + 1, after, place - 1):
            if self._is_kind(near, "armor") or self._is_cue(near, "shield") or self._is_kind(near, "protection"):
                return "armor"
            if self._is_kind(near, "weapon"):
                return "attack"
            if self._is_cue(near, "damage"):
                return "damage"
            if self._is_cue(near, "save"):
                return "save"
        return "attack"

    def report_left_over(self) -> None:
        numbers = {"number", "ordinal", "fraction", "hit_dice"}
        self.slots.left_over = [
            item.token.text
            for place, item in enumerate(self.items)
            if item.kind in numbers and place not in self.used and not self._is_idle(place)
        ]

    def _is_idle(self, place: int) -> bool:
        """Small numbers written as words that count nothing: `one fighter`, `first`."""
        token = self.items[place].token
        return token.spelled and (token.kind == "ordinal" or token.number <= 12)

    # -- helpers -----------------------------------------------------------------------------------------------------

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

    def _is_unit(self, place: int) -> bool:
        return self._is_cue(place, *_UNITS)

    def _owned(self, place: int) -> bool:
        """Whether the word here wants the number beside it."""
        return self._is_cue(place, *_OWNERS) or self._is_class(place) or self._ability_needs(place)

    def _is_taken_by(self, place: int) -> bool:
        """Whether the word here has the number behind it: `level 5`, `dex 16`, `fighter 5`, `+1 shield`."""
        return self._is_cue(place, *_OWNERS, "shield") or any(
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
        return self._is(place, "number", "fraction") and not self._is_unit(place + 1)

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
