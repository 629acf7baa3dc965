"""Step 3, the numbers that a word beside them names: Hit Dice, THAC0, armor class, rolls, feet, pounds, years ..."""

from rules.asking.walking import JOINING, OWNERS, UNITS, Walker

_HALVES = frozenset({"1/2", "1/4", "1/8"})
_NAMED_BEFORE = {
    "initiative": "roll",
    "morale": "rating",
    "rolled": "roll",
    "xp": "xp",
    "years": "years",
    "hp": "hp",
    "casting_time": "casting_time",
    "movement": "rate",
}
"""Cues that a number follows: `morale 12`, `rolled a 14`."""
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
_BECOMES = frozenset(
    {
        "hit",
        "hits",
        "reach",
        "reaches",
        "become",
        "becomes",
        "get",
        "gets",
        "drop",
        "drops",
        "fall",
        "falls",
        "improve",
        "improves",
        "go",
        "goes",
        "sink",
        "sinks",
        "come",
        "comes",
        "down",
    }
)
_COUNTING = frozenset({"how", "many", "bonus", "extra", "additional", "spells", "level", ",", "of"})
_AND = frozenset({"and", "&", "or", "/", "plus"})
"""What may stand between the levels of several spells; one of the second must."""
WORST_AC = 12
"""Nobody has an armor class worse than that, however clumsy and unarmored."""
MOST_LEVELS = 30
"""A larger number is no level."""
_PASSED = frozenset({"of", "and", "now", "already", "i", "we", ",", ".", "together", "straight", ""})
_AGES = frozenset({"aged", "age", "ages"})
_IS = frozenset({"is", "was", "would"})
_DOES_IT = frozenset({"does", "will", "would", "can", "do", "did"})
_ROLLS = frozenset({"roll", "rolls", "rolled", "rolling"})
_SHOWS = frozenset({"a", "an", "is", "was", "=", ":", "shows", "show", "showed", "showing", "came", "up", "says", "of"})
_SHOWN_BY = frozenset({"on", "with", "rolling", "roll", "rolls", "rolled", "got", "get", "gets"})


