"""Replies about hazards and exploring: falls, poison, light, doors, searching, breath, healing, age."""

from typing import Any

from rules.asking.forms import as_range, in_both_forms
from rules.asking.reply import MissingValue, Reply, make_reply, score
from rules.asking.slots import Slots
from rules.asking.topic import topic
from rules.hazards import falling, healing, holding_breath, poison
from rules.loader import Rulebook

FEET_PER_YARD, METERS_PER_TEN_FEET = 3, 3

FEET_PER_STORY = 10


def reply_falling(slots: Slots, book: Rulebook) -> Reply:
    if any("max" in item.text or item.text in _MOST for item in slots.items) and "feet" not in slots.numbers:
        source = book.table("falling").source
        text = "20d6. No fall does more than 20d6, which is that of 200 feet"
        return make_reply(text, {"dice": "20d6", "feet": 200}, ["20d6"], source=(source,))
    feet, assumptions = _height(slots)
    found = falling(feet, book=book)
    if not found.maximum:
        return make_reply(
            f"None. A fall of {feet} feet does no damage", found.values(), ["none"], found, assumptions=assumptions
        )
    text = (
        f"{found.dice}. A fall of {feet:,} feet does {found.dice} damage: {found.minimum} to {found.maximum}, "
        f"{found.average:g} on average"
    )
    headline: list[Any] = [found.dice, found.minimum, found.maximum, found.average]
    for words, number in ((_AT_MOST, found.maximum), (_AT_LEAST, found.minimum), (_USUALLY, found.average)):
        if slots.words & words:
            headline.insert(0, number)
            text = f"{number:g}. {text}"
            break
    doubt = SOFTENED * bool(slots.words & _SOFT)
    return make_reply(text, found.values(), headline, found, assumptions=assumptions, doubt=doubt)


SOFTENED = 0.3
"""What the confidence loses where one falls onto something that no table counts."""
_SOFT = frozenset(
    {"water", "lake", "river", "sea", "hay", "haystack", "snow", "mud", "sand", "pool", "moat", "net", "spikes", "slow",
     "spiked", "lava"}
)  # fmt: skip
_AT_MOST = frozenset({"max", "maximum", "most", "worst"})
_AT_LEAST = frozenset({"min", "minimum", "least"})
_USUALLY = frozenset({"average", "avg", "mean", "expected"})


_MOST = frozenset({"most", "cap", "caps", "capped", "limit", "stop", "stops", "highest", "ceiling"})


def _height(slots: Slots) -> tuple[int, tuple[str, ...]]:
    if "feet" in slots.numbers:
        return int(slots.numbers["feet"]), ()
    if "yards" in slots.numbers:
        return int(slots.numbers["yards"]) * FEET_PER_YARD, ()
    if "stories" in slots.numbers:
        feet = int(slots.numbers["stories"]) * FEET_PER_STORY
        return feet, (f"A story is taken as {FEET_PER_STORY} feet.",)
    if "meters" in slots.numbers:
        feet = int(slots.numbers["meters"]) * 10 // METERS_PER_TEN_FEET
        return feet, (f"{slots.numbers['meters']} meters are taken as {feet} feet.",)
    raise MissingValue("How many feet?", "feet")


def _extra_fall(slots: Slots) -> float:
    tall = bool(slots.numbers.keys() & {"feet", "yards", "meters", "stories"})
    if (
        not slots.has("fall")
        or (slots.all("material") and slots.has("item_save", "save"))
        or slots.has("thac0", "turn", "door", "wear")
    ):
        return -9.0
    if slots.has("morale", "hp", "light", "breath_holding", "poison") and not tall:
        return -9.0
    harmed = slots.has("damage") or any("damage" in item.text for item in slots.items)
    return 1.0 * tall + 0.6 * harmed - 1.5 * (not tall and not harmed and not slots.left_over)


def reply_poison(slots: Slots, book: Rulebook) -> Reply:
    if not slots.letters:
        raise MissingValue("Which class of poison, A to P?", "poison_class")
    found = poison(slots.letters[0], book=book)
    onset = found.onset if found.onset == found.onset_unit else f"{found.onset} {found.onset_unit}"
    text = (
        f"class {found.poison_class} is {found.method}, works after {onset}, and does {found.failed_save} without "
        f"and {found.made_save} with a saving throw"
    )
    text = text.replace("works after immediate", "works at once")
    headline: list[Any] = [found.failed_save, found.made_save, found.method, onset]
    saved, onset_asked = slots.has("save") and not _fails(slots), slots.has("onset", "duration")
    if onset_asked and not slots.has("damage", "save"):
        headline = [onset, found.method, found.failed_save, found.made_save]
    elif any(
        item.text in {"method", "delivered", "injected", "ingested", "contact", "administered", "given"}
        for item in slots.items
    ) and not slots.has("damage", "save"):
        headline = [found.method, onset, found.failed_save, found.made_save]
    elif saved and _makes(slots):
        headline = [found.made_save, found.failed_save, found.method, onset]
    spans = {"failed_save_range": as_range(found.failed_save), "made_save_range": as_range(found.made_save)}
    values = found.values() | {name: span for name, span in spans.items() if span is not None}
    text += "".join(f" ({dice} is {as_range(dice)})" for dice in headline[:2] if as_range(dice))
    return make_reply(f"{headline[0]}. Poison of {text}", values, in_both_forms(headline), found)


