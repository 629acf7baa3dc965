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
    patron, mayor, sheriff, constable, squire, acolyte, monk, prince(?:ss)?, count(?:ess)?, chief(?:tain)?, shaman,
    soldier, scout, brigand, cultist, necromancer, illusionist, minstrel, jester, scribe, seer, servant, gladiator,
    baker, butcher, brewer, carpenter, tailor, cobbler, jewell?er, fisherman, ferryman, shepherd, trapper,
    gravedigger, orc(?:ish)?, half-orc, goblin, hobgoblin, kobold, gnoll, dwar(?:f|ven), el(?:f|ven), gnom(?:e|ish),
    halfling, half-el(?:f|ven), person, character, woman, man, boy, girl
""")
_PLACE: Final = _either("""
    hall, temple, shrine, tower, castle, keep, fort(?:ress)?, tavern, inn, pub, village, town, city, hamlet, house,
    manor, mansion, shop, smithy, forge, market, square, street, alley, gate, bridge, road, crossroads?, harbou?r,
    dock, ship, cave, cavern, mine, tomb, crypt, barrow, ruins?, dungeon, room, chamber, library, throne room,
    cellar, sewers?, prison, forest, wood, swamp, marsh, mountain, hill, valley, river, lake, coast, island, desert,
    glade, clearing, camp, kingdom, realm, place, location, area, surroundings, scene
""")
_THING: Final = _either("""
    sword, longsword, dagger, axe, hammer, bow, shield, armou?r, ring, amulet, wand, staff, potion, scroll, book, map,
    key, gem, crown, cloak, boots, song, tale, name, names, ale, wine
""")
_LINK: Final = _either("in, at, of, from, by, near, on, who, that, with, and, for, under, inside, named, called")
# A word names what it stands for unless it only says whose or of what kind the next is: no person in "dwarven hall"
# or "wizard's tower", no place in "village priest".
_A_PERSON: Final = rf"\b{_PERSON}\b(?!'|s' | (?:(?!{_LINK}\b)[\w-]+ )?(?:{_PLACE}|{_THING})s?\b)"
_A_PLACE: Final = rf"\b{_PLACE}s?\b(?!'|-| (?:{_PERSON}|keeper|owner)\b)"
_PERSON_FIRST: Final = rf"\b(?:(?!{_A_PLACE}).){{0,160}}?{_A_PERSON}"
_PLACE_FIRST: Final = rf"\b(?:(?!{_A_PERSON}).){{0,160}}?{_A_PLACE}"
_PLEASE: Final = r"^(?:(?:please|can you|could you|would you|ok|okay|hey|now|quick|quickly),? )*"
_RULE: Final = _either(r"""
    thac0, thaco, to[- ]hit, saving throws?, saves?\b, save (?:vs|versus|against), armou?r class, \bac\b, hit dice,
    hit die, \bhd\b, ability (?:score|modifier|adjustment)s?, strength, dexterity, constitution, intelligence,
    wisdom, charisma, \bstr\b, \bdex\b, \bcon\b, \bint\b, \bwis\b, \bcha\b, \bxp\b, experience points?, level
    limits?, prime requisites?, requirements?, minimum scores?, initiative, turn(?:ing)? undead, bonus, penalty,
    modifier
""")
_CLASS: Final = _either("""
    fighters?, warriors?, paladins?, rangers?, mages?, wizards?, magic[- ]users?, clerics?, priests?, druids?,
    thie(?:f|ves), rogues?, bards?, specialists?, illusionists?, chain(?: ?mail)?, plate(?: ?mail)?, leather,
    shield, levels?, lvl
""")
_MAKE: Final = _either("""
    create, make, generate, invent, design, come up with, build, roll(?: up)?, stat(?: up)?
""")
_GIVE: Final = _either("give me, gimme, get me, (?:i|we) need(?! to), i want(?! to), i'd like(?! to)")
_RACE: Final = _either("humans?, dwar(?:f|ves), el(?:f|ves), gnomes?, halflings?, half-el(?:f|ves)")
_OTHER_RULE: Final = _either(r"""
    spells? (?:slots?|per day|progression), how many spells, casting times?, area of effect, fireball, magic missile,
    lightning bolt, cure light wounds,
    turns? (?:undead|skeletons?|zombies|ghouls?|wights?|wraiths?|mummies|vampires?), fall(?:ing)? damage,
    grappl(?:e|es|ing), how does surprise, surprise roll, morale, proficienc(?:y|ies), pick pockets, open locks,
    find traps, move silently, hide in shadows, backstab(?:s|bing)?, thief skills?, encumbrance, attacks per round,
    weapon speed, natural healing, 0 hit points, zero hit points, hit points, hp
""")
_KEEP: Final = _either("store, save, remember, record, note, add, keep, write down, jot down, log")
_NOT_YET: Final = _either("dungeon, adventure module")
_TREASURE: Final = _either("""
    treasure, treasures, hoard, loot, magic(?:al)? items?, cursed items?, potion, scroll,
    magic(?:al)? (?:sword|weapon|ring|wand|staff|rod|armou?r|shield|cloak)
