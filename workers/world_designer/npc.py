"""A person ready for the table: who it is, what is wanted and hidden, and a complete AD&D 2nd edition stat block.

    brief -> people, class, level -> abilities, age -> arms and armor -> numbers -> looks and plans

Each stage draws from a random source of its own, so that a longer list in one leaves the others as they were; and what
is to be different about a person changes that and nothing else. What the Dungeon Master asks for is kept even against
the book; the book's objection stands in `notes`.
"""

from dataclasses import dataclass
from typing import Any

import rules
from workers.world_designer import sheet, stats
from workers.world_designer.ageing import Age, Span, aged, span_of
from workers.world_designer.brief import NOTHING, Gender, NpcBrief
from workers.world_designer.outfit import Worn, outfit_of
from workers.world_designer.person import GENERATOR, Draw, Person, draw_person, drawn
from workers.world_designer.portrait import Portrait, portrait_of
from workers.world_designer.vocabulary import peoples
from workers.world_designer.vocabulary.ages import USUAL

__all__ = ["GENERATOR", "Npc", "generate_npc"]


@dataclass(frozen=True, slots=True)
class Npc:
    """A generated person. `race` is a key of `peoples.BY_KEY`; numbers are those of the rules library."""

    name: str
    race: str
    gender: Gender
    character_class: str
    level: int
    occupation: str
    alignment: str
    home: str | None
    abilities: stats.Abilities
    age: Age
    life: Span
    traits: tuple[str, ...]
    hp: int
    hit_dice: str
    ac: int
    thac0: rules.Thac0
    saves: rules.SavingThrows
    movement: int
    attacks_per_round: str
    attacks: tuple[stats.Attack, ...]
    xp_value: int
    worn: Worn
    spells: tuple[stats.SpellLevel, ...]
    skills: dict[str, int]
    portrait: Portrait
    notes: tuple[str, ...]
    source: tuple[str, ...]
    seed: int

    @property
    def title(self) -> str:
        """Who it is in a few words: `dwarven blacksmith`, `old dwarven blacksmith`."""
        age = "" if self.age.stage == USUAL else f"{self.age.stage} "
        return f"{age}{peoples.BY_KEY[self.race].adjective} {self.occupation}"

    def summary(self) -> str:
        """One or two sentences, for lists and for the campaign's memory."""
        return sheet.summary(self)

    def content(self) -> str:
        """The whole person as Markdown."""
        return sheet.content(self)

    def brief_content(self) -> str:
        """The person in short, for whoever turns up for one scene: hook, stat block, want and secret."""
        return sheet.brief_content(self)

    def attributes(self) -> dict[str, Any]:
        """Everything a stored entity needs to be used again, as JSON values."""
        return sheet.attributes(self, generator=GENERATOR)


def generate_npc(brief: NpcBrief, seed: int, changed: NpcBrief = NOTHING) -> Npc:
    """Make a person.

    Args:
        brief: What was asked for; anything left open is drawn.
        seed: The same seed and brief give the same person.
        changed: What is to be different about that person; the rest stays, as far as the rules let it.
    """
    draw = drawn(brief, seed)
    who = draw_person(brief, changed, draw)
    rolled = stats.roll_abilities(who.character_class, who.race, draw("abilities"))
    life = span_of(who.race, draw("age"))
    years, stage, age_notes = _age(brief, changed, life)
    wanted = dict(brief.abilities) | dict(changed.abilities)
    older, age = aged(rolled, who.race, who.character_class, stage, years, asked=wanted.keys())
    abilities, ability_notes = stats.with_requested(older, wanted.items(), who.character_class)
    trade = who.occupation
    worn = outfit_of(who.character_class, who.level, who.race, trade.group, trade.name, trade.tools, draw("gear"))
    traits = changed.traits or brief.traits
    portrait = portrait_of(who.name, who.gender, who.race, trade, who.alignment, stage, traits, draw)
    notes = (*brief.notes, *changed.notes, *age_notes, *ability_notes, *age.kept, *who.notes)
    return _with_numbers(who, abilities, age, life, traits, worn, portrait, notes, draw, seed)


def _age(brief: NpcBrief, changed: NpcBrief, life: Span) -> tuple[int, str, tuple[str, ...]]:
    """Years and stage; what was asked for last goes first, and years go before a stage."""
    asked = changed if changed.age or changed.years else brief
    if asked.years is None:
        stage = asked.age or USUAL
        return life.years(stage), stage, ()
    years = max(life.youngest, min(life.end, asked.years))
    note = f"Grown people of this race are {life.youngest} to {life.end} years old; {asked.years} was asked for."
    return years, life.stage(years), () if years == asked.years else (note,)


def _with_numbers(
    who: Person,
    abilities: stats.Abilities,
    age: Age,
    life: Span,
    traits: tuple[str, ...],
    worn: Worn,
    portrait: Portrait,
    notes: tuple[str, ...],
    draw: Draw,
    seed: int,
) -> Npc:
    """The person with everything the rules say about it."""
    race, one_class, level = stats.rules_race(who.race), who.character_class, who.level
    dice = rules.hit_dice(one_class, level, constitution=abilities.constitution)
    armor = rules.armor_class(worn.armor, shield=worn.shield, dexterity=abilities.dexterity)
    thac0 = rules.thac0(one_class, level, strength=abilities.written_strength, race=race)
    saves = rules.saving_throws(
        one_class,
        level,
        race=race,
        constitution=abilities.constitution,
        wisdom=abilities.wisdom,
        dexterity=abilities.dexterity,
    )
    spells = stats.spells(one_class, level, abilities, draw("spells"))
    value = rules.monster_experience(level, added_hit_dice=stats.added_hit_dice(spells, armor.final_ac))
    is_thief = one_class == "thief"
    results: tuple[rules.Result, ...] = (dice, armor, thac0, saves, value, age.rule)
    return Npc(
        name=who.name,
        race=who.race,
        gender=who.gender,
        character_class=one_class,
        level=level,
        occupation=who.occupation.name,
        alignment=who.alignment,
        home=who.home,
        abilities=abilities,
        age=age,
        life=life,
        traits=traits,
        hp=rules.roll_hit_points(dice, draw("hp")),
        hit_dice=dice.notation,
        ac=armor.final_ac,
        thac0=thac0,
        saves=saves,
        movement=stats.movement(who.race),
        attacks_per_round=stats.attacks_per_round(one_class, level),
        attacks=tuple(stats.attack_with(weapon, one_class, level, who.race, abilities) for weapon in worn.weapons),
        xp_value=value.experience_points,
        worn=worn,
        spells=spells,
        skills=stats.thief_skills(who.race, level, abilities.dexterity, worn.armor, draw("skills")) if is_thief else {},
        portrait=portrait,
        notes=notes,
        source=tuple(
            dict.fromkeys([*(line for result in results for line in result.source), *_table_sources(one_class)])
        ),
        seed=seed,
    )


def _table_sources(character_class: str) -> list[str]:
    """Where the numbers of weapons, movement, attacks, skills and spells are printed."""
    book = rules.default_rulebook()
    used = ["weapons", "movement_rates"]
    used += ["attacks_per_round"] if stats.class_group(character_class) == "warrior" else []
    used += (
        ["thief_skills_base", "thief_race", "thief_dexterity", "thief_armor", "backstab"]
        if character_class == "thief"
        else []
    )
    spells = rules.spell_slots(character_class, 20).source if stats.is_caster(character_class) else ()
    return [*(book.table(name).source for name in used), *spells]
