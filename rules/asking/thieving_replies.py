"""Replies about thieving skills."""

from typing import Any

from rules.asking.reply import (
    MissingValue,
    Reply,
    describe,
    listed,
    make_reply,
    score,
    with_article,
)
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.characters import spoken
from rules.loader import Rulebook
from rules.thieving import SKILLS, ThiefSkills, thief_skills

_SKILLED = ("thief", "bard", "ranger")


def reply_thief_skills(slots: Slots, book: Rulebook) -> Reply:
    if slots.has("points_to_spend") and not slots.all("skill"):
        return _points(slots, book)
    name = slots.character_class or ("thief" if not slots.classes else slots.classes[0])
    level = slots.level or ("/".join(["1"] * (name.count("/") + 1)) if "ranger" not in name else None)
    if level is None:
        raise MissingValue("Which level is the ranger?", "level")
    arguments: dict[str, Any] = {"race": slots.race or "human", "dexterity": score(slots, "dexterity")}
    armor = slots.armor
    found = thief_skills(name, level, armor=armor or "leather", book=book, **arguments)
    bare = (
        thief_skills(name, level, armor="none", book=book, **arguments)
        if armor is None and found.character_class != "ranger"
        else None
    )
    skills = [one for one in slots.all("skill") if one in found.totals()]
    if slots.all("skill") and not skills:
        text = (
            f"None. {with_article(found.character_class)} has no {listed([spoken(one) for one in slots.all('skill')])}"
        )
        return make_reply(text, {}, ["none"], source=found.source)
    return _skills(slots, found, bare, skills)


def _skills(slots: Slots, found: ThiefSkills, bare: ThiefSkills | None, asked: list[str]) -> Reply:
    totals, without = found.totals(), bare.totals() if bare is not None else {}
    shown = asked or [skill for skill in SKILLS if skill in totals]
    words = [f"{spoken(skill)} {totals[skill]} %" for skill in shown]
    who = with_article(f"{spoken(found.race)} {found.character_class}" if slots.race else found.character_class)
    headline: list[Any] = [totals[skill] for skill in shown]
    text = f"{', '.join(f'{totals[skill]} %' for skill in shown)}. {who}: {listed(words)}"
    assumptions: tuple[str, ...] = ()
    changed = [skill for skill in shown if without.get(skill, totals[skill]) != totals[skill]]
    if changed:
        text += f" in leather; without armor {listed([f'{spoken(skill)} {without[skill]} %' for skill in changed])}"
        if len(shown) == 1:
            headline += [without[skill] for skill in changed]
        assumptions = ("Leather armor is assumed, which changes nothing.",)
    if found.points_to_distribute:
        text += (
            f"; before the {found.points_to_distribute} points handed out by level {found.level}, at most "
            f"{found.most_per_skill} on one skill"
        )
    values: dict[str, Any] = dict(totals) | {
        "points_to_distribute": found.points_to_distribute,
        "without_armor": without,
    }
    if "roll" in slots.numbers and len(shown) == 1:
        succeeds = int(slots.numbers["roll"]) <= totals[shown[0]]
        text = (
            f"{'Yes' if succeeds else 'No'}. A roll of {slots.numbers['roll']} "
            f"{'succeeds' if succeeds else 'fails'}. {text}"
        )
        headline.insert(0, "yes" if succeeds else "no")
    return make_reply(text, values, headline, found, assumptions=assumptions)


_EACH_LEVEL = frozenset({"per", "each", "every", "additional", "later", "new", "gain", "gains", "next"})


def _points(slots: Slots, book: Rulebook) -> Reply:
    name = slots.classes[0] if slots.classes else "thief"
    row = book.table("thief_points").find(name if name in {"thief", "bard"} else "thief")
    source = book.table("thief_points").source
    if slots.level is None:
        text = (
            f"{row['first_level']}. {with_article(name)} has {row['first_level']} points at first level and "
            f"{row['each_level']} more at each level, at most {row['first_level_most_per_skill']} and "
            f"{row['each_level_most_per_skill']} on one skill"
        )
        shown = [row["first_level"], row["each_level"]]
        if slots.words & _EACH_LEVEL and not slots.words & {"first", "starting", "start", "initial"}:
            shown.reverse()
            text = f"{shown[0]}. {text.split('. ', 1)[1]}"
        shown += [row["first_level_most_per_skill"], row["each_level_most_per_skill"]]
        return make_reply(text, dict(row), shown, source=(source,))
    found = thief_skills(name, slots.level, book=book)
    gained = row["first_level"] if slots.level == "1" else row["each_level"]
    text = (
        f"{found.points_to_distribute}. "
        f"{with_article(describe(slots, book) if slots.classes else f'thief of level {slots.level}')} has handed "
        f"out {found.points_to_distribute} points in all, {gained} of them at this level; at most "
        f"{found.most_per_skill} lie on one skill"
    )
    values = {
        "points_to_distribute": found.points_to_distribute,
        "at_this_level": gained,
        "most_per_skill": found.most_per_skill,
    }
    return make_reply(text, values, [found.points_to_distribute, gained, found.most_per_skill], source=(source,))


def _extra_thief(slots: Slots) -> float:
    skilled = any(name in _SKILLED for name in slots.classes) or any(
        item.is_cue("thief_skills") and item.text.startswith(("thie", "rogue")) for item in slots.items
    )
    if not slots.all("skill") and not slots.has("thief_skills", "points_to_spend"):
        return -9.0
    if slots.classes and not skilled and not slots.has("thief_skills"):
        return -3.0
    if slots.has("save", "ac", "initiative") or (slots.has("damage") and not skilled):
        return -3.0
    points = (
        1.4 * (skilled and bool(slots.all("skill")))
        + 0.5 * skilled
        + 0.4 * (bool(slots.all("skill")) and slots.has("chance", "modifier"))
    )
    strong = any(len(item.text.split()) > 1 and item.value("skill") for item in slots.items)
    points += 1.2 * strong - 1.4 * (not skilled and not strong)
    if (
        slots.all("skill")
        and not slots.classes
        and slots.race is not None
        and slots.has("secret_door", "listen", "door")
    ):
        points -= 2.0
    if slots.has("points_to_spend") and not slots.all("skill"):
        points += (0.8 if skilled or slots.has("thief_skills") else -9.0) - 2.0 * slots.has("hp", "xp")
    return points


TOPICS = (
    topic(
        "thief_skills",
        "thieving skills",
        cues=(
            "thief_skills=3 points_to_spend=1 chance=0.4 percent=0.3 listen=0.3 modifier=0.3 rolled=0.3 search=0.2 "
            "wear=0.2 racial=0.2 door=0.1 secret_door=-0.6 level score movement load light need hit require "
            "fall shield "
            "proficiency range creature item_save turn dice extreme surprise become next_level hp xp"
        ),
        things=(
            "skill=1.4 class=0.6 level=0.4 race=0.4 armor=0.4 ability=0.2 score=0.2 roll=0.2 material item percent "
            "column initiative_situation situation"
        ),
        reply=reply_thief_skills,
        extra=_extra_thief,
        tables=(
            "thief_skills_base",
            "bard_skills_base",
            "ranger_skills",
            "thief_race",
            "thief_dexterity",
            "thief_armor",
            "thief_points",
        ),
    ),
)
