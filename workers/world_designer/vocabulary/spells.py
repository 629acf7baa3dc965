"""Spells that mages, clerics and druids are likely to carry, by spell level; names in common use, none tied to a person.

The clerics' list keeps to their spheres, and so does the druids'.
"""

# ruff: noqa: E501 - one sentence or row, one line

WIZARD: tuple[tuple[str, ...], ...] = (
    ("charm person", "detect magic", "feather fall", "light", "magic missile", "protection from evil", "read magic", "shield", "sleep", "unseen servant"),
    ("blur", "darkness", "detect invisibility", "ESP", "invisibility", "knock", "levitate", "mirror image", "stinking cloud", "web"),
    ("clairvoyance", "dispel magic", "fireball", "fly", "haste", "hold person", "lightning bolt", "slow", "suggestion", "tongues"),
    ("charm monster", "confusion", "dimension door", "fear", "fire shield", "ice storm", "minor globe of invulnerability", "polymorph self", "stoneskin", "wall of fire"),
    ("cloudkill", "cone of cold", "feeblemind", "hold monster", "passwall", "telekinesis", "teleport", "wall of force", "wall of stone"),
    ("anti-magic shell", "chain lightning", "death spell", "disintegrate", "globe of invulnerability", "move earth", "project image", "true seeing"),
    ("delayed blast fireball", "finger of death", "limited wish", "prismatic spray", "reverse gravity", "spell turning", "teleport without error"),
    ("clone", "incendiary cloud", "mass charm", "maze", "mind blank", "polymorph any object", "symbol"),
    ("foresight", "gate", "meteor swarm", "power word, kill", "prismatic sphere", "shape change", "time stop", "wish"),
)  # fmt: skip

PRIEST: tuple[tuple[str, ...], ...] = (
    ("bless", "command", "cure light wounds", "detect evil", "detect magic", "light", "protection from evil", "purify food and drink", "remove fear", "sanctuary"),
    ("aid", "augury", "barkskin", "chant", "hold person", "know alignment", "silence 15' radius", "slow poison", "spiritual hammer", "withdraw"),
    ("animate dead", "continual light", "cure disease", "dispel magic", "glyph of warding", "prayer", "remove curse", "speak with dead"),
    ("cure serious wounds", "detect lie", "divination", "free action", "neutralize poison", "protection from evil 10' radius", "tongues"),
    ("commune", "cure critical wounds", "dispel evil", "flame strike", "plane shift", "raise dead", "true seeing"),
    ("animate object", "blade barrier", "find the path", "heal", "heroes' feast", "word of recall"),
    ("astral spell", "gate", "holy word", "regenerate", "restoration", "resurrection", "symbol"),
)  # fmt: skip

DRUID: tuple[tuple[str, ...], ...] = (
    ("animal friendship", "cure light wounds", "detect magic", "entangle", "faerie fire", "invisibility to animals", "pass without trace", "shillelagh"),
    ("barkskin", "charm person or mammal", "fire trap", "heat metal", "obscurement", "produce flame", "speak with animals", "trip"),
    ("call lightning", "hold animal", "plant growth", "pyrotechnics", "snare", "protection from fire", "summon insects", "water breathing"),
    ("animal summoning I", "call woodland beings", "cure serious wounds", "hallucinatory forest", "neutralize poison", "plant door", "repel insects"),
    ("animal growth", "animal summoning II", "anti-plant shell", "commune with nature", "control winds", "pass plant", "wall of fire"),
    ("anti-animal shell", "conjure fire elemental", "fire seeds", "liveoak", "transport via plants", "turn wood", "weather summoning"),
    ("animate rock", "changestaff", "chariot of fire", "creeping doom", "control weather", "earthquake", "fire storm"),
)  # fmt: skip
