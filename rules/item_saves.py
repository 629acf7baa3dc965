"""Item saving throws: whether a thing outlasts acid, fire, a fall or a blow."""

from dataclasses import dataclass

from rules.characters import spoken
from rules.errors import MalformedValue, OutOfTable
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result, signed, sources_of

MAX_ITEM_BONUS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSave(Result):
    """The saving throw of a thing. `save` is the table's number, `needed` the d20 face after the bonus.

    Both are None where the table gives no save; `chance_percent` is that of outlasting the attack, None then too.
    """

    material: str
    attack: str
    save: int | None
    bonus: int
    needed: int | None
    chance_percent: int | None


def item_save(material: str, attack: str, *, bonus: int = 0, book: Rulebook | None = None) -> ItemSave:
    """The saving throw of a thing against an attack.

    Args:
        material: What it is made of, or a common thing, such as `cloth`, `scroll`, `potion` or `thick wood`.
        attack: The form of attack, such as `acid`, `fall`, `fireball` or `lightning`.
        bonus: On the roll: the plus of a magical item, more for a soft landing, -20 to 20.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Material, attack or bonus is not in the rule base.

    Source: Dungeon Master Guide, table 29.
    """
    book = book or default_rulebook()
    table, attacks = book.table("item_saves"), book.table("item_attacks")
    name = table.resolve(material, field_name="material")
    form = attacks.resolve(attack, field_name="attack")
    allowed = f"an integer from -{MAX_ITEM_BONUS} to {MAX_ITEM_BONUS}"
    if isinstance(bonus, bool) or not isinstance(bonus, int):
        raise MalformedValue("bonus", bonus, allowed)
    if not -MAX_ITEM_BONUS <= bonus <= MAX_ITEM_BONUS:
        raise OutOfTable("bonus", bonus, allowed)
    save = table.find(name)[str(attacks.value(form))]
    parts = [Part(f"{spoken(name)} against {spoken(form)}", save if save is not None else "-", table.source)]
    if bonus:
        parts.append(Part("bonus on the roll", signed(bonus), table.source))
    needed = None if save is None else max(1, min(20, save - bonus))
    return ItemSave(
        material=name,
        attack=form,
        save=save,
        bonus=bonus,
        needed=needed,
        chance_percent=None if needed is None else (21 - needed) * 5,
        breakdown=tuple(parts),
        source=sources_of(*parts),
        assumptions=_assumptions(name, form, has_save=save is not None),
    )


def _assumptions(material: str, form: str, *, has_save: bool) -> tuple[str, ...]:
    found = ["Things roll only when nobody holds them, or when their bearer has failed the same saving throw."]
    if not has_save:
        found.append(f"The table gives {spoken(material)} no saving throw against {spoken(form)}.")
    if material in {"oil", "potion"}:
        found.append("The save is that of the liquid; the container has its own.")
    if form == "fall":
        found.append("From more than 5 ft on something hard; -1 for each further 5 ft, +5 on something soft.")
    return tuple(found)
