"""A person on paper: the Markdown page, the summary sentence, and the stored attributes."""

from typing import TYPE_CHECKING, Any

import rules
from workers.world_designer import stats
from workers.world_designer.prose import and_list
from workers.world_designer.vocabulary.gear import ALIGNMENTS
from workers.world_designer.vocabulary.peoples import BY_KEY

if TYPE_CHECKING:
    from workers.world_designer.npc import Npc

_SAVE_NAMES = {
    "paralyzation": "paralyzation/poison/death",
    "rod_staff_wand": "rod/staff/wand",
    "petrification": "petrification/polymorph",
    "breath_weapon": "breath weapon",
    "spell": "spell",
}
_SHORT = {name: name[:3].title() for name in rules.ABILITIES}


def summary(npc: "Npc") -> str:
    """Who it is, and the hook."""
    article = "an" if npc.title[0] in "aeiou" else "a"
    home = f" from {npc.home}" if npc.home else ""
    stance = ALIGNMENTS[npc.alignment]
    rank = f"{npc.character_class} of level {npc.level}, {stance}"
    return f"{npc.name} is {article} {npc.title}{home} ({rank}). {npc.portrait.hook}"


def content(npc: "Npc") -> str:
    """Heading, hook, stat block, portrait, and what the Dungeon Master should know about the numbers."""
    portrait = npc.portrait
    lines = [
        f"## {npc.name}, {npc.title}",
        f"*{portrait.hook}*",
        _block(npc),
        f"**Look.** {portrait.look}",
        f"**Voice.** {portrait.voice}",
        f"**Wants.** {portrait.want}",
        f"**Secret (DM only).** {portrait.secret}",
        *([_listed("Rulings", npc.notes)] if npc.notes else []),
    ]
    return "\n\n".join(lines)


def brief_content(npc: "Npc") -> str:
    """Heading, hook, stat block, and in a line each what is wanted and hidden."""
    portrait = npc.portrait
    look = portrait.look.split(". ")[0].rstrip(".")
    told = f"{look}. **Wants.** {portrait.want} **Secret (DM only).** {portrait.secret}"
    return "\n\n".join([f"## {npc.name}, {npc.title}", f"*{portrait.hook}*", _block(npc), told])


def _block(npc: "Npc") -> str:
    """The stat block, one fact group a line; two trailing blanks are Markdown's line break."""
    who = f"{npc.gender.title()} {BY_KEY[npc.race].adjective} {npc.character_class} {npc.level}"
    numbers = (
        f"AL {npc.alignment} · AC {npc.ac} · MV {npc.movement} · HD {npc.hit_dice} · hp {npc.hp} · "
        f"THAC0 {npc.thac0.base_thac0} · #AT {npc.attacks_per_round} · Dmg {_damage(npc.attacks[0])} · "
        f"XP {npc.xp_value}"
    )
    rows = {
        who: numbers,
        "Age": _age(npc),
        "Abilities": " · ".join(f"{_SHORT[name]} {score}" for name, score in npc.abilities.as_written().items()),
        "Attacks": "; ".join(map(_attack, npc.attacks)),
        "Saves": _saves(npc),
        "Special": "; ".join(_special(npc)),
        "Skills": ", ".join(f"{_spoken(name)} {value}%" for name, value in npc.skills.items()),
        "Spells": "; ".join(map(_spells, npc.spells)),
        "Carries": ", ".join(npc.worn.listed()),
    }
    return "  \n".join(f"**{label}** {text}" for label, text in rows.items() if text)


def _age(npc: "Npc") -> str:
    """Such as `68 years, old (Str -3, Wis +2)`: what the years did to the scores is in them already."""
    changes = ", ".join(f"{_SHORT[name]} {change:+d}" for name, change in npc.age.changes.items())
    return f"{npc.age.years} years, {npc.age.stage}{f' ({changes})' if changes else ''}"


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _damage(attack: stats.Attack) -> str:
    return attack.damage if attack.damage == attack.damage_large else f"{attack.damage}/{attack.damage_large}"