""")
_TALE: Final = _either("rumou?rs?, gossip, (?:quest|adventure|plot)(?: hooks?)?, side ?quest, (?:wilderness )?hex")

PATTERNS: Final[Mapping[Intent, Mapping[re.Pattern[str], float]]] = {
    Intent.RULES_LOOKUP: _signs(
        {
            rf"\b{_RULE}": 1.5,
            rf"\b{_either('what, which, how, whats, does, do, is, tell me, look up, lookup')}\b.*\b{_RULE}": 1.5,
            rf"\b{_RULE}.*\b{_CLASS}\b|\b{_CLASS}\b.*\b{_RULE}": 1.0,
            rf"{_PLEASE}{_GIVE}\b(?:(?!\b{_PERSON}\b).){{0,160}}?\b{_RULE}": 4.0,
            rf"\b{_OTHER_RULE}\b": 2.0,
            rf"\b(?:can|may|could|is|are) (?:an? |my )?{_RACE} (?:be|become|play|allowed)\b.*\b{_CLASS}\b": 3.0,
            r"\bwhat (?:do|does|should|must) \w+ (?:have to |need to )?roll\b(?! to hit)": 1.5,
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
            rf"{_PLEASE}(?:{_MAKE}|{_GIVE}){_PERSON_FIRST}": 2.5,
            rf"{_PLEASE}describe (?:me )?(?:an?|another|some) {_PERSON_FIRST}": 5.0,
            # Without an order only a bare phrase: "the guard is called Tom" tells, and asks for nobody.
            rf"^(?:an? )?(?:(?!is\b|was\b)[\w-]+ ){{0,4}}?{_PERSON} (?:named|called)\b": 1.0,
            rf"{_PLEASE}(?:(?:{_MAKE}|{_GIVE}|describe)(?: me)? )?(?:an? |another |some |new |random )*npc\b": 1.5,
        }
    ),
    Intent.GENERATE_LOCATION_DESCRIPTION: _signs(
        {
            rf"\b{_either('describe, description of, paint, set the scene, read[- ]aloud')}{_PLACE_FIRST}": 5.0,
            rf"\b{_PLACE}\b.*\bset the scene\b": 2.0,
            rf"{_PLEASE}(?:{_MAKE}|{_GIVE}){_PLACE_FIRST}": 1.5,
            r"\bwhat do (?:they|we|the (?:pcs|players|party|characters)) see\b": 1.5,
            rf"\bwhat (?:does|do) (?:the|this|that|an?|my|our) (?:(?!{_A_PERSON}).){{0,160}}?\blook like\b": 1.5,
        }
    ),
    Intent.GENERATE_ENCOUNTER: _signs(
        {
            rf"{_PLEASE}(?:{_MAKE}|{_GIVE})\b.{{0,60}}?\b(?:encounters?|wandering monsters?|ambush)\b": 6.0,
            r"^(?:an? |some )?(?:random|wandering|wilderness) (?:encounters?|monsters?)\b(?! (?:distance|table))": 2.5,
            r"^(?:an? )?(?:[\w-]+ ){1,3}encounter (?:for|in|with|at)\b": 2.0,
        }
    ),
    Intent.GENERATE_TREASURE_OR_ITEM: _signs(
        {
            rf"{_PLEASE}(?:{_MAKE}|{_GIVE})\b.{{0,60}}?\b{_TREASURE}\b": 6.0,
            rf"{_PLEASE}(?:stock|fill)\b.{{0,60}}?\b(?:treasure|hoard|loot)\b": 6.0,
            r"^(?:an? |some )?(?:random )?(?:treasure type [a-z]|(?:treasure|loot|hoard) (?:for|of|worth|from))\b": 3.0,
            r"^(?:an? |some )?random magic(?:al)? item\b": 3.0,
        }
    ),
    Intent.STORE_ENTITY: _signs(
        {
            rf"{_PLEASE}{_KEEP}\b(?! (?:vs|versus|against)\b)": 2.5,
            r"\b(?:remember that|note that|for the record)\b": 1.5,
        }
    ),
    Intent.RETRIEVE_ENTITY: _signs(
        {
            rf"{_PLEASE}describe\b": 2.0,
            r"\bwhat (?:does|do) (?!(?:the|this|that|an?|my|our|they|we) ).{0,160}?\blook like\b": 2.0,
            rf"\bwhat (?:does|do) (?:the|this|that|an?|my|our){_PERSON_FIRST}.{{0,160}}?\blook like\b": 2.0,
            r"^(?:stats?|stat block|sheet) (?:for|of)\b|^[\w' -]{1,60} (?:stats?|stat block|sheet)\W*$": 2.0,
            r"^(?:who|what) (?:is|was|are|were) (?!the (?:thac0|thaco|ac|armou?r|sav))": 1.0,
            r"^who (?:runs|owns|guards|leads|lives|rules|works|killed|has)\b": 1.5,
            r"\bwhat do (?:we|you|i) know about\b": 2.0,
            r"\b(?:remind me (?:about|of|who)|tell me about|recall|show me|look up)\b": 2.0,
        }
    ),
    Intent.OTHER: _signs(
        {
            # What no agent can do yet must not be taken for what one can.
            rf"{_PLEASE}(?:{_MAKE}|{_GIVE}|stock)\b.*\b{_NOT_YET}\b": 6.0,
            # Rumours and quests have no intent of their own; the plan knows them (orchestrator/content.py).
            rf"{_PLEASE}(?:{_MAKE}|{_GIVE})\b.{{0,40}}?\b{_TALE}\b": 6.0,
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
