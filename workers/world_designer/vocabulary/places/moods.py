"""Age and condition."""

from workers.world_designer.vocabulary.places.forms import Mood

MOOD_LIST: tuple[Mood, ...] = (
    Mood(
        "ancient",
        ("ancient", "old", "age-old", "venerable", "primeval", "elder", "lost", "forgotten", "antique"),
        (
            "It was old when the oldest songs were new, and it wears its age like a crown.",
            "So many feet have passed here that the middle of the way has sunk a hand's breadth.",
            "Three different scripts have been cut into the nearest stone, each above the worn ghost of the last.",
            "Whoever built here counted in centuries, and has been proved right.",
        ),
    ),
    Mood(
        "ruined",
        (
            "ruined",
            "crumbling",
            "broken",
            "collapsed",
            "destroyed",
            "shattered",
            "fallen",
            "decayed",
            "derelict",
            "dilapidated",
        ),
        (
            "Part of it has come down, and saplings stand in the gap like new tenants.",
            "The sky looks in where none was meant to, and so does the rain.",
            "Half of what stood here lies about underfoot, furred with moss.",
        ),
        is_empty=True,
    ),
    Mood(
        "abandoned",
        ("abandoned", "deserted", "empty", "disused", "forsaken", "vacant", "overgrown"),
        (
            "Whoever left took the light things and left the heavy ones, in good order, as if meaning to return.",
            "Only {birds|foxes} have left tracks here for longer than a track lasts.",
            "Nobody has swept, mended or locked anything here for {a generation|some years}.",
        ),
        is_empty=True,
    ),
    Mood(
        "haunted",
        ("haunted", "cursed", "ghostly", "accursed", "unholy", "spooky", "eerie", "creepy", "sinister"),
        (
            "Shadows lie a little to the wrong side, and shift back when they are looked at.",
            "The cold comes in patches the size of a person, and the patches move.",
            "Every flame leans the same way, and no wind blows.",
        ),
    ),
    Mood(
        "burned",
        ("burned", "burnt", "burning", "charred", "scorched", "fiery"),
        (
            "Fire has been here: whatever still stands is black on one side, and something in it ticks as it cools.",
            "Soot has drawn long black feathers upward over everything.",
        ),
        is_empty=True,
    ),
    Mood(
        "frozen",
        ("frozen", "icy", "snowy", "snowbound", "frosty", "winter", "wintry"),
        (
            "Ice has sealed every crack, and light moves in it like slow fish.",
            "Frost ferns cover whatever stands still, and breath hangs where it was left.",
        ),
    ),
    Mood(
        "flooded",
        ("flooded", "sunken", "drowned", "submerged", "underwater", "wet"),
        (
            "Water stands to the {ankle|knee}, black, and rings spread in it from no visible cause.",
            "A tide line of scum and straw runs round everything at the height of a chest.",
        ),
        is_empty=True,
    ),
    Mood(
        "holy",
        ("holy", "sacred", "blessed", "hallowed", "consecrated"),
        (
            "Voices drop here without being told to.",
            "Small offerings have been left in every crack: a button, a tooth, a {coin|braid} tied in thread.",
        ),
    ),
    Mood(
        "secret",
        ("secret", "hidden", "concealed", "underground", "subterranean", "buried"),
        (
            "Nothing outside gives it away; one has to be shown, or lucky, or chased.",
            "Soft matting has been laid where a footstep might carry.",
        ),
    ),
    Mood(
        "rich",
        (
            "rich",
            "opulent",
            "luxurious",
            "grand",
            "golden",
            "gilded",
            "magnificent",
            "majestic",
            "beautiful",
            "splendid",
            "fine",
        ),
        (
            "Money has been spent here by somebody who liked it to be noticed.",
            "Gilding catches the light at every turn, and in two places it is only paint.",
        ),
    ),
    Mood(
        "poor",
        ("poor", "seedy", "shabby", "dirty", "filthy", "squalid", "rundown", "run-down", "grimy", "rough"),
        (
            "Everything has been mended with something else: rope with wire, glass with {oiled paper|bladder skin}.",
            "Nothing matches, nothing is new, and whatever could be sold has been.",
        ),
    ),
    Mood(
        "busy",
        ("busy", "bustling", "crowded", "lively", "noisy", "cozy", "cosy", "cheerful", "warm", "peaceful", "quiet"),
        (
            "People here know each other's business and step aside for it.",
            "There is a rhythm to it that a stranger breaks merely by standing still.",
        ),
    ),
    Mood(
        "dark",
        ("dark", "gloomy", "shadowy", "dim", "black", "misty", "foggy", "night", "murky"),
        (
            "Light does not carry: a lantern makes a room of its own, and everything outside it goes on being night.",
            "The gloom has layers, and the lowest of them moves.",
        ),
    ),
)