def _attack(attack: stats.Attack) -> str:
    rate = ", rate of fire by weapon" if attack.missile else ""
    return f"{attack.name} (THAC0 {attack.to_hit}, {_damage(attack)}, speed {attack.speed}{rate})"


def _saves(npc: "Npc") -> str:
    base = " · ".join(f"{_SAVE_NAMES[name]} {number}" for name, number in npc.saves.base().items())
    bonuses = "; ".join(_modifiers(npc.saves.modifiers))
    return f"{base} ({bonuses})" if bonuses else base


def _modifiers(modifiers: tuple[rules.SaveModifier, ...]) -> list[str]:
    """Such as `+4 vs rod/staff/wand, spell and poison: dwarf, Constitution 15`; one for each bonus and its reason."""
    reasons: dict[tuple[int, str], list[str]] = {}
    for one in modifiers:
        everything = len(one.applies_to) == len(_SAVE_NAMES)
        against = ["everything"] if everything else [_SAVE_NAMES[name] for name in one.applies_to]
        reasons.setdefault((one.bonus, one.label), []).extend([one.condition] if one.condition else against)
    return [f"{bonus:+d} vs {and_list(against)}: {label}" for (bonus, label), against in reasons.items()]


def _special(npc: "Npc") -> list[str]:
    """What the class can do beyond fighting, as far as the tables here say."""
    special = []
    if npc.character_class == "thief":
        special.append(f"backstab x{stats.backstab_multiplier(npc.level)}")
    if npc.character_class == "cleric":
        special.append(f"turns undead as a cleric of level {npc.level}")
    if npc.character_class == "paladin" and npc.level > 2:
        special.append(f"turns undead as a cleric of level {npc.level - 2}")
    if stats.class_group(npc.character_class) == "wizard" and npc.character_class != "mage":
        special.append("one more spell of the own school at each spell level; opposed schools are closed")
    return special


def _spells(one: stats.SpellLevel) -> str:
    names = f": {', '.join(one.names)}" if one.names else ""
    return f"level {one.level} ({one.number}){names}"


def _listed(heading: str, lines: tuple[str, ...]) -> str:
    return f"**{heading}**\n\n" + "\n".join(f"- {line}" for line in lines)


def attributes(npc: "Npc", *, generator: str) -> dict[str, Any]:
    """JSON values: the whole stat block, what stands behind it, and where it comes from."""
    portrait = npc.portrait
    return {
        "race": npc.race,
        "gender": npc.gender,
        "age": npc.age.years,
        "life_stage": npc.age.stage,
        "ageing": npc.age.as_json(),
        "class": npc.character_class,
        "level": npc.level,
        "occupation": npc.occupation,
        "alignment": ALIGNMENTS[npc.alignment],
        **({"home": npc.home} if npc.home else {}),
        "abilities": npc.abilities.as_written(),
        "hp": npc.hp,
        "hit_dice": npc.hit_dice,
        "ac": npc.ac,
        "thac0": npc.thac0.base_thac0,
        "saves": npc.saves.base(),
        "save_modifiers": rules.plain(npc.saves.modifiers),
        "movement": npc.movement,
        "attacks_per_round": npc.attacks_per_round,
        "attacks": rules.plain(npc.attacks),
        "xp_value": npc.xp_value,
        "armor": npc.worn.armor,
        "shield": npc.worn.shield,
        "equipment": npc.worn.listed(),
        **({"skills_percent": npc.skills} if npc.skills else {}),
        **({"spells": rules.plain(npc.spells)} if npc.spells else {}),
        "hook": portrait.hook,
        "look": portrait.look,
        "voice": portrait.voice,
        "want": portrait.want,
        "secret": portrait.secret,
        "rulings": list(npc.notes),
        "source": list(npc.source),
        "rules_version": rules.default_rulebook().version,
        "generator": generator,
        "seed": npc.seed,
    }
