"""A person ready for the table: who it is, what is wanted and hidden, and a complete AD&D 2nd edition stat block.

    brief -> people, class, level -> abilities -> arms and armor -> numbers -> looks and plans

Each stage draws from a random source of its own, so that a longer list in one leaves the others as they were. What the
Dungeon Master asks for is kept even against the book; the book's objection stands in `notes`.
"""

import random
from dataclasses import dataclass
from typing import Any, Final

import rules
from rules.loader import default_rulebook
from workers.world_designer import sheet, stats
from workers.world_designer.brief import Gender, NpcBrief
from workers.world_designer.names import make_name, sounds_like
from workers.world_designer.outfit import Worn, outfit_of
from workers.world_designer.portrait import Portrait, portrait_of
from workers.world_designer.prose import stream
from workers.world_designer.vocabulary import occupations, peoples
from workers.world_designer.vocabulary.gear import ALIGNMENTS, CLASS_ALIGNMENTS
from workers.world_designer.vocabulary.occupations import Occupation

GENERATOR: Final = "npc/2"
_USUAL_RACES: Final = ("human", "human", "human", "human", "dwarf", "elf", "gnome", "half-elf", "halfling")
_USUAL_CLASSES: Final = ("fighter", "fighter", "fighter", "thief", "thief", "cleric", "mage", "ranger", "bard")


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
        """Who it is in a few words: `dwarven blacksmith`."""
        return f"{peoples.BY_KEY[self.race].adjective} {self.occupation}"

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


