"""What people do for a living: how prompts say it, which class fits, and the tools that lie about."""

# ruff: noqa: E501 - one sentence or row, one line

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Occupation:
    """One way of life.

    `classes` are keys of the rules library, the best fit first. `levels` is the usual range, both ends included.
    """

    name: str
    words: tuple[str, ...]
    group: str
    """Which hooks, wants and secrets fit; see lives.py."""
    classes: tuple[str, ...]
    levels: tuple[int, int]
    tools: tuple[str, ...]
    gender: str | None = None


def _row(
    group: str, name: str, classes: str, levels: tuple[int, int], tools: str, words: str = "", gender: str | None = None
) -> Occupation:
    known = (name, *(word.strip() for word in words.split(",") if word.strip()))
    things = tuple(tool.strip() for tool in tools.split(","))
    return Occupation(name, known, group, tuple(classes.split()), levels, things, gender)


OCCUPATIONS: tuple[Occupation, ...] = (
    _row("craft", "blacksmith", "fighter", (1, 3), "leather apron, smith's tongs, file roll", "smith, farrier, metalworker"),
    _row("craft", "armorer", "fighter", (1, 3), "riveting hammer, pattern sheets, mail pincers", "armourer, armor smith"),
    _row("craft", "weaponsmith", "fighter", (1, 3), "whetstones, tang punch, oiled cloth", "swordsmith, bladesmith"),
    _row("craft", "bowyer", "ranger fighter", (1, 3), "drawknife, bowstring wax, yew staves", "fletcher"),
    _row("craft", "mason", "fighter", (1, 3), "plumb line, stone chisels, chalk cord", "stonemason, stonecutter, builder"),
    _row("craft", "carpenter", "fighter", (1, 3), "hand saw, adze, pouch of pegs", "joiner, wright, shipwright, cooper"),
    _row("craft", "miner", "fighter", (1, 3), "pick, candle stubs, ore bag", "prospector, digger"),
    _row("craft", "cook", "thief fighter", (1, 2), "carving knife, spice tin, stained apron", "chef, baker, butcher, brewer"),
    _row("craft", "tailor", "thief", (1, 2), "shears, pincushion, chalk", "weaver, seamstress, cobbler, tanner, leatherworker"),
    _row("craft", "jeweler", "thief", (1, 3), "loupe, fine pliers, scales", "jeweller, goldsmith, silversmith, gemcutter"),
    _row("craft", "tinker", "thief", (1, 3), "solder, patched pans, folding stool", "clockmaker, locksmith, inventor, tinkerer"),
    _row("craft", "farmer", "fighter", (1, 2), "billhook, seed pouch, straw hat", "peasant, villager, shepherd, miller, commoner"),
    _row("trade", "innkeeper", "fighter thief", (1, 4), "ring of room keys, slate and chalk, cudgel under the bar",
         "tavern keeper, tavernkeeper, barkeep, bartender, publican, landlord, barmaid, taverner, host"),
    _row("trade", "merchant", "thief fighter", (1, 4), "ledger, seal ring, strongbox key", "trader, peddler, caravan master"),
    _row("trade", "shopkeeper", "thief fighter", (1, 3), "coin scales, shop keys, tally sticks", "storekeeper, grocer, clerk"),
    _row("trade", "moneylender", "thief", (2, 5), "account book, coin scales, list of debtors", "banker, money changer, pawnbroker"),
    _row("shadow", "fence", "thief", (3, 6), "acid vial for testing gold, false-bottomed bag, ledger in cipher"),
    _row("trade", "stablehand", "fighter", (1, 2), "hoof pick, currycomb, halter", "stableboy, ostler, groom, servant, cook's boy"),
    _row("watch", "guard", "fighter", (1, 3), "whistle, lantern, manacles", "guardsman, watchman, gate guard, sentry, city watch"),
    _row("watch", "guard captain", "fighter", (4, 7), "duty roster, signet ring, master key",
         "captain of the guard, watch captain, captain, commander, sergeant, marshal, sheriff, constable"),
    _row("watch", "soldier", "fighter", (1, 4), "mess kit, dice, rolled cloak", "warrior, man-at-arms, veteran, archer"),
    _row("watch", "mercenary", "fighter", (2, 6), "contract in a tube, whetstone, bedroll", "sellsword, hireling, henchman, henchwoman, bodyguard"),
    _row("watch", "knight", "paladin fighter", (4, 8), "tabard, letter of safe conduct, prayer beads", "cavalier, templar, champion"),
    _row("watch", "gladiator", "fighter", (3, 7), "arena token, hand wraps, jar of liniment", "pit fighter, brawler"),
    _row("watch", "chieftain", "fighter", (4, 8), "torc, trophy belt, drinking horn", "chief, warlord, war chief, raider"),
    _row("shadow", "pickpocket", "thief", (1, 4), "finger blade, changed coat, stolen purse", "cutpurse, urchin"),
    _row("shadow", "burglar", "thief", (2, 6), "picks wrapped in felt, silk line, chalked soft shoes", "cat burglar, robber"),
    _row("shadow", "spy", "thief", (3, 7), "three sets of papers, invisible ink, plain cloak", "informant, agent, scout, contact"),
    _row("shadow", "assassin", "thief", (4, 8), "garrote, two vials in wax, change of clothes", "killer, murderer, poisoner"),
    _row("shadow", "bandit", "fighter thief", (1, 4), "face scarf, sack of odd boots, rope", "brigand, highwayman, outlaw, smuggler, thug"),
    _row("shadow", "beggar", "thief", (1, 2), "crutch that is not needed, wooden bowl, layers of rags", "vagrant, tramp"),
    _row("shadow", "guildmaster", "thief", (7, 10), "guild seal, coded ledger, silver knife", "guild master, crime lord, boss"),
    _row("faith", "priest", "cleric", (2, 6), "prayer book, candles, alms box", "vicar, chaplain, acolyte, pastor, shaman, cultist, high priest"),
    _row("faith", "priestess", "cleric", (2, 6), "prayer book, candles, alms box", "abbess, nun, oracle, high priestess", "female"),
    _row("faith", "healer", "cleric druid", (1, 5), "clean bandages, herb bundle, bone needle", "herbalist, physician, midwife, nurse"),
    _row("faith", "monk", "cleric", (1, 4), "begging bowl, rosary, plain sandals", "friar, pilgrim, missionary, inquisitor"),
    _row("faith", "gravedigger", "cleric fighter", (1, 3), "spade, lantern, bell on a cord", "undertaker, sexton"),
    _row("lore", "sage", "mage cleric", (2, 6), "reading stone, ink horn, stack of letters",
         "scholar, scribe, librarian, teacher, historian, archivist, astrologer"),
    _row("lore", "alchemist", "mage", (2, 6), "glass alembic, stained gloves, rack of stoppered vials", "apothecary, potion maker"),
    _row("lore", "witch", "mage", (3, 7), "crow feather, clay jar, knotted cords", "crone, hag-wife", "female"),
    _row("lore", "court wizard", "mage", (6, 10), "staff shod in brass, star chart, sealed letters", "archmage, court mage, sorcerer, enchanter, warlock"),
    _row("lore", "necromancer", "mage", (5, 9), "bone calipers, grave dirt, black candles", "lich-seeker"),
    _row("lore", "apprentice", "mage", (1, 2), "singed notebook, borrowed wand case, mop", "student, page"),
    _row("wild", "hunter", "ranger", (1, 5), "snares, skinning knife, game bag", "trapper, tracker, huntress, woodsman, forester"),
    _row("wild", "guide", "ranger", (2, 5), "hand-drawn map, walking staff, flint", "pathfinder, explorer, wanderer"),
    _row("wild", "hermit", "druid ranger", (3, 7), "driftwood staff, drying herbs, tame jackdaw", "recluse, outcast"),
    _row("wild", "fisher", "fighter", (1, 2), "net needle, gutting knife, oilskin", "fisherman, fisherwoman, ferryman, boatman"),
    _row("sea", "sailor", "fighter thief", (1, 3), "marlinspike, tarred pigtail ribbon, ditty bag", "mariner, deckhand, navigator"),
    _row("sea", "pirate", "fighter thief", (2, 6), "boarding hook, gold earring, half a chart", "corsair, buccaneer, privateer"),
    _row("sea", "ship's captain", "fighter", (4, 7), "spyglass, ship's log, boatswain's pipe", "sea captain, captain of the ship, skipper"),
    _row("court", "noble", "fighter", (2, 6), "signet ring, scented handkerchief, riding gloves", "aristocrat, courtier, steward, heir"),
    _row("court", "lord", "fighter", (5, 9), "signet ring, hawking glove, estate rolls", "nobleman, baron, count, duke, earl", "male"),
    _row("office", "mayor", "fighter thief cleric", (1, 4), "chain of office, town seal, book of dues", "burgomaster, village elder, alderman, provost"),
    _row("court", "lady", "fighter bard", (4, 8), "signet ring, fan with a blade in it, private cipher", "noblewoman, baroness, countess, duchess, dowager", "female"),
    _row("court", "king", "fighter", (8, 12), "crown kept in its box, seal of state, worn chess set", "prince, emperor", "male"),
    _row("court", "queen", "fighter", (8, 12), "circlet, seal of state, book of petitions", "princess, empress", "female"),
    _row("court", "herald", "bard", (2, 5), "tabard, trumpet, roll of arms", "envoy, diplomat, messenger, ambassador"),
    _row("court", "minstrel", "bard", (2, 6), "lute, book of ballads, good boots", "musician, singer, entertainer, troubadour, storyteller, actor, dancer"),
    _row("court", "judge", "cleric fighter", (3, 6), "gavel, law book, black cap", "magistrate, lawyer, executioner, jailer, gaoler"),
)  # fmt: skip

FALLBACK_BY_CLASS: dict[str, tuple[str, ...]] = {
    "fighter": ("soldier", "mercenary", "guard"),
    "paladin": ("knight",),
    "ranger": ("hunter", "guide"),
    "mage": ("sage", "alchemist"),
    "cleric": ("priest", "healer"),
    "druid": ("hermit", "healer"),
    "thief": ("burglar", "spy", "fence"),
    "bard": ("minstrel", "herald"),
}
"""The ways of life to choose from when the prompt named a class only; specialists live as mages do."""

BY_NAME: dict[str, Occupation] = {occupation.name: occupation for occupation in OCCUPATIONS}
