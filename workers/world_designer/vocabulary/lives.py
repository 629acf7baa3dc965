"""What people want, hide and are good for at the table, by the way they live; and how they speak.

Slots: `$name` (the short name), `$he`, `$him`, `$his`, `$himself`, `$work` (the occupation), `$home` (where the person is from or lives).
"""

# ruff: noqa: E501 - one sentence or row, one line

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Life:
    """What one way of life offers."""

    hooks: tuple[str, ...]
    wants: tuple[str, ...]
    secrets: tuple[str, ...]


LIVES: dict[str, Life] = {
    "craft": Life(
        hooks=(
            "A finished order stands in $name's workshop, paid for by someone who died before collecting it.",
            "$name recognizes the workmanship of an item the party carries, and goes pale.",
            "Somebody broke in last night, took nothing and {mended a broken tool|left a signed drawing}.",
            "$name will do a week's work free for anyone who brings home the apprentice who ran off to the ruins.",
            "$name was asked to copy an old thing exactly, flaw and all, and has begun to see why.",
            "A tool of $name's was found beside a body, and everybody is very polite about it.",
            "$name has run out of the one thing that only comes from a bad place.",
        ),
        wants=(
            "To finish one masterpiece before $his hands give out.",
            "To buy back the workshop from the moneylender, one quiet coin at a time.",
            "To see $his mark on the city gate, and $his rival's mark taken off it.",
            "To teach someone, before it is too late, who will not run off.",
            "To be paid by the one noble who never pays.",
            "To make a thing that nobody can tell the use of, and everybody wants.",
            "To find a supplier who does not ask where the {metal|timber|stone} is going.",
        ),
        secrets=(
            "The maker's mark $he uses belonged to a teacher $he left behind in a collapse.",
            "$He has been making keys to other people's doors, on order, for a year.",
            "$His best piece is a forgery, and its buyer is beginning to wonder.",
            "The accident that made $him master of the shop was no accident.",
            "$He works for both sides of a feud, and each thinks the other's blades are worse.",
            "The night work goes out by the back, to people who do not cast much of a shadow.",
            "$He melted down a holy relic once, and the metal will not behave.",
        ),
    ),
    "trade": Life(
        hooks=(
            "$name holds a sealed letter for one of the party, left {eleven|four} years ago by a stranger.",
            "Three customers with the same face have dealt with $name this month.",
            "$name was paid in advance for something, and cannot find out by whom.",
            "A rival closed overnight, and $name is being congratulated by people who frighten $him.",
            "$name has a delivery for an address that burned down years ago, and the rider insists.",
            "A locked chest was left as a pledge with $name, and tonight it knocked back.",
            "$name overpays for news of the {north road|old bridge}, and has done so ever since the carters stopped coming.",
        ),
        wants=(
            "To hear everything first and be blamed for nothing.",
            "To marry $his child into a family with a crest.",
            "To be rid of the silent partner who takes a third.",
            "To retire to a house where nobody ever rings for service.",
            "To be asked, just once, to sit on the council.",
            "To find out which of the regulars is stealing, without being told.",
            "To send a daughter to school in the capital.",
        ),
        secrets=(
            "There is a second ledger, in cipher, and half the council is in it.",
            "The cellar has a door that $he did not build and does not open.",
            "The scales on the counter are honest; the weights are not.",
            "The previous owner did not sell, and did not leave either.",
            "$He owes everything to a lender who takes payment in news.",
            "$He informs for the watch and for the thieves, and has begun to mix up which is which.",
        ),
    ),
    "watch": Life(
        hooks=(
            "$name needs outsiders to question a suspect whom nobody local dares to name.",
            "$name was the only one to come back from a patrol of {nine|six}, and is not believed.",
            "A prisoner in $name's charge asks for the party by name.",
            "$name is under orders to stop the party, and would be glad of a reason not to.",
            "$name has found a boot with a foot in it, and the boot is an officer's.",
            "$name needs a witness from out of town for something that will happen tonight.",
            "Somebody has been paying $name's rent, and now asks a favor.",
        ),
        wants=(
            "One more season, then land of $his own.",
            "To learn who sold the password on the night of the fire.",
            "To be in command for once when it matters.",
            "To sleep through one night without counting heads.",
            "To see the captain who sold the winter stores hang for it.",
            "To get a letter home to somebody who may not want it.",
            "To bring $his old company's banner home.",
        ),
        secrets=(
            "$He ran, once, and lets the dead take the blame.",
            "$He is paid by two captains, and the other one is across the border.",
            "The sword $he carries was evidence.",
            "$He joined under a dead friend's name.",
            "$He has a key to the arsenal that nobody knows of.",
            "$He falls asleep on watch, and something has noticed.",
            "$He let the murderer go, and would do so again.",
        ),
    ),
    "shadow": Life(
        hooks=(
            "$name has stolen something that belongs to the party, and returns it with an apology and a warning.",
            "$name needs four strangers to stand in one doorway for a quarter of an hour.",
            "$name has a map of the {counting house|abbey cellars} and no one left to share it with.",
            "$name is being followed, and picks the party's table to sit at.",
            "$name offers to sell the party its own plans.",
            "$name has a corpse to be rid of, and it is not what it looks like.",
            "$name will show the party a way in, if they bring out one small thing unseen.",
        ),
        wants=(
            "To do one last job that nobody ever hears of.",
            "To get $his name off a list that has only three names left.",
            "To buy a younger sibling out of the guild.",
            "To own a house with a front door, and use it.",
            "To find out who gave $his name to the watch.",
            "To steal back one thing, for the first time.",
            "To be forgotten, thoroughly, by three people.",
        ),
        secrets=(
            "$He was born to a family of rank and sends them money under another name.",
            "The take from the temple job was never divided; $he has all of it, buried and cursed.",
            "$He cannot read, and somebody has noticed.",
            "$He reports to the watch on the first of every month.",
            "The famous job was luck, and $he has never told.",
            "$He has a child who thinks $him a spice merchant.",
            "$He killed the man whose death $he is hired to look into.",
        ),
    ),
    "faith": Life(
        hooks=(
            "$name has had the same dream three nights running, and the party is in it.",
            "$name must carry a relic through country where $his order is hunted.",
            "A dying stranger confessed to $name, and the confession names someone in the party's trust.",
            "The shrine bell rings by itself when one of the party passes, and only $name seems to mind.",
            "$name has been sent a saint's finger, and it is the third of that hand.",
            "Somebody leaves the same offering every night, and $name has begun to wait up.",
            "$name asks for guards at a burial, and will not say against what.",
        ),
        wants=(
            "A sign, any sign, that somebody is listening.",
            "To see the old shrine lit again before winter.",
            "To save one particular sinner, who laughs at it.",
            "To be sent anywhere but home.",
            "To find the grave that the old book speaks of, before the others do.",
            "To forgive one man, and not to be in the room with him.",
            "To keep the young ones out of a war preached by $his own superior.",
        ),
        secrets=(
            "$He lost the faith years ago, and the prayers work all the same.",
            "The relic in the altar is a copy; $he sold the true one to feed the town.",
            "$He keeps a rival god's symbol sewn into a hem.",
            "$He was never ordained; the one who was died on the road.",
            "$He knows who poisoned the well, and has given absolution.",
            "The vision that founded the shrine was a fever, and $he has the doctor's letter.",
            "$He broke the seal of confession once, and a man was hanged for it.",
        ),
    ),
    "lore": Life(
        hooks=(
            "$name will pay well for a book, and twice as well if nobody opens it on the way.",
            "$name has worked out where the party will be on the night of the next new moon, and is worried.",
            "A page has been cut from every copy of one chronicle; $name knows where the last copy is.",
            "Something $name called has answered, and is asking for its fee.",
            "$name needs four people who can keep quiet in a circle until dawn.",
            "A book came back to $name with the last chapter written, in $his own hand.",
            "$name has sold a map twice, and both buyers are in town.",
        ),
        wants=(
            "To be proved right, in public, before $his rival dies.",
            "One uninterrupted year in a library that does not let people out.",
            "To see the thing in the jar open its eyes once more.",
            "To burn a certain letter that a pupil kept.",
            "To be allowed back into a city that has forgotten why it sent $him away.",
            "To undo a single sentence spoken aloud at the age of nineteen.",
            "To find an apprentice cleverer than $himself, and not too much so.",
        ),
        secrets=(
            "The great discovery was made by $his servant.",
            "The formula works on paper because one line was left out on purpose.",
            "$He has never dared to open the third lock.",
            "$He pays a boy to dream for $him.",
            "$He is a good deal older than $he looks, and the price falls due each spring.",
            "Half the spell book is in somebody else's hand, and the somebody is in the cellar.",
            "$He can no longer tell which of $his memories are $his own.",
        ),
    ),
    "wild": Life(
        hooks=(
            "$name found tracks that start in the middle of a field of fresh snow.",
            "$name will guide the party anywhere but one valley, and that is where they must go.",
            "The animals are moving south, all kinds together, and $name is packing.",
            "$name has brought in a wounded creature that talks in its sleep.",
            "$name has found a road that was not there in spring.",
            "$name will trade a true map for a promise about what is left alone.",
            "Somebody has been hunting on $name's ground, and leaves the meat.",
        ),
        wants=(
            "To be left alone, and, on long evenings, not to be.",
            "To take the white stag's antler, shed, not hunted.",
            "To keep the new road from reaching the old trees.",
            "To see the river reach the sea, once, from the water.",
            "To have somebody to teach the bird calls to.",
            "To pay off a debt to something that lives under a hill.",
            "To find the brother who went out to check the traps.",
        ),
        secrets=(
            "$He leads travelers astray on purpose, away from something worse.",
            "$He buried a tax collector and a chest under the same oak.",
            "One night a month $he locks $himself in.",
            "The scars are from a man, not from a bear.",
            "$He knows where the lost patrol lies, and has their boots.",
            "$He was promised to something in the wood, and is late.",
            "$He deserted, and knows every patrol path because $he used to walk them.",
        ),
    ),
    "sea": Life(
        hooks=(
            "$name has half a chart, tattooed, and knows who wears the other half.",
            "A ship lost with all hands has tied up at the quay; $name was meant to be aboard it.",
            "$name will sail tonight, short-handed, and asks no names.",
            "$name sells the party a spyglass that shows a coast where there is only sea.",
            "$name has picked up a bottle with a letter addressed to one of the party.",
            "$name knows which cargo was thrown overboard, and where it will wash up.",
            "$name's crew will not sail while a certain chest is aboard, and nobody dares carry it off.",
        ),
        wants=(
            "A ship of $his own, however small, with $his name on the stern.",
            "To see the captain who marooned $him, once, from above.",
            "To pay back the sea for what it gave up.",
            "To find the island that is on $his father's chart and on no other.",
            "To be buried on land, and to have chosen where.",
            "Dry land, a pear tree, and no horizon.",
        ),
        secrets=(
            "$He cannot swim, and has told everybody about the time $he did.",
            "There is a price on $his head in the very next port.",
            "$He cut the rope.",
            "$He was the pilot, that night on the bar.",
            "The light on the headland is $his, and it is in the wrong place.",
            "The amulet at $his neck keeps something from finding $him, and it is wearing thin.",
        ),
    ),
    "office": Life(
        hooks=(
            "$name has a petition with forty names on it, and three of the signers are dead.",
            "The strongbox came back from the assay light, and $name would like strangers to ask why.",
            "$name has been told to arrest the party, by letter, and shows them the letter.",
            "Two neighbors claim one well; $name wants somebody to find out who dug it, and soon.",
            "$name offers a season's free lodging to whoever learns what the night watch is afraid of.",
        ),
        wants=(
            "To get through one market day without a knife drawn.",
            "To see the bridge finished before the money is missed.",
            "To be re-elected, or else to be let go with honor.",
            "To keep the lord's men out of the village for one more year.",
            "To have the old feud buried before it buries somebody.",
        ),
        secrets=(
            "The last vote was counted in $his kitchen.",
            "The dues have been paid for two years with a hoard that $he found.",
            "$He let something out of the lockup, and has told everybody that it died.",
            "$He was somebody else, in another county, and is still wanted there.",
            "$He burned the deed that would have given the common to one family.",
        ),
    ),
    "court": Life(
        hooks=(
            "$name invites the party to a dinner at which one of the guests is to be accused.",
            "$name has lost a signet ring for one night, and must have it back before it seals anything.",
            "Somebody is sending $name the pieces of a torn marriage contract, one a week.",
            "$name offers the party a title, real and worthless, for an errand that is neither.",
            "$name has signed something unread, and wants it back before it is opened.",
            "$name needs strangers to ask a question that nobody here may ask.",
            "A seal of office has come back to $name in the belly of a fish.",
        ),
        wants=(
            "To keep the peace until the heir is of age.",
            "To be loved by the people, who prefer $his cousin.",
            "To pay $his debts before they are bought up by the wrong bank.",
            "To be told the truth by somebody, once.",
            "To finish the bridge, the school or the wall before the money is missed.",
            "To hand over the office to somebody better, and to know who that is.",
        ),
        secrets=(
            "$His claim rests on a birth record that $he wrote $himself.",
            "$He sold the plans of the gate to pay a ransom.",
            "$He has read the old will, and burned its second page.",
            "$He has been dismissed, and has the letter; nobody else has read it.",
            "The famous victory was won by someone else, who is paid to keep quiet.",
            "$He walks the streets disguised at night, and has made a friend there who hates $him.",
        ),
    ),
}

