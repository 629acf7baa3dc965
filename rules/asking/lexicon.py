"""The words a question may be made of, besides the names in the tables; spellings are separated by `|`."""

TOPIC_WORDS = {
    "thac0": "thaczero|to hit armor class zero",
    "hit": "hit|hits|hitting|to hit|attack roll|attack rolls|attack|attacks|strike|to hit roll|to hit number",
    "versus": "vs|versus|against|v",
    "save": "save|saves|saving|saving throw|saving throws|save throw|sv|resist",
    "ac": "ac|armor class|armour class|armorclass|armourclass",
    "level": "level|lvl|lv|lev|levels|lvls",
    "hd": "hd|hit dice|hit die|hitdice|hit dices|hds",
    "hp": "hp|hit points|hit point|hitpoints|hps",
    "xp": "xp|exp|experience|experience points|experience point|xps",
    "shield": "shield|with shield|with a shield|and shield|shielded",
    "no_shield": "no shield|without shield|without a shield",
    "modifier": ("modifier|modifiers|mod|mods|bonus|bonuses|adjustment|adjustments|penalty|penalties|give|gives|grant"),
    "require": (
        "requirement|requirements|require|requires|minimum|minimums|prerequisite|prerequisites|qualify"
        "|become|allowed|can be|min|mins|prereqs|min stats|permitted|stats needed|ability scores"
    ),
    "monster": (
        "monster|creature|beast|undead|orc|goblin|ogre|troll|skeleton|zombie|wolf|kobold|hobgoblin|bugbear|gnoll"
    ),
    "may": "can|may|could",
    "worth": "worth|xp value|experience value",
    "missile": (
        "missile|missiles|missile weapon|bow|longbow|shortbow|crossbow|sling|ranged|dart|darts|thrown|throwing"
    ),
}
"""Words that point to a rule, by the kind of word."""

CATEGORY_WORDS = {
    "paralyzation": (
        "paralyzation|paralysation|paralysis|paralyze|paralyzed|poison|poisons|poisoned|death|death magic"
        "|death ray|ppd|venom"
    ),
    "rod_staff_wand": ("rod|rods|staff|staves|wand|wands|rod staff or wand|rods staves and wands|rod staff wand|rsw"),
    "petrification": (
        "petrification|petrify|petrified|polymorph|polymorphing|turned to stone|flesh to stone|stoning|pp"
    ),
    "breath_weapon": "breath|breath weapon|breath weapons|breaths|dragon breath|dragon|bw",
    "spell": "spell|spells|magic|fireball|lightning bolt|charm person|hold person|sleep spell|charm",
}
"""What a saving throw is made against, by the column of the table."""

ABILITY_COLUMNS = (
    "damage|open doors|open door|bend bars|lift gates|weight allowance|max press|system shock|resurrection"
    "|resurrection survival|languages|henchmen|loyalty|reaction|missile attack|defense|defensive|defence"
    "|bonus spells|spell failure|learn spell|max spell level|spell level|max spells|spells per level|"
    "hp per die|learn spells|magical defense|hit points per die|hp bonus"
    "|hit point bonus|hit bonus|to hit bonus"
)
"""Columns of the ability tables, as people name them."""

UNCOVERED = (
    "spell slots|spell slot|how many spells|many spells|memorize|memorise|spells per day|cast|casting time"
    "|turn undead|turning|turning undead|turn|pick pockets|pick pocket|open locks|find traps|remove traps"
    "|move silently|hide in shadows|hear noise|detect noise|climb walls|read languages|thief skills"
    "|thieving skills|thief skill|thieving|backstab|initiative|speed factor|morale|surprise|encumbrance"
    "|movement|movement rate|treasure|treasure type|gem|gems|gold|proficiency|proficiencies|specialization"
    "|specialisation|weapon type|rate of fire|attacks per round|price|cost|costs|falling damage|drowning"
    "|healing|psionic|psionics|kit|kits|grapple|grappling|aging|weather|followers|stronghold|alignment"
    "|wandering"
)
"""Rules that are not in the rule base: a question about one of them is not answered with another."""

SITUATIONS = (
    "long range|medium range|short range|point blank|from behind|rear|flank|flanking|prone|invisible|cover|concealment"
    "|higher ground|charging|charge|specialized|specialised|specialist weapon|nonproficient|non proficient|proficient"
    "|two weapons|two weapon|dual wield|dual wielding|off hand|stunned|sleeping|blind|blinded|blindfolded|hasted|slowed"
    "|bless|blessed|darkness|mounted|protection|ring of protection|bracers|cloak of protection"
)
"""Circumstances that change a roll and are not in the rule base: an answer names them as not considered."""

OTHER_EDITIONS = "otheredition|fortitude|reflex|osric|bab|dc|advantage|pathfinder|becmi"
"""Words of other editions of the game."""

UNKNOWN_CLASSES = (
    "monk|barbarian|sorcerer|sorceress|warlock|assassin|cavalier|artificer|psionicist|samurai|shaman|witch"
    "|acrobat|swashbuckler|ninja"
)
"""Classes of other editions and supplements."""

FILLERS = (
    "w|a|an|the|of|is|are|what|whats|which|who|for|with|and|or|to|at|as|i|im|do|does|need|needs|needed|get|gets"
    "|have|has|had|having|my|his|her|their|its|it|he|she|they|please|tell|me|us|how|much|many|when|if|on|in|by"
    "|be|being|would|should|will|must|you|your|that|this|then|than|so|just|roll|rolls|rolled|die|dice"
    "|score|scores|number|value|table|character|characters|pc|npc|player|base|total|final|chance|chances"
    "|percent|percentage|look|up|want|know|show|whos|someone|somebody|person|wearing|wears|wear|wielding|using"
    "|use|uses|used|carrying|carries|armed|dressed|armor|armour|mail|suit|plus|minus|weapon|weapons|sword"
    "|longsword|mace|axe|dagger|spear|hammer|target|opponent|enemy|enemies|foe|rule|rules|book|hand|hello|hi"
    "|hey|thanks|thank|quick|question|dm|from|per|each|new|next|reach|reaches|advance|ability|attribute|stat"
    "|stats|good|bad|one|other|any|some|all|there|these|those|also|both|only|not|no|throw|throws|magical|class"
    "|classes|race|exactly|currently|right|now|say|ok|okay|calculate|compute|find|out|exceptional|effect"
    "|effects|group|like|make|makes|made|fight|fights|fighting|mean|means|game|s|t|re|ll|ve|d|m|whose|was|were"
    "|before|after|multi|multiclass|classed|multiclassed|point|points|same|called|named|name|play|gain|gains|go"
    "|goes|attain|becomes"
)
"""Words that change nothing."""

LOOKALIKES = (
    "chair|chairs|place|places|planet|planes|lever|smell|shell|spill|stuff|scare|scary|range|ranges|rangy"
    "|prison|unarmed|bandit|bandits|leader|lather|change|changes|experienced|intelligent|never|clergy"
    "|clerical|thieve|breathe|bread|staffed|wander|wanted|shielding|chained|leaves|human|humane|paling"
    "|ringing|hinder|hidden|stare|revel|cellar|carrier|magenta|cavern"
    "|raging|posing|dearth|shells"
)
"""Everyday words one letter away from a word of the rules; they are never taken for its typo."""
