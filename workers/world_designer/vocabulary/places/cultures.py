"""Whose place it is."""

# ruff: noqa: E501 - one sentence or row, one line

from workers.world_designer.vocabulary.places.forms import Culture

CULTURE_LIST: tuple[Culture, ...] = (
    Culture(
        "dwarven", ("dwarven", "dwarf", "dwarves", "dwarfs", "dwarvish"),
        marks=(
            "Runes no taller than a thumb run along every edge, cut by someone who measured twice.",
            "Each block is fitted without mortar, so close that a knife finds no way in, and each bears its mason's mark.",
            "Bronze lamps in the shape of {closed fists|anvils} jut from the stone, and their chains end at dwarf height.",
            "A frieze of bearded faces circles the walls, every one different, and {seven|some} have been chiseled blank.",
        ),
        touches=(
            "Under the palm the stone is {dry and faintly warm|smooth as a whetstone}, and somewhere behind it something hums.",
            "The bronze is worn bright at one spot only, where hand after hand must have rested.",
            "Run a finger along the runes and it comes away black with {lamp soot|graphite} that somebody renewed.",
        ),
        tensions=(
            "One name in the long list of the dead has been filled with fresh gold, and the chisel lies below it.",
            "A clan banner hangs upside down: among dwarves that is no accident but a charge of treason.",
            "Stone dust, still pale, lies in a line across the floor where a wall has been moved and put back.",
        ),
    ),
    Culture(
        "elven", ("elven", "elf", "elves", "elvish", "elfin", "fey", "faerie", "fairy", "sylvan"),
        marks=(
            "Nothing here is square: every line bends, as a branch does that has been asked rather than cut.",
            "Silver leaf traces {vines|star paths} over the walls, and the pattern leads the eye in a circle back to the door.",
            "Glass no thicker than a petal fills the openings and tints whatever light there is with {green|late gold}.",
            "Living wood has been grown into arch and rail, and it is still in leaf.",
        ),
        touches=(
            "The carving gives a little under the thumb, like bark in spring.",
            "Where fingers brush the silver a thread of light follows them and fades.",
            "The rail is satin-smooth and, against all reason, beaded with dew.",
        ),
        tensions=(
            "A harp stands with all its strings cut, each at the same height.",
            "One branch of the growing wood has died back, black to the join, in the shape of a grasping hand.",
            "A bowl of clear water shows the stars, though not the ones overhead.",
        ),
    ),
    Culture(
        "human", ("human", "humans", "imperial", "noble", "royal", "knightly"),
        marks=(
            "Coats of arms have been painted, painted over and painted again, until the {lions|eagles} show through each other.",
            "Stone, brick and timber follow each other like rings in a tree, one for each owner who ran out of money.",
            "A row of patron saints looks down, and the third from the left has been given {a beard|horns} in charcoal.",
        ),
        touches=(
            "The wood is greasy with hands and notched by knives; someone has cut a ship into it, patiently.",
            "The plaster crumbles at a touch and shows an older, redder wall beneath.",
        ),
        tensions=(
            "A proclamation has been torn down so hastily that the seal is left hanging from its nail.",
            "One coat of arms is covered with sacking, and people step around it as if it could bite.",
            "A list of debts is chalked by the door, and the longest belongs to somebody important.",
        ),
    ),
    Culture(
        "gnomish", ("gnomish", "gnome", "gnomes", "clockwork", "tinker"),
        marks=(
            "Brass pipes run along every wall, meet, part, and end in {whistles|little doors}.",
            "Everything is built one size too small and one storey too clever, with labels in six languages.",
            "Lenses set in the ceiling throw moving spots of daylight on the floor, where someone has chalked the hours.",
        ),
        touches=(
            "The brass is warm and trembles with a tick, tick, pause, tick.",
            "A lever by the door is cold, oiled, and clearly hoping.",
        ),
        tensions=(
            "One of the clocks runs backward, and a note pinned to it says only: do not correct.",
            "A row of hooks holds {eleven|seven} brass keys, and there is room for one more.",
        ),
    ),
    Culture(
        "halfling", ("halfling", "halflings"),
        marks=(
            "Round doors, round windows and rounder cushions leave nothing for a long leg but a bruise.",
            "Pots of {thyme|marigold} crowd every sill, and a shelf at hip height holds more teacups than there can be guests.",
        ),
        touches=(
            "The rugs are deep and darned in eight colors, and one darn is new and badly done.",
            "The round door swings at a fingertip, balanced like a good knife.",
        ),
        tensions=(
            "Supper has been laid for one too many, and every eye keeps coming back to the empty chair.",
            "A pantry in a house like this should never be locked; this one has three locks.",
        ),
    ),
    Culture(
        "goblinoid", ("goblinoid", "goblin", "goblins", "orc", "orcs", "orcish", "hobgoblin", "hobgoblins", "kobold", "kobolds", "bugbear", "gnoll"),
        marks=(
            "Totems of bone and bent cutlery stand wherever two ways meet, each wearing somebody's {hat|boot}.",
            "Everything flat is daubed with red hands, {large over small|in rows like a tally}, and the newest is still tacky.",
            "Better work lies under the filth: the floor is older than its owners, and they have built fires on the mosaics.",
        ),
        touches=(
            "Everything is sticky: the posts with fat, the ropes with pitch, the floor with worse.",
            "A tripline at shin height, greased to vanish, brushes the leg of whoever looks up.",
        ),
        tensions=(
            "A chief's chair stands empty with an axe through its back, and nobody has dared to take either.",
            "A cage of green sticks holds shed clothing, carefully folded, of three different sizes.",
            "War paint is drying in bowls, enough for many more faces than there are beds.",
        ),
    ),
    Culture(
        "draconic", ("draconic", "dragon", "dragons", "wyrm", "drake"),
        marks=(
            "Stone has run like wax down one wall and set again, and in it are stuck {spearheads|coins}.",
            "Scratches as long as a rider's lance score the floor, always in fours.",
            "Everything within a great circle has been polished by the sliding of something very heavy and very patient.",
        ),
        touches=(
            "The rock gives back heat like a baker's wall, an hour after the oven is out.",
            "A shed scale lies edge up, as large as a shield and sharp enough to prove it.",
        ),
        tensions=(
            "Among the bones is a saddle, made to a pattern no horse ever needed.",
            "One coin lies alone in the middle of the clear floor, exactly where a guest would have to stoop.",
        ),
    ),
    Culture(
        "undead", ("undead", "vampire", "vampiric", "lich", "necromantic", "ghoul", "zombie", "skeleton"),
        marks=(
            "Mirrors face the wall here, all of them, and their backs are clean of dust.",
            "Candles of black wax have burned down evenly on both sides of the way, and nobody lit them in passing.",
        ),
        touches=(
            "The cold has a surface: put a hand out and it closes around the wrist like water.",
            "The dust is fine as flour, and on the tongue it is bone.",
        ),
        tensions=(
            "Fresh flowers lie on the oldest of the coffins, still wet from the garden.",
            "A bell cord runs out of the sealed end of a coffin and up through the ceiling, and it is taut.",
        ),
    ),
    Culture(
        "giant", ("giant", "giants", "ogre", "ogres", "troll", "trolls", "titan"),
        marks=(
            "The steps come to the waist, the table to the chin, and a drinking cup stands by it like a rain barrel.",
            "Whole trees, bark and all, hold the roof, lashed with cable that came from a warship.",
        ),
        touches=(
            "The wool of the bed fur is as coarse as rope, and warm where the sleeper lay.",
            "A thumbprint in the fired clay would serve a child for a bowl.",
        ),
        tensions=(
            "A sack by the hearth shifts and says nothing, in a way that suggests a gag.",
            "A chessboard of paving slabs is set out for two, with the game half played.",
        ),
    ),
)  # fmt: skip
