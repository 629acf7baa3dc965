"""The words by which a prompt is known, and what each sign of an intent weighs; a full sign weighs 2.

Written for normalised text: lower case, single spaces. Words are listed between commas and may be patterns themselves.
"""

import re
from collections.abc import Mapping
from typing import Final

from contracts.intents import Intent


def _either(words: str) -> str:
    """One group that matches any of the words."""
    return "(?:" + "|".join(word.strip() for word in words.split(",")) + ")"


def _signs(weights: Mapping[str, float]) -> dict[re.Pattern[str], float]:
    return {re.compile(pattern): weight for pattern, weight in weights.items()}


_PERSON: Final = _either("""
    npc, villager, blacksmith, smith, innkeeper, barkeep, bartender, merchant, guard, captain, sergeant,
    priest(?:ess)?, cleric, druid, wizard, mage, sorcere(?:r|ss), witch, thief, rogue, bard, ranger, paladin,
    fighter, warrior, knight, noble(?:man|woman)?, baron(?:ess)?, duke, duchess, king, queen, lord, lady, sage,
    scholar, alchemist, farmer, sailor, pirate, bandit, assassin, spy, beggar, hermit, elder, mercenary, hireling,
    henchm[ae]n, herald, healer, hunter, miner, cook, stableboy, shopkeeper, villain, rival, contact, informant,
    patron, dwar(?:f|ven), el(?:f|ven), gnome, halfling, half-elf, person, character, woman, man, boy, girl
""")
_PLACE: Final = _either("""
    hall, temple, shrine, tower, castle, keep, fort(?:ress)?, tavern, inn, pub, village, town, city, hamlet, house,
    manor, mansion, shop, smithy, forge, market, square, street, alley, gate, bridge, road, crossroads?, harbou?r,
    dock, ship, cave, cavern, mine, tomb, crypt, barrow, ruins?, dungeon, room, chamber, library, throne room,
    cellar, sewers?, prison, forest, wood, swamp, marsh, mountain, hill, valley, river, lake, coast, island, desert,
    glade, clearing, camp, kingdom, realm, place, location, area, surroundings, scene
""")
_RULE: Final = _either(r"""
    thac0, thaco, to[- ]hit, saving throws?, saves?\b, save (?:vs|versus|against), armou?r class, \bac\b, hit dice,
    hit die, \bhd\b, ability (?:score|modifier|adjustment)s?, strength, dexterity, constitution, intelligence,
    wisdom, charisma, \bstr\b, \bdex\b, \bcon\b, \bint\b, \bwis\b, \bcha\b, \bxp\b, experience points?, level
    limits?, prime requisites?, initiative, turn(?:ing)? undead, bonus, penalty, modifier
""")
_CLASS: Final = _either("""
    fighters?, warriors?, paladins?, rangers?, mages?, wizards?, magic[- ]users?, clerics?, priests?, druids?,
    thie(?:f|ves), rogues?, bards?, specialists?, illusionists?, chain(?: ?mail)?, plate(?: ?mail)?, leather,
    shield, levels?, lvl
""")
_MAKE: Final = _either("""
    create, make, generate, give me, invent, design, come up with, i need, build, roll(?: up)?, stat(?: up)?
""")
_KEEP: Final = _either("store, save, remember, record, note, add, keep, write down, jot down, log")
_NOT_YET: Final = _either("""
    dungeon, encounter, treasure, hoard, magic items?, wandering monsters?, rumou?rs?, quest, adventure
""")

PATTERNS: Final[Mapping[Intent, Mapping[re.Pattern[str], float]]] = {
    Intent.RULES_LOOKUP: _signs(
        {
            rf"\b{_RULE}": 1.5,
            rf"\b{_either('what, which, how, whats, does, do, is, tell me, look up, lookup')}\b.*\b{_RULE}": 1.5,
            rf"\b{_RULE}.*\b{_CLASS}\b|\b{_CLASS}\b.*\b{_RULE}": 1.0,
            r"\b(?:rule|rules|according to the (?:book|phb|dmg)|player'?s handbook)\b": 2.0,
        }
    ),
    Intent.COMBAT_CALCULATION: _signs(
        {
            r"\b(?:need|needs|roll|chance|odds)\b.*\b(?:to )?hit\b": 2.5,
            r"\bhit\b.*\b(?:ac|armou?r class)\b": 2.0,
            r"\bhow much damage\b": 1.5,
        }
    ),
    Intent.GENERATE_NPC: _signs(
        {
            rf"^(?:please )?{_MAKE}\b.*\b{_PERSON}\b": 2.5,
            rf"\b{_PERSON}\b.*\b(?:named|called)\b": 1.0,
            r"\bnpc\b": 1.5,
            r"\bwho (?:runs|owns|guards|leads)\b": 0.8,
        }
    ),
    Intent.GENERATE_LOCATION_DESCRIPTION: _signs(
        {
            rf"\b{_either('describe, description of, what does .* look like, paint, set the scene, read[- ]aloud')}\b"
            rf".*\b{_PLACE}s?\b": 5.0,
            rf"\b{_PLACE}\b.*\bset the scene\b": 2.0,
            rf"^(?:create|make|generate|invent|design)\b.*\b{_PLACE}\b": 1.5,
            r"\b(?:what do (?:they|we|the (?:pcs|players|party|characters)) see|what does .* look like)\b": 1.5,
        }
    ),
    Intent.STORE_ENTITY: _signs(
        {
            rf"^(?:please )?{_KEEP}\b(?! (?:vs|versus|against)\b)": 2.5,
            r"\b(?:remember that|note that|for the record)\b": 1.5,
        }
    ),
    Intent.RETRIEVE_ENTITY: _signs(
        {
            r"^(?:please )?describe\b": 2.0,
            r"^(?:who|what) (?:is|was|are|were) (?!the (?:thac0|thaco|ac|armou?r|sav))": 1.0,
            r"\bwhat do (?:we|you|i) know about\b": 2.0,
            r"\b(?:remind me (?:about|of|who)|tell me about|recall|show me|look up)\b": 2.0,
        }
    ),
    Intent.OTHER: _signs(
        {
            # What no agent can do yet must not be taken for what one can.
            rf"^(?:please )?(?:{_MAKE}|stock)\b.*\b{_NOT_YET}\b": 6.0,
            rf"^{_KEEP} (?:that|this|it|him|her|them|these|those)(?: one)?\W*$": 6.0,
            r"^save (?:the |my )?(?:game|session|progress)\W*$": 6.0,
        }
    ),
    Intent.SEARCH_CAMPAIGN: _signs(
        {
            r"^(?:find|search|list|where is|where was|where did)\b": 2.2,
            r"\b(?:in (?:my|our|the|this) campaign|in my notes)\b": 1.0,
            r"\bwhich (?:npcs?|locations?|places?|items?)\b": 2.0,
        }
    ),
}
