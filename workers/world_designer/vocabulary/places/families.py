"""What all built, settled or wild places share, and the notes for the Dungeon Master."""

# ruff: noqa: E501 - one sentence or row, one line

from workers.world_designer.vocabulary.places.forms import Family, FamilyPool

FAMILIES: dict[Family, FamilyPool] = {
    "built": FamilyPool(
        sounds=(
            "A door closes somewhere, gently, as doors do when someone is behind them.",
            "The place answers a whisper with half a whisper.",
        ),
        quiet_sounds=(
            "Nothing moves but a thread of falling dust, and even that seems loud.",
            "Far off, stone settles on stone with a sound like a held breath let go.",
        ),
        smells=(
            "Damp lime and {lamp soot|mouse} are the smell of every such place, and of this one.",
            "The air is {stale|close}, with a trace of something lately burned.",
            "It smells of stone, dust and a long time.",
        ),
        touches=(
            "The wall is slick and cold as a fish where it faces north.",
            "A draft strokes the back of the hand along one seam in the stone, and nowhere else.",
            "The door ring turns without a sound: somebody keeps it greased.",
        ),
        tensions=(
            "In the dust by the wall is the clean print of a {bare|very small} foot, pointing outward.",
            "Something has been dragged across the floor lately, toward the darker end.",
            "A lamp hangs from its hook, out, and the glass is still too hot to hold.",
        ),
        exits=(
            "There is a second way out, low and on the left, where the draft comes from.",
            "The way on is a step down into deeper dark.",
            "Opposite the way in, an opening waits that is taller than it needs to be.",
        ),
        searches=(
            "A loose stone hides an oilcloth packet: a {letter with the seal cut away|map of this very floor, one room larger than it should be}.",
            "The dust shows that {one flagstone|one panel} is lifted often; below lies what the last owner could not carry.",
            "Behind the {hanging|panel} is a peephole, at the height of a seated watcher, with a fresh plug of wax.",
            "Scratches on the floor describe a quarter circle: something that looks fixed swings out.",
        ),
        waits=(
            "Footsteps pass overhead, stop above the party, and go back the way they came.",
            "The draft turns, and with it every flame; somewhere a door to the outside has been opened.",
            "A {rat|beetle} the size of a fist comes out, looks at them, and leaves in a hurry, from the other side.",
            "After one turn a light shows under the far door, and goes out when they notice it.",
        ),
        uses=(
            "Somebody the party trusts was here before them, and left in a hurry: let them find the proof.",
            "The place is claimed by two sides who have not met yet; the party hears the first of them coming.",
            "What they came for is here, and so is the person who wants it found by someone else.",
            "The oldest thing in sight is a copy, and a sharp eye can tell; who has the original?",
        ),
    ),
    "settled": FamilyPool(
        sounds=(
            "A quarrel behind a shutter breaks off at the first strange voice.",
            "Children's feet run ahead, spreading the news.",
        ),
        quiet_sounds=(
            "A shutter bangs, waits, and bangs again; nobody comes to close it.",
            "There should be dogs; there are none.",
        ),
        smells=(
            "Smoke, stew and {lye|wet straw} make one warm fog.",
            "Supper is somewhere near, and so is the midden.",
        ),
        touches=(
            "Hands have polished the doorpost to the color of honey.",
            "The nearest table or sill is tacky with last night and this morning.",
            "A charm of {braided straw|rowan} hangs where it brushes every shoulder, and someone has tied a new knot in it.",
        ),
        tensions=(
            "Conversations turn to the weather when the party comes near, and the weather is not worth it.",
            "A fresh {handbill|ribbon of black cloth} hangs by the door, and people pass it with their eyes down.",
            "Somebody at the edge of things has seen one of the party before, and is trying to recall where.",
        ),
        exits=(
            "The main way goes on, and a narrow one beside it goes round.",
            "There is a front way, which everybody uses, and a back way, which everybody knows.",
        ),
        searches=(
            "Scratched low on the doorpost are thieves' signs: {generous|armed}, and a second, newer mark that crosses the first out.",
            "A {ledger|hymn book} has been hollowed out, and the hollow is empty, with the shape of a key in the lining.",
            "Beneath the counter or sill somebody has wedged a purse of foreign coin, too light for what it is hiding.",
            "The newest wall is not built to the line of the others, and there is a space behind it.",
        ),
        waits=(
            "A child sells the party a piece of true news for a copper, and a false one for two.",
            "Two of the watch come by, look the party over, and are called away by somebody who pays them.",
            "The wrong person comes in, sees the party, and leaves by the way that nobody uses.",
            "Somebody buys them a drink or a loaf, and is gone before it can be refused.",
        ),
        uses=(
            "The friendliest person here is in debt to the party's enemy, and hates it.",
            "There is room for the party tonight only because somebody did not come back.",
            "A wedding, a wake or a trial is set for tomorrow, and both sides would like armed guests.",
            "Everyone agrees on one version of last week; one old neighbor tells it differently.",
        ),
    ),
    "wild": FamilyPool(
        sounds=(
            "Something heavy shifts its weight, out of sight, and thinks better of it.",
            "Something gives the same three notes, each time from nearer.",
        ),
        quiet_sounds=(
            "Not an insect speaks.",
            "Wind comes, tries everything once, and goes.",
        ),
        smells=(
            "Under it all lies another smell, like a {wet hound|blown candle}.",
            "The air has the tin taste that comes before thunder.",
            "There is {cold ash|old rope} in one breath, and not in the next.",
        ),
        touches=(
            "The nearest stone is warm, on one side only.",
            "Spider silk breaks across the face, strand after strand, so nobody has come this way today.",
            "The ground gives, like a mattress over boards.",
        ),
        tensions=(
            "A rope, cut clean, hangs where no rope should be.",
            "Tracks come in from three sides and none go out.",
            "A campfire has been doused in haste, with the meal still in the pot.",
        ),
        exits=(
            "The easiest way on is also the most trodden, by something without shoes.",
            "There are two ways to go on, and the better one is watched from above.",
            "Whoever goes on from here goes in single file.",
        ),
        searches=(
            "Under {a flat stone|turned leaves} lies a traveler's pack, dry, with a name inside that the party has heard.",
            "Old tool marks show that part of this was made, and made to be overlooked.",
            "A {snare|cairn} is the work of somebody skilled, and it is checked daily.",
            "The bones are of many kinds, but all of them were broken for the marrow with the same blunt tool.",
        ),
        waits=(
            "The animals come back, one kind at a time; the kind that does not is the warning.",
            "The weather closes in, and the only shelter is the place they were told to avoid.",
            "Someone else's light comes along the way they came, swinging, in no hurry.",
            "The shape at the edge of sight, which was a rock, gets up.",
        ),
        uses=(
            "Whoever is at home here wants one thing from the lowlands, and will trade passage for it.",
            "The short way to where the party is going runs through here; so does the enemy's.",
            "A guide would have warned them of this place: their guide did not.",
            "Something sleeps here that both the locals and their enemies have agreed to leave asleep.",
        ),
    ),
}
