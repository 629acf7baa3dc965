"""Replies about classes and races: what they ask for, allow and close."""

from typing import Any

from rules.asking.gear_replies import classes_named
from rules.asking.reply import MissingValue, Reply, listed, make_reply, with_article
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.asking.wanted import asks_least
from rules.characters import check_class, spoken
from rules.loader import Rulebook
from rules.results import Part

ALL_ALIGNMENTS = 9
_ALIGNMENTS = {
    "lawful good": "LG", "neutral good": "NG", "chaotic good": "CG", "lawful neutral": "LN", "true neutral": "N",
    "chaotic neutral": "CN", "lawful evil": "LE", "neutral evil": "NE", "chaotic evil": "CE", "neutral": "N",
    "evil": "E", "good": "G", "lawful": "L", "chaotic": "C",
}  # fmt: skip


def reply_class_requirements(slots: Slots, book: Rulebook) -> Reply:
    if not slots.classes:
        raise MissingValue("Which class?", "class")
    scores = {ability: int(text) for ability, text in slots.abilities.items() if text.isdecimal()}
    scores |= {ability: 18 for ability, text in slots.abilities.items() if text.startswith("18/")}
    found = [check_class(name, race=slots.race, scores=scores or None, book=book) for name in slots.classes]
    sentences, headline = [], []
    for name, check in zip(slots.classes, found, strict=True):
        words = listed([f"{ability.capitalize()} {least}" for ability, least in check.minimums.items()])
        sentences.append(f"{with_article(name)} needs {words}")
        sentences += check.violations
        named = [check.minimums[one] for one in slots.named_abilities if one in check.minimums and one not in scores]
        headline += [str(least) for least in [*named, *check.minimums.values()]]
    allowed = all(check.allowed for check in found)
    decided = slots.race is not None or bool(scores)
    if decided:
        headline = ["yes" if allowed else "no", *headline]
    elif (slots.has("racial", "may", "become") or _names_races(slots)) and _asks_for_races(slots):
        races = [spoken(race) for race in found[0].races]
        text = f"{listed(races).capitalize()}. The class {slots.classes[0]} is open to {listed(races)}"
        return make_reply(text, {"races": list(found[0].races)}, races, source=found[0].source)
    start = "" if not decided else ("Yes. " if allowed else "No. ")
    source = tuple(dict.fromkeys(source for check in found for source in check.source))
    values: dict[str, Any] = {
        "allowed": allowed,
        "minimums": {name: check.minimums for name, check in zip(slots.classes, found, strict=True)},
    }
    if len(found) == 1:
        values["minimums"], values["races"] = found[0].minimums, list(found[0].races)
    parts = tuple(
        Part(f"{name}: {ability} at least", least, check.source[0])
        for name, check in zip(slots.classes, found, strict=True)
        for ability, least in check.minimums.items()
    )
    return Reply(f"{start}{'; '.join(sentences)} ({'; '.join(source)}).", values, tuple(headline), parts, source)


def _names_races(slots: Slots) -> bool:
    """`Illusionist races`: nothing but the class and the word."""
    plain = slots.race is None and not slots.numbers and not slots.abilities
    return plain and bool(slots.words & {"races"}) and len(slots.items) <= SHORT


SHORT = 5
"""So few words ask for what they name."""


def _asks_for_races(slots: Slots) -> bool:
    if slots.named_abilities and not slots.words & {"race", "races"}:
        return False  # "which Wisdom is the least" asks for a score
    return any(item.text in {"race", "races", "who", "which"} for item in slots.items)


def _extra_requirements(slots: Slots) -> float:
    if (
        slots.multi_class
        or slots.all("armor")
        or slots.all("weapon")
        or slots.has("save", "thac0", "level_limit")
        or (slots.has("alignment") and not slots.abilities)
    ):
        return -9.0 if not slots.has("require") else -2.0
    if slots.abilities.get("strength", "").startswith("18/") or "18/xx" in slots.words:
        return -9.0
    if not slots.classes:
        return 0.0 if slots.has("require") and slots.race is None else -9.0
    of_race = slots.race is not None and slots.level is None
    wanted = bool(slots.named_abilities) and not slots.abilities and slots.level is None
    asked = slots.has("need", "require", "become", "extreme") or (slots.has("what_score") and asks_least(slots.items))
    asked = asked and not slots.bonuses and not slots.has("spell")
    points = 3.6 * (wanted and asked and len(slots.classes) == 1)
    points += 2.6 * (len(slots.classes) == 1 and slots.has("become") and slots.has("need") and slots.level is None)
    scores = bool(slots.words & {"abilities", "stats", "scores", "attributes"}) and not slots.abilities
    points += 2.6 * (scores and slots.has("need") and slots.level is None)
    enough = bool(slots.words & _ENOUGH) and not slots.has("spell", "xp", "hit") and slots.level is None
    points += 4.0 * (enough and bool(slots.abilities) and len(slots.classes) == 1)
    points += 1.6 * of_race + 0.8 * (of_race and slots.has("may")) + 0.4 * (of_race and slots.has("become"))
    points += 2.6 * (slots.has("may", "become") and bool(slots.abilities) and slots.level is None)
    points += (
        3.0 * _names_races(slots)
        + 0.6 * (slots.has("become") and slots.has("may"))
        + 0.8 * (slots.has("become", "may") and _asks_for_races(slots))
    )
    return points - 1.0 * slots.has(
        "spell_slots", "proficiency", "xp", "turn", "two_weapons", "backstab", "specialised", "thief_skills"
    )


