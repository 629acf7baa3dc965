"""House rules of a campaign: what is played otherwise than the book says, by the rule it concerns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.characters import find_ability, read_classes, read_race
from rules.errors import MalformedValue, RuleError
from rules.loader import Rulebook
from rules.subjects import read_alignment

Setting = Any
Reader = Callable[[Any, Rulebook], Any]


@dataclass(frozen=True, slots=True)
class HouseRules:
    """Settings by rule, read. False: the rule is not played. True: by the book. Anything else changes the rule."""

    settings: Mapping[str, Setting] = field(default_factory=dict)

    def is_off(self, rule: str) -> bool:
        """Whether the rule is not played."""
        return self.settings.get(rule) is False

    def also_allowed(self, rule: str, key: str) -> tuple[str, ...]:
        """What the campaign allows beside the book, for a class or race."""
        setting = self.settings.get(rule)
        return tuple(setting.get(key, ())) if isinstance(setting, Mapping) else ()

    def level_cap(self, race: str, character_class: str) -> int | None:
        """The campaign's own cap, or None for the book's."""
        setting = self.settings.get("level_cap")
        by_race = setting.get(race) if isinstance(setting, Mapping) else setting
        cap = by_race.get(character_class) if isinstance(by_race, Mapping) else by_race
        return cap if isinstance(cap, int) and not isinstance(cap, bool) else None

    def minimum(self, character_class: str, ability: str) -> int | None:
        """The campaign's own minimum of an ability for a class, or None for the book's."""
        setting = self.settings.get("ability_minimum")
        minimums = setting.get(character_class, {}) if isinstance(setting, Mapping) else {}
        return minimums.get(ability)


def read_house_rules(given: Mapping[str, Any] | None, book: Rulebook) -> HouseRules:
    """Check settings and bring their names to the rule base's own.

    Args:
        given: By rule (see `SETTINGS`): false switches the rule off, true is the book, and many rules take more:
            `{"armor": {"mage": ["leather"]}}`, `{"level_cap": {"dwarf": {"fighter": 18}}}` or `{"level_cap": 20}`.
        book: The tables.

    Raises:
        RuleError: There is no such rule, or the rule does not take this; the field is `house_rules.<rule>`.
    """
    if given is not None and not isinstance(given, Mapping):
        raise MalformedValue("house_rules", given, "an object of settings by rule")
    read = {}
    for rule, setting in (given or {}).items():
        if rule not in SETTINGS:
            raise MalformedValue(f"house_rules.{rule}", setting, f"left out: the rules are {', '.join(SETTINGS)}")
        try:
            read[rule] = setting if isinstance(setting, bool) else SETTINGS[rule](setting, book)
        except RuleError as error:
            error.field = f"house_rules.{rule}"
            raise
    return HouseRules(read)


def _only_switch(value: Any, _book: Rulebook) -> Any:
    raise MalformedValue("setting", value, "true (by the book) or false (not played)")


def _mapping(read_key: Reader, read_value: Reader, form: str) -> Reader:
    def read(value: Any, book: Rulebook) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise MalformedValue("setting", value, f"true, false or {form}")
        return {read_key(key, book): read_value(one, book) for key, one in value.items()}

    return read


def _list(read_one: Reader) -> Reader:
    def read(value: Any, book: Rulebook) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise MalformedValue("setting", value, "a list")
        return tuple(read_one(one, book) for one in value)

    return read


def _number(low: int, high: int) -> Reader:
    def read(value: Any, _book: Rulebook) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise MalformedValue("setting", value, f"an integer from {low} to {high}")
        return value

    return read


def _class(value: Any, book: Rulebook) -> str:
    return book.table("classes").resolve(value, field_name="class")


def _combination(value: Any, book: Rulebook) -> str:
    return "/".join(sorted(read_classes(value, book)))


def _named(table_id: str) -> Reader:
    return lambda value, book: book.table(table_id).resolve(value)


_cap = _number(1, 30)
_caps_of_classes = _mapping(_class, _cap, 'caps by class, such as {"fighter": 18}')


def _cap_of_race(value: Any, book: Rulebook) -> Any:
    return _caps_of_classes(value, book) if isinstance(value, Mapping) else _cap(value, book)


_caps_of_races = _mapping(read_race, _cap_of_race, 'a cap, or caps by race, such as {"dwarf": {"fighter": 18}}')

SETTINGS: Mapping[str, Reader] = {
    "class_race": _mapping(read_race, _list(_class), 'classes by race, such as {"dwarf": ["mage"]}'),
    "multi_class": _mapping(read_race, _list(_combination), 'classes by race, such as {"human": ["fighter/mage"]}'),
    "alignment": _mapping(_class, _list(read_alignment), 'alignments by class, such as {"paladin": ["NG"]}'),
    "ability_minimum": _mapping(
        _class, _mapping(find_ability, _number(1, 25), "scores by ability"),
        'minimums by class, such as {"paladin": {"charisma": 15}}',
    ),
    "ability_race": _only_switch,
    "exceptional_strength": _only_switch,
    "armor": _mapping(_class, _list(_named("armor")), 'armor by class, such as {"mage": ["leather"]}'),
    "shield": _only_switch,
    "weapon": _mapping(_class, _list(_named("weapons")), 'weapons by class, such as {"cleric": ["long_sword"]}'),
    "level_cap": lambda value, book: _caps_of_races(value, book) if isinstance(value, Mapping) else _cap(value, book),
    "specialisation": _mapping(_class, _list(_named("weapons")), 'weapons by class, such as {"ranger": ["long_bow"]}'),
    "weapon_slots": _only_switch,
    "spell_slots": _only_switch,
}  # fmt: skip
"""The rules, in the order in which they are checked, and what each takes beside true and false."""
RULE_IDS = tuple(SETTINGS)
