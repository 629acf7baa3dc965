"""Places where people live and trade."""

# ruff: noqa: E501 - one sentence or row, one line

from contracts.entities import LocationType
from workers.world_designer.vocabulary.places.forms import Kind

_B, _T, _C, _K = LocationType.BUILDING, LocationType.TOWN, LocationType.CITY, LocationType.KINGDOM

SETTLED: tuple[Kind, ...] = (
    Kind(
        "tavern", "tavern", ("tavern", "inn", "pub", "alehouse", "taproom", "bar", "saloon", "coaching inn", "common room"), _B, "settled",
        sights=(
            "Low beams, {a fire that needs a log|lanterns hung too close together}, and a bar made from {one split oak|half a river barge}: $the has been full since before dusk.",
            "Every table in $the has its company, and every company looks up {once|for exactly as long as is polite} when the door opens.",
            "A stuffed {boar's head|pike} over the hearth wears a {hat|garland} that somebody renews each week.",
        ),
        empty_sights=(
            "Chairs stand on the tables of $the, and {a single tankard|one boot} has been left on the bar.",
            "The shutters of $the hang open, and leaves have drifted as far as the cold hearth.",
        ),
        sounds=(
            "Dice, {a fiddle with three strings|an argument about sheep} and the knock of mugs make one steady noise, until it drops.",
            "Somebody laughs too loudly in the corner booth, and nobody there joins in.",
        ),
        smells=(
            "Onions, wet wool and {spilled stout|hot cider} meet you at the door.",
            "There is bread in the oven and {pipe smoke|fish} over everything else.",
        ),
        exits=(
            "A stair beside the bar climbs to the rooms, and the back door lets on {the stables|an alley with no lamps}.",
            "Behind the bar a hatch stands open on cellar steps.",
        ),
    ),
    Kind(
        "village", "village", ("village", "hamlet", "farm", "farmstead", "homestead", "settlement"), _T, "settled",
        sights=(
            "A dozen roofs crowd round {a pond|a crooked maypole|a well with a carved lid}, with strips of field running off behind them.",
            "Smoke stands straight up from the chimneys of $the, {all but one|every one of them}.",
            "Geese own the only street of $the, and an old {man|woman} on a bench {counts strangers|keeps a ledger of who passes}.",
        ),
        empty_sights=(
            "Doors stand open the length of $the, and a table outside one is still laid for {four|six}.",
            "Grass has come up between the wheel ruts, and a well bucket lies {cracked|on its side} in the street of $the.",
        ),
        sounds=(
            "A hammer rings from the forge, then stops in the middle of a stroke.",
            "Dogs pass the news of strangers from yard to yard.",
        ),
        smells=(
            "Dung, hay and {baking bread|turned earth} lie on the air.",
            "Woodsmoke and {drying fish|cut barley} drift between the houses.",
        ),
        exits=(
            "The lane goes on past the last barn to {the mill|a ford}, and a footpath nobody mentions cuts up into the trees.",
            "One road leads in and the same road leads out, unless you count the {sheep track|river}.",
        ),
    ),
    Kind(
        "town", "town", ("town", "port", "harbor", "harbour", "trading post", "borough", "quarter", "district", "docks", "dock"), _T, "settled",
        sights=(
            "Roofs step down from the {church|watch house} to the water, and a wall older than any of them holds $the together.",
            "The main street of $the is paved as far as the {moneylender's|hall of the guilds} and mud after that.",
            "Signboards crowd over the street, {each larger than its neighbor|half of them repainted this year}.",
        ),
        empty_sights=(
            "Signboards swing over an empty street, and every shutter in $the is barred {from the outside|with fresh boards}.",
            "Market stalls stand in their rows, goods and all, with nobody to mind them.",
        ),
        sounds=(
            "Bells, barrows and {gulls|quarreling carters} fill the streets until the curfew horn.",
            "A crier reads a list of names, and the crowd thins with each.",
        ),
        smells=(
            "Tanneries, {tar|hot pies} and wet stone take turns with the wind.",
            "Coal smoke and {fish|spice} hang between the gables.",
        ),
        exits=(
            "Three gates are open until dusk; a fourth has been walled up, and carts still stop before it.",
            "A covered bridge leads to the far bank, where the lamps are of another color.",
        ),
    ),
    Kind(
        "city", "city", ("city", "metropolis", "capital"), _C, "settled",
        sights=(
            "From the last rise $the fills the whole valley: domes, {cranes|gallows hills} and a haze of ten thousand chimneys.",
            "A gate road as wide as a field carries a river of carts into $the under {a bridge of houses|statues with gilded hands}.",
            "Above the roofs of $the stands a second city of {terraces|towers}, white and quiet, with stairs that ordinary people do not climb.",
        ),
        empty_sights=(
            "Avenues run straight and empty between the towers of $the, and grass has taken the {squares|fountains}.",
            "Ten thousand windows look down on the streets of $the, and not one is lit.",
        ),
        sounds=(
            "The noise has no parts: wheels, hawkers and bells make one surf that never ebbs.",
            "A gong sounds from the upper town, and for a breath everyone in the street stands still.",
        ),
        smells=(
            "Saffron, {river mud|horse} and frying oil change places at every corner.",
            "Drains and {rosewater|incense} fight it out in the heat.",
        ),
        exits=(
            "Lanes too narrow for the sun lead off on both sides, each with its toll-taker.",
            "Water gates open onto canals, where ferrymen wait and listen.",
        ),
    ),
    Kind(
        "market", "market", ("market", "marketplace", "bazaar", "fair", "square", "plaza", "street", "alley"), _T, "settled",
        sights=(
            "Awnings in {six|nine} colors roof $the so closely that the sun comes through in patches.",
            "Stalls press back to back round a stone cross, with the {knife grinders|money changers} nearest to it and the honest trades further off.",
            "A puppet stage in the corner of $the draws a ring of children and {one grown man who never laughs|a thin line of pickpockets}.",
        ),
        empty_sights=(
            "Bare poles and torn awnings are all that is left of $the, with {crows|cats} at the leavings.",
            "Trestles stand stacked along the walls of $the, and the cobbles have been scrubbed in one place only.",
        ),
        sounds=(
            "Prices are shouted, mocked and halved in the same breath.",
            "A hand bell rings for thief or fire, and nobody yet knows which.",
        ),
        smells=(
            "Frying dough, {ripe cheese|raw hides} and crushed herbs come in layers.",
            "Lamp smoke and {apples|salted eel} hang under the awnings.",
        ),
        exits=(
            "An arcade along the north side offers shade, back doors and people who do not wish to be seen.",
            "Between two stalls a stair goes down to a cellar with its own doorkeeper.",
        ),
    ),
    Kind(
        "shop", "shop", ("shop", "store", "smithy", "forge", "workshop", "bakery", "apothecary", "mill", "stable", "warehouse", "brewery", "bank", "theater", "theatre"), _B, "settled",
        sights=(
            "Work in every stage hangs from the beams of $the, and the {finest|oldest} piece has no price on it.",
            "A counter worn as smooth as a saddle divides $the from {the bench behind it|a curtain that does not quite close}.",
            "Tools are painted in outline on the wall of $the, so that a missing one leaves its ghost; {one|two} are missing.",
        ),
        empty_sights=(
            "The tools of $the still hang in order, under a coat of dust in which {one|a single small} hand has left its print.",
            "An unfinished piece lies on the bench of $the, with the {chisel|needle} still in it.",
        ),
        sounds=(
            "Bellows breathe somewhere at the back, out of step with the hammer.",
            "A bell on a spring announces each customer, and goes on quivering.",
        ),
        smells=(
            "Hot metal, {linseed oil|sawdust} and singed leather catch in the throat.",
            "It smells of {glue|yeast}, coal and honest sweat.",
        ),
        exits=(
            "The yard door stands open on {stacked timber|a handcart under a sheet}.",
            "A ladder leads to the loft where the apprentices sleep.",
        ),
    ),
    Kind(
        "house", "house", ("house", "home", "cottage", "hut", "cabin", "lodge", "villa", "orphanage", "hospital", "brothel", "bathhouse"), _B, "settled",
        sights=(
            "The door of $the has been painted {blue against bad luck|three times in as many colors}, and the step is scrubbed white.",
            "One large room serves for everything in $the, with a bed {behind a blanket|built into the wall} and herbs drying from the ceiling.",
            "Somebody has cut the heights of children into the doorpost of $the, and the marks stop {suddenly|all at the same year}.",
        ),
        empty_sights=(
            "The hearth of $the is cold, and a chair lies where it fell, {legs toward the door|with a shawl under it}.",
            "Ivy has come in at the window of $the and taken the bed.",
        ),
        sounds=(
            "A kettle mutters on the hook, and a floorboard gives overhead.",
            "Somebody hums in the next room, and breaks off at the knock.",
        ),
        smells=(
            "Soap, cabbage and {lavender|tallow} speak of people who manage.",
            "Peat smoke and {drying mint|sick-bed broth} fill the place.",
        ),
        exits=(
            "The back window is unlatched and gives on {the orchard|a neighbor's wall}.",
            "A rag rug lies a little too straight over the boards.",
        ),
    ),
    Kind(
        "kingdom", "realm", ("kingdom", "realm", "duchy", "barony", "empire", "county", "principality", "province", "land", "continent"), _K, "wild",
        sights=(
            "From the border cairns $the unrolls in {hedged fields|long brown hills} to a line of {castles|mountains} no taller than a fingernail.",
            "Milestones of $the carry two names, and {the older one has been chiseled away|somebody keeps repainting the older one}.",
            "Banners of $the fly at every toll house, {new cloth on old poles|some of them upside down}.",
        ),
        empty_sights=(
            "Field after field of $the has gone to thistle, and the roads run straight between villages without smoke.",
            "The border forts of $the stand open, their flagpoles bare.",
        ),
        sounds=(
            "At noon the horns of the road wardens answer each other from hill to hill.",
            "Ox bells and {reapers' songs|the creak of army wagons} carry far in the still air.",
        ),
        smells=(
            "The wind brings cut hay and, from the south, {smoke|the sea}.",
            "Dust of the great road and {wild thyme|plow oxen} hang in the noon heat.",
        ),
        exits=(
            "The king's road runs on to the capital, and the old road, which is shorter, runs through the hills that nobody governs.",
            "A river marks the frontier, with one bridge, two toll houses and a ford known to smugglers.",
        ),
    ),
)  # fmt: skip
