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
        ),
        wants=(
            "To finish one masterpiece before $his hands give out.",
            "To buy back the workshop from the moneylender, one quiet coin at a time.",
            "To see $his mark on the city gate, and $his rival's mark taken off it.",
            "To find a supplier who does not ask where the {metal|timber|stone} is going.",
        ),
        secrets=(
            "The maker's mark $he uses belonged to a teacher $he left behind in a collapse.",
            "$He has been making keys to other people's doors, on order, for a year.",
            "$His best piece is a forgery, and its buyer is beginning to wonder.",
            "$He melted down a holy relic once, and the metal will not behave.",
        ),
    ),
    "trade": Life(
        hooks=(
            "$name holds a sealed letter for one of the party, left {eleven|four} years ago by a stranger.",
            "Three guests with the same face have asked $name for rooms this month.",
            "A locked chest was left as a pledge with $name, and tonight it knocked back.",
            "$name overpays for news of the {north road|old bridge}, and has done so ever since the carters stopped coming.",
        ),
        wants=(
            "To hear everything first and be blamed for nothing.",
            "To marry $his child into a family with a crest.",
            "To be rid of the silent partner who takes a third.",
            "To retire to a house where nobody ever rings for service.",
        ),
        secrets=(
            "There is a second ledger, in cipher, and half the council is in it.",
            "The cellar has a door that $he did not build and does not open.",
            "$He waters the wine with water from a well that was sealed for a reason.",
            "$He informs for the watch and for the thieves, and has begun to mix up which is which.",
        ),
    ),
    "watch": Life(
        hooks=(
            "$name needs outsiders to question a suspect whom nobody local dares to name.",
            "$name was the only one to come back from a patrol of {nine|six}, and is not believed.",
            "A prisoner in $name's charge asks for the party by name.",
            "$name is under orders to stop the party, and would be glad of a reason not to.",
        ),
        wants=(
            "One more season, then land of $his own.",
            "To learn who sold the password on the night of the fire.",
            "To be in command for once when it matters.",
            "To bring $his old company's banner home.",
        ),
        secrets=(
            "$He ran, once, and lets the dead take the blame.",
            "$He is paid by two captains, and the other one is across the border.",
            "The sword $he carries was evidence.",
            "$He let the murderer go, and would do so again.",
        ),
    ),
    "shadow": Life(
        hooks=(
            "$name has stolen something that belongs to the party, and returns it with an apology and a warning.",
            "$name needs four strangers to stand in one doorway for a quarter of an hour.",
            "$name has a map of the {counting house|abbey cellars} and no one left to share it with.",
            "$name is being followed, and picks the party's table to sit at.",
        ),
        wants=(
            "To do one last job that nobody ever hears of.",
            "To get $his name off a list that has only three names left.",
            "To buy a younger sibling out of the guild.",
            "To own a house with a front door, and use it.",
        ),
        secrets=(
            "$He was born to a family of rank and sends them money under another name.",
            "The take from the temple job was never divided; $he has all of it, buried and cursed.",
            "$He cannot read, and somebody has noticed.",
            "$He killed the man whose death $he is hired to look into.",
        ),
    ),
    "faith": Life(
        hooks=(
            "$name has had the same dream three nights running, and the party is in it.",
            "$name must carry a relic through country where $his order is hunted.",
            "A dying stranger confessed to $name, and the confession names someone in the party's trust.",
            "The shrine bell rings by itself when one of the party passes, and only $name seems to mind.",
        ),
        wants=(
            "A sign, any sign, that somebody is listening.",
            "To see the old shrine lit again before winter.",
            "To save one particular sinner, who laughs at it.",
            "To keep the young ones out of a war preached by $his own superior.",
        ),
        secrets=(
            "$He lost the faith years ago, and the prayers work all the same.",
            "The relic in the altar is a copy; $he sold the true one to feed the town.",
            "$He keeps a rival god's symbol sewn into a hem.",
            "$He broke the seal of confession once, and a man was hanged for it.",
        ),
    ),
    "lore": Life(
        hooks=(
            "$name will pay well for a book, and twice as well if nobody opens it on the way.",
            "$name has worked out where the party will be on the night of the next new moon, and is worried.",
            "A page has been cut from every copy of one chronicle; $name knows where the last copy is.",
            "Something $name called has answered, and is asking for its fee.",
        ),
        wants=(
            "To be proved right, in public, before $his rival dies.",
            "One uninterrupted year in a library that does not let people out.",
            "To undo a single sentence spoken aloud at the age of nineteen.",
            "To find an apprentice cleverer than $himself, and not too much so.",
        ),
        secrets=(
            "The great discovery was made by $his servant.",
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
        ),
        wants=(
            "To be left alone, and, on long evenings, not to be.",
            "To take the white stag's antler, shed, not hunted.",
            "To keep the new road from reaching the old trees.",
            "To find the brother who went out to check the traps.",
        ),
        secrets=(
            "$He leads travelers astray on purpose, away from something worse.",
            "$He buried a tax collector and a chest under the same oak.",
            "One night a month $he locks $himself in.",
            "$He deserted, and knows every patrol path because $he used to walk them.",
        ),
    ),
    "sea": Life(
        hooks=(
            "$name has half a chart, tattooed, and knows who wears the other half.",
            "A ship lost with all hands has tied up at the quay; $name was meant to be aboard it.",
            "$name will sail tonight, short-handed, and asks no names.",
            "$name sells the party a spyglass that shows a coast where there is only sea.",
        ),
        wants=(
            "A ship of $his own, however small, with $his name on the stern.",
            "To see the captain who marooned $him, once, from above.",
            "To pay back the sea for what it gave up.",
            "Dry land, a pear tree, and no horizon.",
        ),
        secrets=(
            "$He cannot swim, and has told everybody about the time $he did.",
            "There is a price on $his head in the very next port.",
            "$He cut the rope.",
            "The amulet at $his neck keeps something from finding $him, and it is wearing thin.",
        ),
    ),
    "court": Life(
        hooks=(
            "$name invites the party to a dinner at which one of the guests is to be accused.",
            "$name has lost a signet ring for one night, and must have it back before it seals anything.",
            "Somebody is sending $name the pieces of a torn marriage contract, one a week.",
            "$name offers the party a title, real and worthless, for an errand that is neither.",
        ),
        wants=(
            "To keep the peace until the heir is of age.",
            "To be loved by the people, who prefer $his cousin.",
            "To pay $his debts before they are bought up by the wrong bank.",
            "To be told the truth by somebody, once.",
        ),
        secrets=(
            "$His claim rests on a birth record that $he wrote $himself.",
            "$He sold the plans of the gate to pay a ransom.",
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

ALIGNMENT_WANTS: dict[str, str] = {
    "evil": "And if somebody must bleed for it, so much the better that it is not $him.",
    "good": "$He would give it up to spare a child, and knows it.",
}
"""Added to the want of people who are plainly good or evil."""