VOICES: tuple[str, ...] = (
    "Short sentences, long pauses, and eyes on your hands.",
    "Low and slow, as if every word were being weighed for postage.",
    "Quick and bright; answers before you have finished, often correctly.",
    "Hoarse from years of {smoke|shouting}, and gentler than it sounds.",
    "Counts points off on the fingers and never gets past three.",
    "Says a proverb, then explains it, then regrets both.",
    "Whispers the important half of every sentence.",
    "Calls everyone by the wrong name and remembers every debt.",
    "Formal with strangers, rude to friends.",
    "Hums before giving bad news.",
    "Talks to the tool or cup in hand rather than to you.",
    "Repeats your last word as a question, until you have told everything.",
    "Laughs silently, with the shoulders only.",
    "A carrying voice, made for open air, never adjusted for rooms.",
    "Swears mildly, by {kitchen things|bad weather|the neighbors' goats}.",
    "Careful grammar with an accent from two valleys over.",
)

ALIGNMENT_WANTS: dict[str, tuple[str, ...]] = {
    "evil": (
        "And if somebody must bleed for it, so much the better that it is not $him.",
        "$He has already chosen whom to blame.",
        "Whoever stands in the way has been warned, once, which $he thinks generous.",
        "$He keeps promises as long as they are looked at.",
        "What it costs others does not come into it.",
    ),
    "good": (
        "$He would give it up to spare a child, and knows it.",
        "$He will not lie for it, and has lost by that before.",
        "Half of what it brings is promised to people worse off.",
        "$He has turned down a short way to it that somebody else would have paid for.",
        "Asked for help, $he helps first and asks why after.",
    ),
}
"""One of these may be added to the want of people who are plainly good or evil."""
