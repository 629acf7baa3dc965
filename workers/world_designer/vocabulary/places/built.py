"""Places with a roof and a builder."""

# ruff: noqa: E501 - one sentence or row, one line

from contracts.entities import LocationType
from workers.world_designer.vocabulary.places.forms import Kind

_B, _D, _R = LocationType.BUILDING, LocationType.DUNGEON, LocationType.ROOM

BUILT: tuple[Kind, ...] = (
    Kind(
        "hall", "hall", ("hall", "great hall", "mead hall", "feast hall", "guildhall", "longhouse"), _B, "built",
        sights=(
            "Two rows of pillars lead the eye down $the to a {dais|high seat|hearth} half lost in {shadow|smoke-dark gloom}, far beyond the reach of a lantern.",
            "$The opens all at once, {longer than it is wide|wide enough for a wagon to turn}, with a ceiling so high that the light gives up before reaching it.",
            "A long table runs the length of $the, its planks {worn into dips|scored by knives} where generations rested their elbows.",
            "Shields {hang|lean} along both walls of $the, {faces turned outward|each with its own dents}, like a company that never dismissed.",
        ),
        sounds=(
            "Every footfall comes back a moment late, as if someone kept pace behind the pillars.",
            "Somewhere above, a loose chain ticks against stone in a draft nobody can feel.",
        ),
        smells=(
            "The air smells of {cold ash|old smoke}, iron and {tallow|dry stone}.",
            "A trace of roast meat and spilled ale still clings to the beams.",
        ),
        exits=(
            "Behind the high seat a narrow door stands {ajar|a hand's breadth open}, and the dark beyond it slopes down.",
            "A gallery runs along the upper wall, reached by a stair with {one step missing|a rope tied across it}.",
        ),
    ),
    Kind(
        "temple", "temple", ("temple", "shrine", "chapel", "church", "cathedral", "sanctuary", "abbey", "monastery", "altar"), _B, "built",
        sights=(
            "Light falls through a single round opening in the roof and lands {exactly|almost} on the altar of $the.",
            "Rows of kneeling-stones fan out from the altar, {each hollowed by knees|two of them freshly swept}.",
            "A statue with {its hands cut off|its face veiled in lead} looks down the length of $the at whoever enters.",
        ),
        sounds=(
            "A low note hangs in the air, felt in the teeth before it is heard, and stops when anyone speaks.",
            "Wax {drips|falls} on stone, slow and regular, from candles that stand {too high to trim|behind a grille}.",
        ),
        smells=(
            "Incense lies over everything, sweet enough to hide what it was lit to hide.",
            "It smells of {cold wax|lamp oil}, wet stone and {lilies|dried flowers}.",
        ),
        exits=(
            "A curtain of {beads|heavy wool} behind the altar stirs, though the doors are shut.",
            "Steps beside the font go down to a crypt door bound in {lead|green bronze}.",
        ),
    ),
    Kind(
        "tower", "tower", ("tower", "watchtower", "lighthouse", "belfry", "turret", "spire", "keep tower"), _B, "built",
        sights=(
            "$The stands {alone|a little out of true}, a finger of {dark|pale} stone with one lit window near the top.",
            "The stair winds up inside the wall of $the, open on one side, its rail {worn to a polish|gone for a full turn}.",
            "Narrow slits let in blades of light that cross the round floor and {meet at the middle|climb the far wall}.",
        ),
        sounds=(
            "Wind works through the slits in a rising whistle, like someone trying to recall a tune.",
            "Overhead, boards creak in a slow circle, one step at a time.",
        ),
        smells=(
            "There is {bird lime|lamp oil}, damp mortar and a bite of {cold iron|storm air}.",
            "Dust and old parchment drift down from the floors above.",
        ),
        exits=(
            "A trapdoor in the ceiling is bolted from this side.",
            "At the foot of the stair, behind {barrels|a rotten tapestry}, a second flight goes down.",
        ),
    ),
    Kind(
        "castle", "castle", ("castle", "keep", "fort", "fortress", "citadel", "stronghold", "palace", "manor", "mansion", "bastion", "gatehouse"), _B, "built",
        sights=(
            "The gate arch of $the is {deep enough to hold forty soldiers|blackened above the portcullis}, and murder-holes dot its ceiling like stars.",
            "Curtain walls climb the slope in three steps, each {higher than the last|patched in a different stone}.",
            "A courtyard opens beyond the gate, with a well in the middle and {arrow slits on every side|one banner hanging still}.",
        ),
        sounds=(
            "Chain and counterweight groan somewhere inside the wall.",
            "Rope slaps against a bare flagpole, over and over.",
        ),
        smells=(
            "Horse, wet wool and {hot pitch|woodsmoke} come in turns on the wind.",
            "The passages smell of limewash and {rust|rats}.",
        ),
        exits=(
            "A postern no wider than a shield breaks the north wall, half hidden by {ivy|a dung cart}.",
            "From the inner court a covered stair climbs to the lord's apartments, and a wet one goes down to the cells.",
        ),
    ),
    Kind(
        "tomb", "tomb", ("tomb", "crypt", "barrow", "mausoleum", "catacomb", "grave", "graveyard", "cemetery", "burial mound", "sepulchre", "ossuary"), _D, "built",
        sights=(
            "Niches line both sides of $the from floor to vault, and {most|all but three} are filled.",
            "A slab the size of a {door|cart bed} lies at the center of $the, its carved sleeper worn smooth by touching hands.",
            "Roots have come through the roof and hang over the biers like {hair|bell ropes}.",
        ),
        sounds=(
            "Grit trickles from a joint in the ceiling whenever anyone takes a step.",
            "It is so quiet that breathing seems a discourtesy.",
        ),
        smells=(
            "Dry earth, {cedar|myrrh} and the faint sweetness of old linen fill the nose.",
            "The air has been shut in so long that it tastes of {pennies|chalk}.",
        ),
        exits=(
            "At the far end the wall is of newer stone, set in a hurry, with {a finger-wide gap|one block pushed out}.",
            "A shaft in the floor, no wider than shoulders, breathes colder air.",
        ),
    ),
    Kind(
        "dungeon", "dungeon", ("dungeon", "prison", "jail", "gaol", "cell", "cells", "sewer", "sewers", "labyrinth", "maze", "vault", "cellar", "oubliette"), _D, "built",
        sights=(
            "The passage into $the is {just|barely} wide enough for two, and its floor dips in the middle from traffic.",
            "Iron doors stand along the wall of $the, {all but one closed|each with a slot at knee height}.",
            "Torch brackets are set at even distances, and {every third one|the last of them} holds a stub still warm.",
        ),
        sounds=(
            "Water drips into a bucket that must be nearly full.",
            "A rattle of links comes from further in, stops, and starts again closer to the left.",
        ),
        smells=(
            "Mold, {old straw|lamp soot} and something sour come up the passage in slow breaths.",
            "It smells of rust and {wet fur|stale water}.",
        ),
        exits=(
            "The passage forks: left is dry and swept, right is neither.",
            "A grate in the floor has been lifted and set down {crooked|the wrong way round}.",
        ),
    ),
    Kind(
        "library", "library", ("library", "archive", "study", "scriptorium", "academy", "school", "university", "observatory", "laboratory"), _B, "built",
        sights=(
            "Shelves rise on all sides of $the to a gallery, and {a ladder on rails|a spiral of iron steps} joins the two.",
            "Desks stand in rows under high windows, and on one of them {a lamp still burns|the ink is still wet}.",
            "Gaps in the shelves of $the show where {whole years|single volumes} have been taken out.",
        ),
        sounds=(
            "Paper settles with small dry sighs, as if the books were turning over in their sleep.",
            "A pen scratches somewhere among the stacks and stops when it is noticed.",
        ),
        smells=(
            "There is leather, {lamp oil|gum arabic} and a thread of something burnt.",
            "Dust and {vinegar ink|mice} tickle the nose.",
        ),
        exits=(
            "One section of shelving stands a thumb's width proud of the rest.",
            "The gallery door is locked, with the key {broken off|left hanging} on the inside.",
        ),
    ),
    Kind(
        "mine", "mine", ("mine", "mines", "quarry", "tunnel", "tunnels", "delve", "shaft"), _D, "built",
        sights=(
            "Timber frames march into the dark of $the, {every fourth one newer than the rest|bowed under the weight of the hill}.",
            "Cart rails gleam where use has polished them, and run {down to the left|into black water}.",
            "A seam of {green copper ore|dull silver} crosses the working face like a healed scar.",
        ),
        sounds=(
            "The props tick and mutter as the hill shifts its weight.",
            "A pick rings far below, three strokes and a rest, three strokes and a rest.",
        ),
        smells=(
            "The air is thick with rock dust, {lamp smoke|sulfur} and sweat.",
            "A cold mineral smell rises from the lower levels.",
        ),
        exits=(
            "A bucket lift hangs at the lip of the main shaft, its rope {new|spliced in four places}.",
            "A crawlway has been boarded up, and the nails are driven from the far side.",
        ),
    ),
    Kind(
        "room", "room", ("room", "chamber", "throne room", "bedchamber", "hallway", "corridor", "attic", "kitchen", "armory", "treasury"), _R, "built",
        sights=(
            "A single {table|chest|chair} stands in the middle of $the, squared to the door as if it were waiting to be asked.",
            "Pale squares on the walls of $the show where {pictures|weapons} used to hang.",
            "The ceiling of $the is low, and someone has marked it with {chalk strokes in fives|the soot of one candle, moved often}.",
        ),
        sounds=(
            "A board complains underfoot, and another answers from the next room.",
            "Behind the wall something small runs, stops, and runs again.",
        ),
        smells=(
            "It smells of {beeswax|cold tea}, closed shutters and a {blown-out candle|wet dog}.",
            "Under the dust there is a hint of {perfume|pipe smoke}, days old at most.",
        ),
        exits=(
            "A second door, {papered over|no taller than a child}, shows only as a line in the wall.",
            "The window gives on a drop to {a lower roof|a yard full of barrels}.",
        ),
    ),
)  # fmt: skip
