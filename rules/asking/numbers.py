"""Step 3, the numbers: each gets its meaning from the words beside it, the surest first.

The order matters: Hit Dice, THAC0, armor class, units (feet, pounds, years ...), level, ability scores, then a number
beside a class, then what stands alone.
"""

from rules.asking.amended import amended
from rules.asking.context import settled
from rules.asking.implied import implied_cues
from rules.asking.number_levels import CharacterNumbers
from rules.asking.number_names import NamedNumbers
from rules.asking.slots import Slots
from rules.asking.vocabulary import Item

_EQUALLY = frozenset({"equal", "both", "each", "same"})
LEAST_POINTS = 1000
"""A number from which a total may be of experience points without their name."""
_MEANS_TOO = {"what_ac": ("ac",), "what_score": ("score",)}


def fill_slots(items: list[Item]) -> Slots:
    """The slots of a question's items."""
    items = settled(amended(items))
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
        reader.points_in_all,
        reader.named_before,
        reader.level,
        reader.abilities,
        reader.score_of_now,
        reader.score_asked_for,
        reader.level_beside_class,
        reader.alone,
        reader.armor_class_alone,
        reader.bonuses,
    ):
        read()
    reader.equal_levels()
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
    slots.words = frozenset(word for item in slots.items for word in (*item.text.split(), item.token.text))
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


class _Reader(NamedNumbers, CharacterNumbers):
    """All ways to read a number; those that are left at the end stand here."""

    def alone(self) -> None:
        slots = self.slots
        for place, item in enumerate(self.items):
            if place in self.used:
                continue
            told = not item.token.spelled or (
                self._text(place - 1) in {"at", "reached", "hit"} and self._closes(place + 1)
            )
            if item.kind == "ordinal" and slots.level is None and told and not self._spans(place):
                self._set_levels([self._take_number(place)])
            elif item.kind == "fraction" and item.token.text.startswith("18/") and "strength" not in slots.abilities:
                slots.abilities["strength"] = self._take(place)
                slots.named_abilities.append("strength")
            elif item.kind == "fraction" and slots.level is None and slots.multi_class:
                self._set_levels([self._take(place)])
            elif item.kind == "hit_dice" and "hit_dice" not in self.numbers and slots.has_creature:
                self.numbers["hit_dice"] = self._take(place)
        given = "ac" not in self.numbers and not slots.has("what_level", "what_ac")
        if slots.level is None and "thac0" in self.numbers and slots.classes and given:
            # "fighter thac0 7" asks for a THAC0 and does not give one.
            level = self.numbers.pop("thac0")
            self._set_levels([level])
            slots.read_as.append(f"{level} is read as the level.")

    def points_in_all(self) -> None:
        """`Now sits at 28,000 altogether, which level`: so much is experience where a level is asked for."""
        if "xp" in self.numbers or not self.slots.classes:
            return
        told = any(self._is(at, "number") and self._text(at + 1) == "points" for at in range(len(self.items)))
        if not self._asks_for_level() and not (told and self.slots.has("xp", "next_level")):
            return
        large = [
            at for at, item in enumerate(self.items) if self._is(at, "number") and item.token.number >= LEAST_POINTS
        ]
        large = [at for at in large if not self._is_unit(at + 1) and not self._is_taken_by(at - 1)]
        if not large:
            return
        self.numbers["xp"] = self._text(max(large, key=lambda at: self.items[at].token.number))
        self.slots.cues.add("xp")
        self.used.update(large)

    def _asks_for_level(self) -> bool:
        """Whether a level is asked for and none is told: `what level`, `his level?`, `of what level`."""
        if self.slots.has("what_level"):
            return True
        beside = ((place - 1, place + 1) for place in self._cue("level"))
        return any(not self._is(at, "number", "ordinal", "fraction") for near in beside for at in near) and not any(
            self._is(at, "number", "ordinal") and self.items[at].token.number < LEAST_POINTS
            for place in self._cue("level")
            for at in (place - 1, self._after(place))
        )

    def equal_levels(self) -> None:
        """`Seventh-level fighter/thief at equal levels`: the level of both."""
        level = self.slots.level
        if self.slots.multi_class and level is not None and "/" not in level and self.slots.words & _EQUALLY:
            self.numbers["level"] = "/".join([level] * len(self.slots.classes))

    def _closes(self, place: int) -> bool:
        """Whether a sentence or a clause ends here: `thief THAC0 at seventh`."""
        return bool(self.slots.classes) and (place >= len(self.items) or self.items[place].kind == "separator")

    def _spans(self, place: int) -> bool:
        """`1st to 4th` is no level."""
        joined = self._text(place + 1) in {"to", "through", "thru"} and self._is(place + 2, "ordinal")
        return joined or (self._text(place - 1) in {"to", "through", "thru"} and self._is(place - 2, "ordinal"))

    def armor_class_alone(self) -> None:
        """`to hit 3`, `vs -2`: an armor class, when nothing else follows that the number could count."""
        if "ac" in self.numbers or self.slots.has("save", "turn"):
            return
        for place in self._cue("hit", "versus"):
            after = self._after(place)
            if self._is_kind(place - 2, "ability") and place - 1 in self.used:
                continue  # `strength 15 vs 17` compares two scores
            negative = self._is(after, "signed") and self._text(after).startswith("-")
            if (self._is(after, "number") or negative) and self._ends(after + 1):
                self.numbers["ac"] = str(self._number(after))
                return

    def bonuses(self) -> None:
        """`+1 chain mail` and `ring +2` protect, `+2 to damage` adds to damage; any other `+2` is on the attack."""
        for place, item in enumerate(self.items):
            if item.kind != "signed" or place in self.used:
                continue
            self.used.add(place)
            kind = self._bonus_kind(place)
            self.slots.bonuses[kind] = self.slots.bonuses.get(kind, 0) + item.token.number

    def _bonus_kind(self, place: int) -> str:
        after = self._skip(place + 1, lambda at: at + 1)
        # What the sign stands right behind is nearer than what follows an `and`.
        ahead = self.items[place + 1].words[:1] if place + 1 < len(self.items) else ()
        beside = (place - 1, place + 1) if ahead in {("with",), ("and",)} else (place + 1, place - 1)
        for near in (*beside, after):
            if (kind := self._bettered(near)) is not None:
                return kind
        told = self._text(place - 1) in {"at", "with", "a"}
        if told and self._cue("save") and not self._cue("hit", "thac0", "attack") and not self._kind("weapon"):
            return "save"
        return "attack"

    def _bettered(self, place: int) -> str | None:
        """What a plus betters that stands beside this; bracers are as armor."""
        if self._is_kind(place, "protection"):
            return "armor" if self.items[place].value("protection") == "bracers" else "protection"
        for kind, better in (("armor", "armor"), ("weapon", "attack")):
            if self._is_kind(place, kind):
                return better
        return next((cue for cue in ("shield", "damage", "save") if self._is_cue(place, cue)), None)

    def report_left_over(self) -> None:
        numbers = {"number", "ordinal", "fraction", "hit_dice"}
        places = [at for at, item in enumerate(self.items) if item.kind in numbers and at not in self.used]
        self.slots.left_places = places
        self.slots.left_over = [self.items[at].token.text for at in places if not self._is_idle(at)]

    def _is_idle(self, place: int) -> bool:
        """Small numbers written as words that count nothing: `one fighter`, `first`."""
        token = self.items[place].token
        return token.spelled and (token.kind == "ordinal" or token.number <= 12)
