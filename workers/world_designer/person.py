"""Who a person is before any number: name, people, gender, class, level, trade and alignment.

What the brief leaves open is drawn; what is to be different about somebody who was drawn before takes its place
afterwards, so that everything else about them is drawn as it was.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import rules
from rules.loader import default_rulebook
from workers.world_designer import stats
from workers.world_designer.brief import Gender, NpcBrief
from workers.world_designer.names import make_name, sounds_like
from workers.world_designer.prose import stream
from workers.world_designer.vocabulary import occupations, peoples
from workers.world_designer.vocabulary.gear import ALIGNMENTS, CLASS_ALIGNMENTS
from workers.world_designer.vocabulary.occupations import Occupation

GENERATOR: Final = "npc/2"
_USUAL_RACES: Final = ("human", "human", "human", "human", "dwarf", "elf", "gnome", "half-elf", "halfling")
_USUAL_CLASSES: Final = ("fighter", "fighter", "fighter", "thief", "thief", "cleric", "mage", "ranger", "bard")
_OTHER_GENDER: Final = {"priest": "priestess", "lord": "lady", "king": "queen"}

Draw = Callable[[str], random.Random]
"""A random source for each stage of making a person."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is. `race` is a key of `peoples.BY_KEY`; `notes` are the book's objections."""

    name: str
    race: str
    gender: Gender
    character_class: str
    level: int
    occupation: Occupation
    alignment: str
    home: str | None
    notes: tuple[str, ...] = ()


def drawn(brief: NpcBrief, seed: int) -> Draw:
    """The random sources of the person that a brief and a seed make; fresh ones at every call."""
    return lambda stage: stream(seed, stage, GENERATOR, brief.drawn_by)


def draw_person(brief: NpcBrief, changed: NpcBrief, draw: Draw) -> Person:
    """The person that the brief asks for, with what is to be different about it."""
    first = _first(brief, draw)
    one_class = changed.character_class or first.character_class
    race, gender = changed.race or first.race, changed.gender or first.gender
    now = replace(
        first,
        name=changed.name or first.name,
        race=race,
        gender=gender,
        character_class=one_class,
        level=changed.level or first.level,
        occupation=_occupation_now(brief, changed, first, race, gender, draw),
        home=changed.home or first.home,
    )
    alignment = _alignment_now(first.alignment, changed, now, draw)
    return replace(
        now, alignment=alignment, notes=(*_book_notes(race, one_class), *_alignment_notes(one_class, alignment))
    )


def _first(brief: NpcBrief, draw: Draw) -> Person:
    """As the brief alone asks for."""
    source = draw("person")
    race = brief.race or _race(brief, source)
    occupation = _occupation(brief, race, source)
    character_class = brief.character_class or _class(occupation, race, brief)
    level = brief.level or source.randint(*occupation.levels)
    gender = brief.gender or _gender(brief.name, occupation, source)
    alignment = _alignment(brief.alignment, character_class, race, occupation, source)
    name = brief.name or make_name(race, gender, draw("name"))
    return Person(name, race, gender, character_class, level, occupation, alignment, brief.home)


def _occupation_now(
    brief: NpcBrief, changed: NpcBrief, first: Person, race: str, gender: Gender, draw: Draw
) -> Occupation:
    """A trade that was asked for stays whatever the class; one that came with the class goes with it."""
    if changed.occupation:
        return _occupation(changed, race, draw("trade"))
    is_of_the_class = brief.occupation is None and changed.character_class not in (None, first.character_class)
    one = _occupation(changed, race, draw("trade")) if is_of_the_class else first.occupation
    return one if gender == first.gender else _of_gender(one, gender)


def _of_gender(occupation: Occupation, gender: Gender) -> Occupation:
    """The lord's trade as a lady has it."""
    others = _OTHER_GENDER | {other: name for name, other in _OTHER_GENDER.items()}
    other = occupations.BY_NAME.get(others.get(occupation.name, ""))
    is_meant = other is not None and (occupation.gender not in (None, gender) or other.gender == gender)
    return other if other is not None and is_meant else occupation


def _alignment_now(before: str, changed: NpcBrief, now: Person, draw: Draw) -> str:
    """As it was, unless another was asked for, or the new class has none like it."""
    is_closed = changed.character_class is not None and before not in _allowed(now.character_class)
    if changed.alignment is None and not is_closed:
        return before
    return _alignment(changed.alignment, now.character_class, now.race, now.occupation, draw("alignment"))


def _race(brief: NpcBrief, draw: random.Random) -> str:
    """A usual one that may have the class, and can be as old as was asked for."""
    drawn_race = draw.choice([race for race in _USUAL_RACES if _may_be(brief.character_class, race)])
    if brief.years is None or _lives_at(drawn_race, brief.years):
        return drawn_race
    fitting = (race for race in _USUAL_RACES if _may_be(brief.character_class, race) and _lives_at(race, brief.years))
    return next(fitting, drawn_race)


def _may_be(character_class: str | None, race: str) -> bool:
    return character_class is None or _is_legal(character_class, race)


def _lives_at(race: str, years: int) -> bool:
    """True for an age between the first adventures and the last stage of life."""
    row = default_rulebook().table("ages").find(stats.rules_race(race) or "human")
    return int(row["starting_age"]) <= years <= int(row["venerable_age"])


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


def _alignment(wanted: str | None, character_class: str, race: str, occupation: Occupation, draw: random.Random) -> str:
    """As it was asked for, also against the class; else a likely one that the class allows."""
    allowed = _allowed(character_class)
    if wanted is None:
        return draw.choice(_likely(allowed, race, occupation))
    return draw.choice(_fitting(allowed, wanted) or _fitting(tuple(ALIGNMENTS), wanted))


def _allowed(character_class: str) -> tuple[str, ...]:
    return CLASS_ALIGNMENTS.get(character_class, tuple(ALIGNMENTS))


def _alignment_notes(character_class: str, alignment: str) -> tuple[str, ...]:
    allowed = _allowed(character_class)
    if alignment in allowed:
        return ()
    may = " or ".join(ALIGNMENTS[code] for code in allowed)
    kept = f"{ALIGNMENTS[alignment]} is kept because you asked for it."
    return (f"By the book a {character_class} is {may}; {kept}",)


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
        return (f"The rules have no {people} characters: the scores are unadjusted, age and movement are a human's.",)
    check = rules.check_class(character_class, race=key, book=default_rulebook())
    nearest = f"the nearest class by the book is {_nearest(character_class, race)}"
    return tuple(f"By the book {one}; kept because you asked for it, {nearest}." for one in check.violations)


def _nearest(character_class: str, race: str) -> str:
    """A legal class of the same group, else the most similar one."""
    group = stats.class_group(character_class)
    names = default_rulebook().table("classes").names
    same = [name for name in names if stats.class_group(name) == group and _is_legal(name, race)]
    return next(iter([*same, *(name for name in ("cleric", "fighter") if _is_legal(name, race))]))
