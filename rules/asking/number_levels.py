"""Step 3, the numbers of a character: levels and ability scores."""

from rules.asking.walking import JOINING, Walker

_MUST = frozenset(
    {"must", "should", "does", "need", "needs", "has", "would", "may", "can", "do", "his", "her", "my", "the"}
)
MIN_SCORE, MAX_SCORE = 3, 25


class CharacterNumbers(Walker):
    """Levels, beside the word or beside a class, and ability scores."""

    def level(self) -> None:
        if self.slots.has("commoner") and not self.slots.classes and self.slots.level is None:
            self._set_levels(["0"])
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
        while self._text(place) in JOINING:
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
        while self._text(place - 1) in JOINING and self._is(place - 2, *kinds):
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
        forward = [self._after_pause(place) for place in places]
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

    def score_of_now(self) -> None:
        """`He had Dexterity 15, now it is 18`: what is so now counts."""
        if not self.slots.abilities and len(self._kind("ability")) == 1:
            self._score_of_somebody()
        if len(self.slots.abilities) != 1:
            return
        for place, item in enumerate(self.items):
            now = {self._text(at) for at in range(max(0, place - 4), place)} & {"now", "today", "meanwhile"}
            if (
                now
                and self._is(place, "number")
                and MIN_SCORE <= item.token.number <= MAX_SCORE
                and self._ends(place + 1)
            ):
                self.slots.abilities[next(iter(self.slots.abilities))] = self._take(place)

    def _score_of_somebody(self) -> None:
        """`He is super strong, he has 18`: the number that somebody has, when an ability was named before."""
        place = self._kind("ability")[0]
        for at in range(place + 1, min(place + 7, len(self.items))):
            held = self._text(at - 1) in {"has", "have", "got", "had", "rolled"} or self._is_cue(at - 1, "rolled")
            counted = self._is_unit(at + 1) or self._counts_column(at)
            if held and self._is(at, "number", "fraction") and not counted and self._is_fit(at):
                self.slots.abilities[self.items[place].value("ability") or ""] = self._take(at)
                return

    def _is_fit(self, place: int) -> bool:
        return self._is(place, "fraction") or MIN_SCORE <= self.items[place].token.number <= MAX_SCORE

    def _after_pause(self, place: int) -> int:
        """Where the number stands in `I rolled well for Dexterity, 16!`, too: nothing follows it but a mark."""
        paused = self._text(place + 1) == "," and self._is(place + 2, "number")
        closed = place + 3 >= len(self.items) or self.items[min(place + 3, len(self.items) - 1)].kind == "separator"
        return place + 2 if paused and closed and self._text(place + 3) != "," else self._after(place)

    def score_asked_for(self) -> None:
        """`what con for +2`: a score is asked for, not given."""
        for place in self._kind("ability"):
            ability = self.items[place].value("ability")
            before = self._text(place - 1) if self._text(place - 1) not in {"a", "score"} else self._text(place - 2)
            asked = before in {"what", "which", "much", "high", "wat", "min", "minimum", "lowest", "least", "smallest"}
            high = {word for item in self.items[max(0, place - 4) : place] for word in item.text.split()}
            asked = asked or (before in _MUST and {"how"} < high and bool(high & {"high", "good", "great", "much"}))
            counted = any(self._counts_column(at) for at in range(len(self.items)))
            signed = counted or (any(item.kind == "signed" for item in self.items) and not self.slots.classes)
            asked = asked or (self._asks_for_score() and (not self.slots.classes or "spell_level" in self.numbers))
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
                if self._is(near, "number", "fraction", "ordinal") and not (
                    self._counts_people(place, near)
                    or self._counts_times(near)
                    or self._counts_things(near)
                    or self._is_strength(near)
                ):
                    levels = [self._take_number(near)]
                    if near > place:
                        levels += self._run_after(near + 1)
                    self._set_levels(levels)
                    break

    def _counts_times(self, near: int) -> bool:
        """In `when does a wizard first cast` the word is no level."""
        return (
            self._is(near, "ordinal") and self.items[near].token.spelled and self.slots.has("what_level", "how_often")
        )

    def _counts_things(self, near: int) -> bool:
        """In `three fighters, two spears` nobody has a level."""
        spelled = self.items[near].token.spelled and self._text(near - 1) == ","
        return spelled and (self._is_kind(near + 1, "weapon") or self._is_kind(near + 1, "creature"))

    def _is_strength(self, near: int) -> bool:
        """In `an 18/76 fighter` nobody has two levels."""
        return self._text(near).startswith("18/") and not self.slots.multi_class

    def _skip_signs(self, place: int) -> int:
        """Past a sign before a number, and before an ordinal that ends there: `(paladin, fifth)`."""
        closed = self._is(place + 1, "ordinal") and self._text(place + 2) in {")", ",", ";"}
        counted = self._is(place + 1, "number") or (closed and self._text(place) in {"(", ","})
        return place + 1 if self._text(place) in {"(", ",", "of", "lvls"} and counted else place

    def _counts_people(self, place: int, near: int) -> bool:
        """In `3 fighters` and `one fighter` nobody has a level."""
        if near > place:
            return self._is_unit(near + 1)
        return self.items[place].token.text.endswith("s") or self.items[near].token.spelled