def generate_npc(brief: NpcBrief, seed: int) -> Npc:
    """Make a person.

    Args:
        brief: What was asked for; anything left open is drawn.
        seed: The same seed and brief give the same person.
    """
    draw = stream(seed, "person", GENERATOR, brief.drawn_by)
    race = brief.race or _race(brief, draw)
    occupation = _occupation(brief, race, draw)
    character_class = brief.character_class or _class(occupation, race, brief)
    level = brief.level or draw.randint(*occupation.levels)
    gender = brief.gender or _gender(brief.name, occupation, draw)
    alignment, alignment_notes = _alignment(brief, character_class, race, occupation, draw)
    rolled = stats.roll_abilities(character_class, race, stream(seed, "abilities", GENERATOR, brief.drawn_by))
    abilities, ability_notes = stats.with_requested(rolled, brief.abilities, character_class)
    name = brief.name or make_name(race, gender, stream(seed, "name", GENERATOR, brief.drawn_by))
    gear = stream(seed, "gear", GENERATOR, brief.drawn_by)
    worn = outfit_of(character_class, level, race, occupation.group, occupation.name, occupation.tools, gear)
    telling = stream(seed, "portrait", GENERATOR, brief.drawn_by)
    notes = (*brief.notes, *ability_notes, *_book_notes(race, character_class), *alignment_notes)
    portrait = portrait_of(name, gender, race, occupation, alignment, brief, telling)
    return _with_numbers(
        _Person(name, race, gender, character_class, level, occupation.name, alignment, brief.home, seed),
        abilities, worn, portrait, notes, stream(seed, "numbers", GENERATOR, brief.drawn_by),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    race: str
    gender: Gender
    character_class: str
    level: int
    occupation: str
    alignment: str
    home: str | None
    seed: int


def _with_numbers(
    who: _Person, abilities: stats.Abilities, worn: Worn, portrait: Portrait, notes: tuple[str, ...], rng: random.Random
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
    spells = stats.spells(one_class, level, abilities, rng)
    value = rules.monster_experience(level, added_hit_dice=stats.added_hit_dice(spells, armor.final_ac))
    is_thief = one_class == "thief"
    results: tuple[rules.Result, ...] = (dice, armor, thac0, saves, value)
    return Npc(
        name=who.name,
        race=who.race,
        gender=who.gender,
        character_class=one_class,
        level=level,
        occupation=who.occupation,
        alignment=who.alignment,
        home=who.home,
        abilities=abilities,
        hp=rules.roll_hit_points(dice, rng),
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
        skills=stats.thief_skills(who.race, level, abilities.dexterity, worn.armor, rng) if is_thief else {},
        portrait=portrait,
        notes=notes,
        source=tuple(
            dict.fromkeys([*(line for result in results for line in result.source), *_table_sources(one_class)])
        ),
        seed=who.seed,
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


def _race(brief: NpcBrief, draw: random.Random) -> str:
    if brief.character_class is None:
        return draw.choice(_USUAL_RACES)
    return draw.choice([race for race in _USUAL_RACES if _is_legal(brief.character_class, race)])


def _is_legal(character_class: str, race: str) -> bool:
    key = stats.rules_race(race)
    return key is None or rules.check_class(character_class, race=key, book=default_rulebook()).allowed


def _occupation(brief: NpcBrief, race: str, draw: random.Random) -> Occupation:
    if brief.occupation is None:
        one_class = brief.character_class or draw.choice([one for one in _USUAL_CLASSES if _is_legal(one, race)])
        usual = occupations.FALLBACK_BY_CLASS.get(one_class, occupations.FALLBACK_BY_CLASS["mage"])
        return occupations.BY_NAME[draw.choice(usual)]
    known = occupations.BY_NAME.get(brief.occupation)
    return known or Occupation(brief.occupation, (), "craft", ("fighter", "thief"), (1, 2), ("the tools of the trade",))


def _class(occupation: Occupation, race: str, brief: NpcBrief) -> str:
    """The first class of the occupation that people and alignment allow; everybody can be a fighter."""
    for one in occupation.classes:
        wanted = brief.alignment is None or _fitting(CLASS_ALIGNMENTS.get(one, tuple(ALIGNMENTS)), brief.alignment)
        if _is_legal(one, race) and wanted:
            return one
    return "fighter"


def _gender(name: str | None, occupation: Occupation, draw: random.Random) -> Gender:
    """As the occupation says, else as the requested name sounds, else drawn."""
    drawn: Gender = draw.choice(("female", "male"))
    if name is not None:
        drawn = sounds_like(name)
    match occupation.gender:
        case "female":
            return "female"
        case "male":
            return "male"
        case _:
            return drawn


_HALVES: Final = {"good": "G", "evil": "E", "lawful": "L", "chaotic": "C", "neutral": "N"}


def _fitting(codes: tuple[str, ...], wanted: str) -> list[str]:
    """The alignments among these that are meant by `LG`, or by a half such as `evil`."""
    letter = _HALVES.get(wanted)
    return [code for code in codes if (code == wanted if letter is None else letter in code)]


def _alignment(
    brief: NpcBrief, character_class: str, race: str, occupation: Occupation, draw: random.Random
) -> tuple[str, tuple[str, ...]]:
    allowed = CLASS_ALIGNMENTS.get(character_class, tuple(ALIGNMENTS))
    if brief.alignment is None:
        return draw.choice(_likely(allowed, race, occupation)), ()
    if fitting := _fitting(allowed, brief.alignment):
        return draw.choice(fitting), ()
    kept = draw.choice(_fitting(tuple(ALIGNMENTS), brief.alignment))
    may = " or ".join(ALIGNMENTS[code] for code in allowed)
    return kept, (f"By the book a {character_class} is {may}; {ALIGNMENTS[kept]} is kept because you asked for it.",)


def _likely(allowed: tuple[str, ...], race: str, occupation: Occupation) -> list[str]:
    """Honest trades lean good, the shadows and the goblin peoples lean evil; but only as far as the class allows."""
    is_goblin = peoples.BY_KEY[race].culture == "goblinoid"
    leans_evil = is_goblin or occupation.name in {
        "assassin",
        "necromancer",
        "bandit",
        "pirate",
    }
    likely = [
        code for code in allowed if ("G" not in code if leans_evil or occupation.group == "shadow" else "E" not in code)
    ]
    return likely or list(allowed)


def _book_notes(race: str, character_class: str) -> tuple[str, ...]:
    """What the book says against the people or the class that was asked for."""
    key = stats.rules_race(race)
    if key is None:
        people = peoples.BY_KEY[race].adjective
        return (f"The rules have no {people} characters: the scores are unadjusted and the movement is a human's.",)
    check = rules.check_class(character_class, race=key, book=default_rulebook())
    nearest = f"the nearest class by the book is {_nearest(character_class, race)}"
    return tuple(f"By the book {one}; kept because you asked for it, {nearest}." for one in check.violations)


def _nearest(character_class: str, race: str) -> str:
    """A legal class of the same group, else the most similar one."""
    group = stats.class_group(character_class)
    names = default_rulebook().table("classes").names
    same = [name for name in names if stats.class_group(name) == group and _is_legal(name, race)]
    return next(iter([*same, *(name for name in ("cleric", "fighter") if _is_legal(name, race))]))
