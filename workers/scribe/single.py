"""One thing about an entity: "what was his AC?" is answered with his armor class before all else."""

from collections.abc import Mapping
from typing import Any, Final

from orchestrator.statements import attribute_of
from store.entities import Entity
from workers.scribe.sheets import is_plain

_SAME: Final = {
    "armor": "armor",
    "health": "hp",
    "hit_point": "hp",
    "life": "hp",
    "to_hit": "thac0",
    "xp": "xp_value",
    "experience": "xp_value",
    "move": "movement",
    "speed": "movement",
    "job": "occupation",
    "trade": "occupation",
    "profession": "occupation",
    "people": "race",
    "sex": "gender",
    "stage": "life_stage",
    "gear": "equipment",
    "items": "equipment",
    "possessions": "equipment",
    "weapons": "attacks",
    "saving_throws": "saves",
    "treasures": "treasure",
    "loot": "treasure",
    "hoard": "treasure",
    "secrets": "secret",
    "looks": "look",
    "wants": "want",
}
_LABELS: Final = {"ac": "AC", "hp": "hp", "thac0": "THAC0", "xp_value": "XP"}
_MOST: Final = 400


def told_alone(entity: Entity, asked: str) -> str:
    """The one thing that is asked, such as `**Mera**: AC 4.`; empty when the entity has no such thing.

    Args:
        entity: Whom it is about.
        asked: In the words of the question: `ac`, `hit points`, `strength`.
    """
    if not asked:
        return ""
    if asked in ("name", "names"):
        return f"The name is **{entity.name}**."
    wanted = attribute_of(asked)
    value = _found(wanted, entity.attributes, entity.secret)
    shown = "" if value is None else _shown(value)
    label = _LABELS.get(_SAME.get(wanted, wanted), asked)
    return f"**{entity.name}**: {label} {shown.rstrip('.')}." if shown else ""


def _found(wanted: str, attributes: Mapping[str, Any], secret: Any) -> Any:
    """The attribute of that name, of the open ones, of the scores, or of what is the Dungeon Master's."""
    hidden = secret if isinstance(secret, Mapping) else {"secret": secret} if secret else {}
    scores = attributes.get("abilities")
    places = (attributes, scores if isinstance(scores, Mapping) else {}, hidden)
    for name in (wanted, _SAME.get(wanted, wanted), _ability(wanted)):
        for place in places:
            if place.get(name) not in (None, "", [], {}):
                return place[name]
    return None


def _ability(word: str) -> str:
    scores = ("strength", "dexterity", "constitution", "intelligence", "wisdom", "charisma")
    return next((name for name in scores if word == name[:3]), word)


def _shown(value: Any) -> str:
    """Lists and records in words, as far as they are short."""
    if is_plain(value):
        return str(value)
    if isinstance(value, Mapping):
        value = [f"{name.replace('_', ' ')} {_shown(one)}" for name, one in value.items() if one not in (None, [], {})]
        return ", ".join(value)[:_MOST]
    if isinstance(value, list):
        return ", ".join(filter(None, (_shown(one) for one in value)))[:_MOST]
    return ""
