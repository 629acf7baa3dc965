"""Places nobody built, and those that have gone back to the wild."""

# ruff: noqa: E501 - one sentence or row, one line

from contracts.entities import LocationType
from workers.world_designer.vocabulary.places.forms import Kind

_W, _D, _B = LocationType.WILDERNESS, LocationType.DUNGEON, LocationType.BUILDING

WILD: tuple[Kind, ...] = (
    Kind(
        "cave", "cave", ("cave", "cavern", "caves", "grotto", "lair", "den", "burrow", "hole", "nest", "warren", "hollow"), _D, "wild",
        sights=(
            "The mouth of $the is a {slanting crack|low yawn} in the rock, polished on one side at the height of a {hip|shoulder}.",
            "Inside, the floor of $the drops in shelves toward a pool that gives back the light {a moment late|without a ripple}.",
            "Columns of flowstone divide $the into bays, each {darker|wetter} than the last.",
        ),
        sounds=(
            "Drops fall into still water, {never quite together|each with its own note}.",
            "Air moves through $the like slow breath, in for a count of twelve, out for a count of twelve.",
        ),
        smells=(
            "Wet clay, {bats|guano} and cold stone fill the nose.",
            "Behind the damp there is a {musky|greasy} smell of something warm.",
        ),
        exits=(
            "A squeeze at the back, ringed with {scratches|tufts of gray hair}, leads on and down.",
            "High on the left a ledge runs into the dark, and a knotted vine hangs from it.",
        ),
    ),
    Kind(
        "forest", "forest", ("forest", "wood", "woods", "grove", "glade", "clearing", "jungle", "thicket", "copse"), _W, "wild",
        sights=(
            "Trunks stand so close in $the that the path must {ask its way|turn every few steps}, and the light comes down green.",
            "A fallen giant bridges the gully of $the, its upper side worn bare by {hooves|small feet}.",
            "Ferns to the waist hide the ground of $the, and {paler stripes|bent stems} show where something likes to pass.",
        ),
        sounds=(
            "A woodpecker works in the distance, and then every bird falls silent at once.",
            "Leaves whisper overhead although no wind reaches the ground.",
        ),
        smells=(
            "Leaf mold, resin and {garlic|mushrooms} rise with every step.",
            "The air is sweet with {rot and honeysuckle|pine gum}.",
        ),
        exits=(
            "Two deer paths leave the clearing; rags of {red|white} cloth are tied along one of them.",
            "Downhill a stream talks over stones, and follows a line too straight to be its own idea.",
        ),
    ),
    Kind(
        "swamp", "marsh", ("swamp", "marsh", "bog", "fen", "mire", "moor"), _W, "wild",
        sights=(
            "Black water and {gray reeds|drowned trees} make a maze of $the, with no bank that stays a bank.",
            "A causeway of logs crosses $the, sunk to the ankle, {new logs|one bright rope} among the old.",
            "Lights hang over the pools of $the, {blue|pale}, and keep their distance.",
        ),
        sounds=("Frogs call in two choirs, left and right, and both stop together.", "Mud lets go of each boot with a kiss."),
        smells=("Peat and {bad eggs|rotting lilies} come up with the bubbles.", "The mist tastes of {iron|salt} and leaf tea."),
        exits=(
            "Poles with {skulls of geese|knotted rags} mark a way across, for those who know on which side to pass.",
            "A flat-bottomed boat lies among the reeds, dry inside.",
        ),
    ),
    Kind(
        "mountain", "pass", ("mountain", "pass", "hill", "hills", "peak", "cliff", "valley", "canyon", "gorge", "ravine", "highland", "glacier", "volcano"), _W, "wild",
        sights=(
            "The path through $the hangs on the flank of the rock, {a cart wide|no wider than a mule}, with blue air on the other side.",
            "Scree fans down on both sides of $the, and a cairn at the narrowest place wears {a fresh ribbon|an iron helmet}.",
            "Snow lies in the gullies of $the, {pink with evening|crossed by one line of tracks}.",
        ),
        sounds=(
            "A stone rattles down, and goes on rattling longer than it should.",
            "Wind shears over the ridge with a noise like tearing cloth.",
        ),
        smells=("The air is thin and tastes of {snow|flint}.", "Crushed thyme and {goat|cold ash} mark an old camping place."),
        exits=(
            "Above, an old stair of forty cut steps leads to a door-shaped shadow.",
            "The far side drops in switchbacks to the tree line, where {one thread of smoke|a bell} gives away a house.",
        ),
    ),
    Kind(
        "coast", "shore", ("coast", "beach", "shore", "sea", "island", "isle", "lake", "river", "bay", "ship", "waterfall", "reef", "ferry"), _W, "wild",
        sights=(
            "The tide has left $the in ribs of wet sand, with {a broken mast|a line of footprints} running down into the water.",
            "Rocks stand off $the like {bad teeth|sentries}, white at the foot.",
            "Nets hang drying above $the, and among the floats is {a bell|a painted eye}.",
        ),
        sounds=(
            "Waves fall, drag the shingle back, and fall, with a longer seventh.",
            "Gulls quarrel over something that is not a fish.",
        ),
        smells=("Salt, tar and {weed|mussels} fill every breath.", "A sweetness of {rot|hemp} comes and goes with the spray."),
        exits=(
            "At low water a causeway shows, leading out to {the nearest rock|a door in the cliff}.",
            "A path of crushed shell climbs from the landing to a hut with no windows.",
        ),
    ),
    Kind(
        "road", "road", ("road", "bridge", "crossroad", "crossroads", "path", "trail", "highway", "ford", "gate", "border"), _W, "wild",
        sights=(
            "$The runs {straight as a rule|between banks higher than a rider}, its paving lifted here and there by roots.",
            "A milestone leans at the bend, {its number cut away|hung with wilted flowers}.",
            "Ruts cross before a gallows that has lost its {rope|sign}, and the grass beneath is very green.",
        ),
        sounds=("Cart wheels can be heard long before anything is seen.", "The verge is loud with crickets, except in one place."),
        smells=("Dust, horse and {dog roses|hot pine} go along with the traveler.", "Someone has lately burned {wet leaves|hair}."),
        exits=(
            "North the way is marked and mended; east it is only marked.",
            "A lesser track leaves by a gap in the hedge, with fresh hoof prints going one way.",
        ),
    ),
    Kind(
        "ruin", "ruin", ("ruin", "ruins", "rubble", "remains", "monument", "standing stones", "stone circle", "pyramid", "obelisk"), _D, "wild",
        sights=(
            "Walls of $the stand to the height of {a knee here and a house there|a rider's stirrup}, drawing the plan of rooms on the grass.",
            "A doorway without a wall is the tallest thing left of $the, and goats {walk round|go through} it, never the other way.",
            "Blocks of $the lie where they slid, {moss on the north faces|tool marks still sharp}, around a floor of cracked tile.",
        ),
        sounds=(
            "Lizards scratch over the stones, and a loose shutter, somewhere, still keeps trying to close.",
            "Wind crosses the broken tops of the walls on one low note, then two.",
        ),
        smells=("Warm stone, nettles and {fox|wild mint} have the place to themselves.", "Old fire is still in the mortar after rain."),
        exits=(
            "Steps go down under a fallen lintel; the lowest three have been swept.",
            "A gap in the far wall frames {the next hill|a single dead tree}, and a path leads to it.",
        ),
    ),
    Kind(
        "desert", "waste", ("desert", "waste", "wasteland", "badland", "badlands", "plain", "plains", "steppe", "tundra", "savanna", "oasis", "dune", "dunes"), _W, "wild",
        sights=(
            "$The runs level to the edge of sight, {shaking in the heat|white with salt}, with one dark upright thing that may be near or far.",
            "Ridges of $the lie in long waves, and the wind {smokes from every crest|has bared a line of paving between two of them}.",
            "Bones of some large beast of $the make a gate of ribs beside the way.",
        ),
        sounds=(
            "Sand hisses over sand, and under it the ground hums like a struck jar.",
            "There is no sound at all but harness and heartbeat.",
        ),
        smells=("Hot dust and {sage|nothing else} dry the nose.", "A breath of water comes by once, from the wrong direction."),
        exits=(
            "Cairns lead on, {each in sight of the next|though the third has been moved}.",
            "A fold in the ground, unseen until you stand over it, goes down into shade.",
        ),
    ),
    Kind(
        "camp", "camp", ("camp", "encampment", "campsite", "outpost", "palisade", "battlefield", "arena", "circus"), _W, "wild",
        sights=(
            "Tents of $the stand in {rings|no order at all} round a fire pit wide enough for an ox.",
            "A ditch and a line of stakes surround $the, {fresh earth on the outside|with one gap for a gate}.",
            "Drying racks, {a broken wagon|a portable altar} and a heap of odd boots make the middle of $the.",
        ),
        sounds=("Dogs and hammers and someone's cough carry over the canvas.", "Guy ropes hum, and a cook pot lid taps on its pot."),
        smells=("Woodsmoke, latrines and {boiled barley|burnt fat} come in that order.", "Trampled grass and {horse|wet leather} fill the air."),
        exits=(
            "The track out passes a sentry post and then, out of its sight, a gully.",
            "Behind the farthest tent a trodden path leads to the water.",
        ),
    ),
    Kind(
        "place", "place", ("place", "location", "area", "site", "scene", "surroundings", "spot"), _W, "wild",
        sights=(
            "The first thing to catch the eye is {a line of stones|an old stair}, laid by hands and then left to itself.",
            "Light falls oddly here, {low and from one side|as if through water}, and gives every edge a second, fainter edge.",
            "A worn track comes in, circles once, and goes out again as if it had changed its mind.",
        ),
        sounds=("Something creaks at long intervals, like a gate in another field.", "Sound carries badly: a clap comes back soft."),
        smells=("There is {rain|cold smoke} in the air, and turned earth.", "It smells of {iron|crushed grass} and of a recent fire."),
        exits=(
            "Two ways lead on, and only one of them shows footprints coming back.",
            "Past the bend the ground falls, and the way goes with it.",
        ),
    ),
)  # fmt: skip