def _fails(slots: Slots) -> bool:
    return any(
        item.text
        in {"fail", "fails", "failed", "failing", "missed", "misses", "without", "miss", "blow", "blows", "blew"}
        for item in slots.items
    )


def _makes(slots: Slots) -> bool:
    return any(
        item.text
        in {
            "make",
            "makes",
            "made",
            "saved",
            "success",
            "successful",
            "succeed",
            "succeeds",
            "pass",
            "passed",
            "passes",
            "with",
        }
        for item in slots.items
    )


def _extra_poison(slots: Slots) -> float:
    if slots.letters:
        return (
            1.4
            - 3.0 * slots.has("treasure", "coins", "gold", "gem", "art")
            + 1.6 * slots.has("onset", "damage", "save")
        )
    if slots.classes or slots.has("save", "hit") or slots.all("creature") or slots.all("spell"):
        return -9.0
    return -0.4 if slots.has("poison_class", "onset", "damage") else -1.5


_CALM = (
    "nothing",
    "no exert",
    "not exert",
    "never exert",
    "not fight",
    "isnt fight",
    "arent fight",
    "without fight",
    "no fight",
    "isnt exert",
    "isnt swim",
    "not swim",
    "staying still",
    "sits still",
    "holding still",
    "motionless",
    "without exert",
    "not strenuous",
    "no strenuous",
    "no heavy",
    "resting",
    "not doing",
)


def reply_breath(slots: Slots, book: Rulebook) -> Reply:
    constitution = score(slots, "constitution")
    if constitution is None and len(slots.left_over) == 1 and slots.left_over[0].isdecimal():
        constitution = int(slots.left_over[0])
    if constitution is None:
        raise MissingValue("Which Constitution?", "constitution")
    words = " ".join(item.text for item in slots.items)
    calm = any(calm in words for calm in _CALM)
    exertion = not calm and any(
        word in words
        for word in ("exert", "fight", "struggl", "swimming hard", "heav", "strenuous", "swim", "combat", "wrestl")
    )
    gulp = not any(
        word in words
        for word in (
            "no gulp",
            "without gulp",
            "without a gulp",
            "surprise",
            "unprepared",
            "no time",
            "unready",
            "suddenly",
            "no breath",
            "without taking",
            "without a good",
            "no good gulp",
            "no deep breath",
            "no warning",
        )
    )
    found = holding_breath(constitution, exertion=exertion, gulp=gulp, book=book)
    text = f"{found.rounds} rounds. With Constitution {constitution} the breath lasts {found.rounds} rounds"
    text += " under exertion" if exertion else ""
    text += " without a good gulp of air" if not gulp else ""
    text += "; then a Constitution check is due each round, at 0, -2, -4 and so on"
    return make_reply(text, found.values(), [found.rounds], found)


def reply_healing(slots: Slots, book: Rulebook) -> Reply:
    days = (slots.number("days") or 0) + 7 * (slots.number("weeks") or 0)
    week = any(item.is_cue("weeks") and item.text == "week" for item in slots.items)
    wanted = slots.number("hp")
    if not days and not week and wanted:
        return _days_to_heal(slots, wanted, book)
    if not days:
        days = 7 if week else 1
    rest = _rest(slots)
    constitution = score(slots, "constitution")
    found = healing(days, rest=rest, constitution=constitution, character_class=slots.character_class, book=book)
    kind = {"rest": "normal rest", "bed_rest": "bed rest", "none": "no rest"}[found.rest]
    each = f"{found.hit_points_per_day} hit point{'s' if found.hit_points_per_day != 1 else ''} a day with {kind}"
    if days == 1:
        other = healing(1, rest="bed_rest" if rest == "rest" else "rest", book=book)
        name = "bed rest" if rest == "rest" else "normal rest"
        text = f"{found.hit_points}. A character regains {each}; with {name} {other.hit_points_per_day}"
        shown = (
            [found.hit_points]
            if slots.all("resting") and not _names_both(slots)
            else [found.hit_points, other.hit_points_per_day]
        )
        return make_reply(text, found.values(), shown, found)
    text = f"{found.hit_points}. In {days} days a character regains {found.hit_points} hit points, {each}"
    return make_reply(text, found.values(), [found.hit_points, found.hit_points_per_day], found)