_ENOUGH = frozenset({"enough", "sufficient", "suffice", "suffices", "qualify", "qualifies"})


def reply_alignment(slots: Slots, book: Rulebook) -> Reply:
    table = book.table("class_alignments")
    names = classes_named(slots, book)
    allowed = [
        one
        for one in table.find(names[0])["alignments"]
        if all(one in table.find(name)["alignments"] for name in names)
    ]
    wanted = _wanted_alignment(slots)
    who = with_article("/".join(names))
    if wanted is None:
        words = "any" if len(allowed) == ALL_ALIGNMENTS else ", ".join(allowed)
        which = "any alignment" if words == "any" else "these alignments"
        text = f"{words[0].upper()}{words[1:]}. {who} may be of {which}"
        shown = ["any"] if words == "any" else allowed
        return make_reply(text, {"alignments": allowed}, shown, source=(table.source,), assumptions=table.notes)
    letters = wanted
    ok = (
        letters in allowed
        if (letters in _ALIGNMENTS.values() and len(letters) > 1) or letters == "N"
        else any(letters in one for one in allowed)
    )
    which = ", ".join(allowed) if len(allowed) < ALL_ALIGNMENTS else "of any alignment"
    text = f"{'Yes' if ok else 'No'}. {who} may be {which}"
    return make_reply(
        text,
        {"allowed": ok, "alignments": allowed},
        ["yes" if ok else "no", *(allowed if len(allowed) < ALL_ALIGNMENTS else [])],
        source=(table.source,),
        assumptions=table.notes,
    )


def _wanted_alignment(slots: Slots) -> str | None:
    words = f" {' '.join(item.text for item in slots.items)} "
    for spelling, letters in _ALIGNMENTS.items():
        if f" {spelling} " in words:
            return letters
    short = [item.token.text.upper() for item in slots.items if len(item.token.text) == 2]
    return next((one for one in short if one in {"LG", "NG", "CG", "LN", "CN", "LE", "NE", "CE"}), None)


def reply_multi_class(slots: Slots, book: Rulebook) -> Reply:
    table = book.table("multi_class_combinations")
    combination = sorted(slots.classes)
    races = {row.exact[0]: [sorted(one.split("/")) for one in row.values[0]] for row in table.rows}
    if slots.race is None:
        if len(combination) < 2:
            raise MissingValue("Which race?", "race")
        open_to = [spoken(race) for race, choices in races.items() if combination in choices]
        text = (
            f"{listed(open_to).capitalize() if open_to else 'None'}. The combination {'/'.join(slots.classes)} is "
            f"open to {listed(open_to) if open_to else 'no race'}"
        )
        return make_reply(text, {"races": open_to}, open_to or ["none"], source=(table.source,))
    choices = list(table.find(slots.race)["combinations"])
    if len(combination) < 2:
        if not choices:
            return make_reply(
                f"None. {with_article(spoken(slots.race))} has no multi-class combinations",
                {"combinations": []},
                ["none"],
                source=(table.source,),
                assumptions=table.notes[:1],
            )
        named = [one for one in choices if not combination or combination[0] in one.split("/")]
        text = f"{', '.join(named) or 'None'}. {with_article(spoken(slots.race))} may combine {listed(named, 'or')}"
        return make_reply(text, {"combinations": named}, named or ["none"], source=(table.source,))
    ok = combination in races[slots.race]
    text = (
        f"{'Yes' if ok else 'No'}. {with_article(spoken(slots.race))} {'may' if ok else 'may not'} be "
        f"{with_article('/'.join(slots.classes)).lower()}"
    )
    text += f"; open are {listed(choices)}" if not ok and choices else ""
    return make_reply(
        text,
        {"allowed": ok, "combinations": choices},
        ["yes" if ok else "no"],
        source=(table.source,),
        assumptions=table.notes[:1] if not choices else (),
    )


def _extra_multi_class(slots: Slots) -> float:
    changes = "dual" in slots.words and not slots.words & {"multi", "multiclass"}
    if changes or slots.level is not None or slots.has("thac0", "save", "hit", "hp", "xp", "level_limit"):
        return -9.0
    several = slots.multi_class or (len(slots.classes) > 1 and slots.has("may", "multi_class"))
    if not several and not slots.has("multi_class"):
        return -9.0
    return 1.2 * several + 1.2 * (several and slots.race is not None) + 0.8 * (several and slots.has("may"))


def _extra_alignment(slots: Slots) -> float:
    return -9.0 if slots.has_creature and (not slots.classes) else 0.3


TOPICS = (
    topic(
        "class_requirements",
        "what a class asks for, and which races it is open to",
        cues=(
            "require=3 may=0.5 become=0.5 racial=0.4 what_score=0.4 score=0.3 need=0.3 extreme=0.2 stat_block=0.2 "
            "chance=-0.5 level multi_class modifier percent"
        ),
        things="class=1 race=0.8 score=0.3 ability=0.2 column other_race",
        reply=reply_class_requirements,
        extra=_extra_requirements,
        tables=("classes", "races"),
    ),
    topic(
        "alignment",
        "the alignments of a class",
        cues="alignment=3 may=0.4 require=0.4 become=0.3 need=0.2 creature=-1",
        things="class=1 race",
        reply=reply_alignment,
        extra=_extra_alignment,
        tables=("class_alignments",),
    ),
    topic(
        "multi_class",
        "combinations of classes by race",
        cues="multi_class=3 may=0.6 become=0.5 racial level require",
        things="race=0.9 class=0.8",
        reply=reply_multi_class,
        extra=_extra_multi_class,
        tables=("multi_class_combinations",),
    ),
)