class NamedNumbers(Walker):
    """Numbers with a name or a unit."""

    def spell_level(self) -> None:
        """The level of spells, wherever it is said again: `6th level spell (level six spells, I mean)`."""
        self._first_spell_level()
        for place in self._cue("level"):
            again = self._is(place + 1, "number") and self._text(place + 1) == self.numbers.get("spell_level")
            if again and self._names_spells(place + 2) and not self._is_class(place - 1):
                self.used.add(place + 1)

    def _first_spell_level(self) -> None:
        """`3rd level spells`, `level 3 spells`, `2nd level slots`: the spells' level, not the caster's."""
        if self._spells_of_level():
            return
        for place, item in enumerate(self.items):
            if not item.is_cue("level", "spell_level"):
                continue
            named = self._names_spells(place + 1) or (
                self._is_class(place + 1)
                and self._names_spells(place + 2)
                and (self.slots.has("what_level", "what_score") or self._asks_for_score())
            )
            named = named or item.text == "level spell" or item.text.startswith("level of spell")
            if self._is(place - 1, "ordinal") and named and not self._is_class(place - 2):
                if self._goes_on(place):
                    self.used.add(place - 1)
                    return
                self.numbers["spell_level"] = str(self._number(place - 1))
                self._earlier_spell_levels(place - 1)
                return
            if (
                self._is(place + 1, "number")
                and self._names_spells(place + 2)
                and not self._is_class(place - 1)
                and self._other_level(place)
            ):
                self.numbers["spell_level"] = self._take(place + 1)
                return
            if self._is(place - 1, "ordinal") and self._text(place + 1) == "of" and self._names_spells(place + 2):
                self.numbers["spell_level"] = str(self._number(place - 1))
                return
            if self._is(place + 1, "number") and item.is_cue("spell_level"):
                self.numbers["spell_level"] = self._take(place + 1)
                return

    def _spells_of_level(self) -> bool:
        """`Spells of the 9th level`, `spells of level 9`."""
        for place, item in enumerate(self.items):
            if not (item.is_cue("spell", "spell_slots") or item.value("column") == "learn_spell_percent"):
                continue
            at = place + 1
            if self._text(at) != "of":
                continue
            at += 1 + (self._text(at + 1) == "the")
            if self._is(at, "ordinal") and self._is_cue(at + 1, "level", "spell_level"):
                self.numbers["spell_level"] = str(self._number(at))
                return True
            if self._is_cue(at, "level") and self._is(at + 1, "number"):
                self.numbers["spell_level"] = self._take(at + 1)
                return True
        return False

    def _goes_on(self, place: int) -> bool:
        """`From 1st-level spells upward`: all levels of spells."""
        begins = self._text(place - 2) in {"from", "starting", "beginning", "with", "at"}
        return begins and bool({"up", "upward", "upwards", "onward", "onwards"} & self.slots.words)

    def _earlier_spell_levels(self, place: int) -> None:
        """The levels before it of `1st-level and 2nd-level spells`, also with `how many` between."""
        found = [self.items[place].token.number]
        while (near := self._spell_level_before(place)) is not None:
            found.insert(0, self._number(near))
            place = near
        self.slots.spell_levels = found if len(found) > 1 else []

    def _spell_level_before(self, place: int) -> int | None:
        at, joined = place - 1, False
        while at >= 0 and (
            self._text(at) in _COUNTING | _AND or self._is_cue(at, "level", "spell_level", "bonus_spells", "spell")
        ):
            joined = joined or self._text(at) in _AND or (self._text(at) == "," and at == place - 1)
            at -= 1
        return at if joined and self._is(at, "ordinal") else None

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
            if self.slots.has("what_level") and self._text(after) in _BECOMES:
                after = self._after(after)
                after = self._after(after) if self._text(after) == "to" else after
            if self._is(after, "number") and not self._owned(after + 1):
                self.numbers["thac0"] = self._take(after)
                return
            before = self._before(place)
            if self._is(before, "number") and not (self._is_taken_by(before - 1) or self._is_next_level(before)):
                self.numbers["thac0"] = self._take(before)
                return

    def _is_next_level(self, place: int) -> bool:
        """The 7 of `two fighters of level 5 and 7: THAC0`."""
        joined = self._text(place - 1) in _AND | {","} and self._is(place - 2, "number")
        return joined and self._is_cue(place - 3, "level")

    def armor_class(self) -> None:
        for place in self._cue("ac"):
            after = self._after(place)
            if self._text(after) == "than":
                continue  # `an armor class better than 5`: the number is compared with
            negative = self._is(after, "signed") and self._text(after).startswith("-")
            beyond = self._is(after, "number") and self.items[after].token.number > WORST_AC
            if beyond or self._is_shown_beside(after):
                continue
            if (self._is(after, "number") or negative) and not self._ability_needs(after + 1):
                self.numbers["ac"] = str(self._number(after))
                return
            before = place - 1
            negative = self._is(before, "signed") and self._text(before).startswith("-")
            if (self._is(before, "number") or negative) and not self._is_taken_by(before - 1):
                self.numbers["ac"] = str(self._number(before))
                return

    def _is_shown_beside(self, place: int) -> bool:
        """`What AC does he hit with a 9`: behind `what`, the number is that of the die."""
        asked = self.slots.has("what_ac") and self.slots.has("hit")
        return asked and self._is(place, "number") and self._text(place - 1) in {"with", "on", "a", "an"}

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
            lone = (
                named
                and self.slots.has("treasure")
                and self._only_letter(place)
                and item.text not in {"a", "i", "s", "t"}
            )
            if lone or (beside if named else self._is_cue(place - 1, "poison_class")) or (named and (listed or before)):
                self.slots.letters.append(item.text.upper())

    def _only_letter(self, place: int) -> bool:
        return all(at == place or len(item.text) != 1 or not item.text.isalpha() for at, item in enumerate(self.items))

    def _listed_letter(self, place: int) -> bool:
        joined = place >= 2 and self._text(place - 1) in JOINING | {"or"} and len(self._text(place - 2)) == 1
        return joined and self._text(place - 2).upper() in self.slots.letters

    def rolled(self) -> None:
        """`does an 18 hit`, `do I save on a 13`, `is a 12 enough`: a number that a die shows."""
        if "roll" in self.numbers or not self.slots.has(
            "hit",
            "save",
            "turn",
            "ac",
            "morale",
            "surprise",
            "door",
            "attack",
            "reaction",
            "gem",
            "art",
            "magic_item",
            "initiative",
        ):
            return
        for place, item in enumerate(self.items):
            if item.kind != "number" or place in self.used or not 1 <= item.token.number <= 20:
                continue
            behind, ahead = self._text(place - 1), self._text(place + 1)
            shown = behind in _INDEFINITE and (ahead in _SUCCEEDS or self._is_cue(place + 1, "hit", "save"))
            shown = shown or (behind in _INDEFINITE and self._text(place - 2) in _SHOWN_BY and self._ends(place + 1))
            shown = shown or (place == 1 and behind in _DOES_IT and self._is_cue(place + 1, "turn", "hit", "save"))
            shown = shown or behind in _ROLLS or (behind in _INDEFINITE and self._text(place - 2) in _ROLLS)
            shown = shown or (ahead == "rolled" and not self._is(place + 2, "number"))
            shown = shown or (behind in _IS and (ahead == "enough" or self._text(place - 2) in _ROLLS))
            shown = shown or (behind == "of" and self._ends_with_roll(place - 2))
            shown = shown or (self.slots.has("hit") and self._is_total(place)) or self._is_on_die(place)
            shown = shown or (self.slots.has("what_ac", "hit") and behind == "with" and self._ends(place + 1))
            shown = shown or (behind == "on" and self.slots.has("hit") and self._ends(place + 1) and self._asks_first())
            of_ability = self._text(place + 1) in {"for", "in", "on"} and self._is_kind(place + 2, "ability")
            if shown and not self._is_cue(place + 1, "level") and not of_ability:
                self.numbers["roll"] = self._take(place)
                return

    def _is_on_die(self, place: int) -> bool:
        """`D10 shows a 4`, `d20 = 13`."""
        at = place - 1
        while at > 0 and self._text(at) in _SHOWS:
            at -= 1
        return (
            0 <= at < place - 1 and self.items[at].kind == "dice" and self._text(at) in {"d10", "d20", "1d10", "1d20"}
        )

    def _is_total(self, place: int) -> bool:
        """`A total of 14 on the attack roll`, `my total is 9`: what comes to be compared with the number needed."""
        return self._text(place - 2) == "total" and self._text(place - 1) in {"of", "is", "was"}

    def _asks_first(self) -> bool:
        """`Does he hit AC 8 on 11`: whether, and the number is what the die shows."""
        return self._text(0) in {"does", "do", "can", "will", "would", "did", "is"}

    def _ends_with_roll(self, place: int) -> bool:
        return 0 <= place < len(self.items) and self.items[place].text.endswith("roll")

    def units(self) -> None:
        for unit in UNITS:
            for place in self._cue(unit):
                near = place - 1
                if unit == "years" and not self._is(near, "number") and self._is_cue(place, "age"):
                    near = self._after(place)
                if self._is(near, "number") and not self._belongs_elsewhere(near, unit):
                    if unit in self.numbers:
                        continue
                    self.numbers[unit] = self._take(near)

    def _belongs_elsewhere(self, near: int, unit: str) -> bool:
        if unit == "xp" and int(self._text(near)) > MOST_LEVELS:
            return False
        if unit == "percent" and self._is_kind(near - 1, "ability"):
            return True  # `con 13 %?` asks for a percentage
        if unit == "years" and self._tells_how_long(near):
            return True
        if unit in {"xp", "hp"}:
            return self._is_cue(near - 1, *OWNERS) or self._is_class(near - 1)
        if unit in {"turns", "rounds"}:
            return self._is_class(near - 1) or self._is_cue(near - 1, "level")
        return unit == "years" and self._is_cue(near - 1, *OWNERS)

    def _tells_how_long(self, near: int) -> bool:
        """`We have played for nine years`, `after 19 years of play`: nobody's age; `one` in `is one aged` neither."""
        lasting = self._text(near - 1) in {"for", "after", "since", "about"} and not self.slots.has("cast")
        return (lasting and self._text(near + 2) in _PASSED) or (
            self._text(near) == "1" and bool(_AGES & {self._text(near + 1), self._text(near - 1)})
        )

    def named_before(self) -> None:
        for cue, name in _NAMED_BEFORE.items():
            if name == "rate" and "load_category" not in self.slots.found:
                continue  # only a load changes the rate that one has
            for place in self._cue(cue):
                near = self._after(place)
                if name == "years" and self._tells_how_long(near):
                    continue  # in `is one aged` nobody has an age
                of_ability = self._text(near + 1) in {"for", "in", "on"} and self._is_kind(near + 2, "ability")
                if (
                    name not in self.numbers
                    and self._is(near, "number")
                    and not (self._owned_after(near + 1) or of_ability)
                ):
                    self.numbers[name] = self._take(near)

    def _owned_after(self, place: int) -> bool:
        return self._is_cue(place, "level", "hd") or self._is_class(place) or self._is_kind(place, "ability")