def _days_to_heal(slots: Slots, wanted: int, book: Rulebook) -> Reply:
    """How many days of rest give back so many hit points."""
    found = healing(1, rest=_rest(slots), book=book)
    if not found.hit_points_per_day:
        return make_reply("Never. Without rest nothing is regained", found.values(), ["never"], found)
    days = -(-wanted // found.hit_points_per_day)
    kind = "bed rest" if found.rest == "bed_rest" else "normal rest"
    text = f"{days} days. {wanted} hit points take {days} days of {kind}, {found.hit_points_per_day} a day"
    return make_reply(text, found.values() | {"days": days}, [days, found.hit_points_per_day], found)


def _rest(slots: Slots) -> str:
    words = f" {' '.join(item.text for item in slots.items)}"
    if _without_bed(slots):
        return "rest"
    if any(word in words for word in (" bed", "complete rest", "full rest", "total rest", "complete bed")):
        return "bed_rest"
    if any(word in words for word in ("no rest", "without rest", "fighting", "adventuring hard")):
        return "none"
    return "rest"


def _beds(slots: Slots) -> list[bool]:
    """For each time that a bed is named, whether somebody rests in it."""
    words = [word for item in slots.items for word in item.text.split()]
    beds = [at for at, word in enumerate(words) if word.startswith("bed")]
    return [not _NOT_IN & set(words[max(0, at - 3) : at]) for at in beds]


def _without_bed(slots: Slots) -> bool:
    """`No bed rest`, `rather than bed rest`: somebody rests, but not in bed."""
    beds = _beds(slots)
    return bool(beds) and not any(beds)


def _names_both(slots: Slots) -> bool:
    return len(set(_beds(slots))) > 1


_NOT_IN = frozenset(
    {"no", "not", "without", "instead", "rather", "isnt", "arent", "wasnt", "cannot", "cant", "never", "outside",
     "except", "nor", "lacking", "skipping", "than", "doesnt", "dont"}
)  # fmt: skip


def _extra_healing(slots: Slots) -> float:
    if (
        not slots.has("heal")
        or slots.all("spell")
        or slots.has("cast", "spell")
        or slots.all("item")
        or slots.all("material")
    ):
        return -9.0
    mends = any(
        item.text.startswith(("heal", "recover", "regain", "recuper", "natural", "conval", "come"))
        for item in slots.items
    )
    daily = bool(slots.words & {"day", "days", "week", "weeks"})
    natural = slots.has("hp", "days", "weeks") or daily or mends or slots.one("resting") == "bed_rest"
    return (
        0.8 * natural - 2.0 * (not natural) - 2.0 * slots.has("morale", "save", "hit", "thac0", "turn", "spell_slots")
    )


TOPICS = (
    topic(
        "falling",
        "falling damage",
        cues=(
            "fall=2.6 damage=0.8 feet=0.4 meters=0.4 yards=0.2 dice=0.1 die=0.1 door item_save rolled range size "
            "weight level need hp which_die level_limit=0.8"
        ),
        things=(
            "feet=1 meters=1 stories=1 yards=0.6 item_attack class level armor race dice material skill creature "
            "initiative_situation situation terrain ammunition size spell"
        ),
        reply=reply_falling,
        extra=_extra_fall,
        loose="feet",
        tables=("falling",),
    ),
    topic(
        "poison",
        "poison classes",
        cues=(
            "poison=2.4 onset=0.8 poison_class=0.6 damage=0.5 save=0.4 duration=0.4 damage_type rounds modifier die "
            "turns item_save weapon racial versus"
        ),
        things="letter=1.4 category=0.2 class weapon item material level",
        reply=reply_poison,
        extra=_extra_poison,
        tables=("poisons",),
    ),
    topic(
        "holding_breath",
        "holding breath, drowning",
        cues="breath_holding=3 duration=0.4 rounds=0.1 movement=0.1 attack light heal load surprise hit need",
        things="score=0.6 ability=0.5 initiative_situation category item class level surprise_situation situation race",
        reply=reply_breath,
        tables=("holding_breath",),
    ),
    topic(
        "healing",
        "natural healing",
        cues="heal=2.4 hp=0.6 days=0.6 weeks=0.6 duration=0.2 modifier need level damage load attack rounds",
        things="resting=0.8 days=0.6 weeks=0.6 ability=0.2 score=0.2 class=0.1 hp=0.1 level race column",
        reply=reply_healing,
        extra=_extra_healing,
        tables=("natural_healing",),
    ),
)
