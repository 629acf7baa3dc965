"""Adjectives of a prompt that a description must honor: each gives one sentence, and the line it belongs to."""

# ruff: noqa: E501 - one sentence or row, one line

from dataclasses import dataclass
from typing import Literal

Line = Literal["look", "voice", "want"]


@dataclass(frozen=True, slots=True)
class Trait:
    """One adjective; `sentence` uses the pronoun slots of prose.py."""

    words: tuple[str, ...]
    line: Line
    sentence: str


TRAITS: tuple[Trait, ...] = (
    Trait(("one-eyed",), "look", "A leather patch covers the left eye."),
    Trait(("one-armed", "one-handed"), "look", "The right sleeve is pinned up at the elbow."),
    Trait(("one-legged", "peg-legged"), "look", "A wooden leg, brass-tipped, announces every step."),
    Trait(("scarred",), "look", "A scar runs from brow to jaw and pulls the mouth a little to one side."),
    Trait(("blind",), "look", "The eyes are white and still; the head turns toward every sound."),
    Trait(("deaf",), "look", "Deaf; the eyes go to the lips of whoever speaks."),
    Trait(("mute", "silent"), "voice", "Says nothing at all; a slate and a bit of chalk do the talking."),
    Trait(("tall", "giant", "huge", "towering"), "look", "Taller than anyone else of $their people in the room."),
    Trait(("short", "tiny", "small"), "look", "Small even for $their people, and used to being overlooked."),
    Trait(("fat", "stout", "plump", "portly"), "look", "Stout, and light on the feet all the same."),
    Trait(("thin", "gaunt", "skinny", "lean"), "look", "So thin that the clothes seem to stand by themselves."),
    Trait(("muscular", "burly", "strong", "brawny"), "look", "The shoulders fill a doorway."),
    Trait(("beautiful", "handsome", "pretty", "lovely"), "look", "Good-looking, well aware of it, and a little bored by it."),
    Trait(("ugly", "hideous"), "look", "Ugly in a way that children stare at, with kind hands."),
    Trait(("bald", "bald-headed"), "look", "Bald as an egg, and oiled."),
    Trait(("bearded",), "look", "The beard is combed, and better kept than the clothes."),
    Trait(("red-haired", "ginger"), "look", "Hair red as a fox, tied back with whatever came to hand."),
    Trait(("rich", "wealthy"), "look", "Every button matches, and none of them is brass."),
    Trait(("poor", "ragged", "impoverished"), "look", "The clothes are clean, and more patch than cloth."),
    Trait(("wounded", "injured", "sick", "dying"), "look", "A stained bandage shows at the collar, and every breath is measured."),
    Trait(("drunk", "drunken"), "voice", "Slurs the ends of words, and is clearer than anyone expects about numbers."),
    Trait(("gruff", "grumpy", "surly", "grouchy"), "voice", "Answers with a grunt first and a sentence only if the grunt fails."),
    Trait(("friendly", "jolly", "cheerful", "kind", "kindly"), "voice", "Laughs before the end of $their own jokes and remembers every name."),
    Trait(("shy", "timid", "nervous", "cowardly"), "voice", "Speaks to the floorboards and apologizes to furniture."),
    Trait(("arrogant", "haughty", "proud", "pompous"), "voice", "Corrects other people's grammar while they are still speaking."),
    Trait(("mysterious", "enigmatic", "strange", "eccentric"), "voice", "Answers the question that was going to come next."),
    Trait(("charming", "charismatic"), "voice", "Makes whoever is listening feel like the only one in the room."),
    Trait(("sinister", "creepy", "menacing"), "voice", "Never raises the voice; the quieter it gets, the faster people leave."),
    Trait(("wise",), "voice", "Lets a silence stand until somebody fills it with the truth."),
    Trait(("foolish", "stupid", "dim"), "voice", "Repeats the last thing said, slowly, as if it were the plan."),
    Trait(("honest", "honorable", "noble-hearted", "loyal"), "want", "Cannot leave a lie standing, $their own least of all."),
    Trait(("greedy", "miserly", "corrupt"), "want", "Every favor has a price, and $they has a list."),
    Trait(("ambitious", "ruthless"), "want", "Means to be two rungs higher by spring, whoever stands on them now."),
    Trait(("vengeful", "bitter", "angry"), "want", "Keeps one name folded in a pocket and means to cross it out."),
    Trait(("retired",), "want", "Retired, and would like to stay so; nobody lets $them."),
    Trait(("pious", "devout", "religious"), "want", "Prays before deciding anything, and is waiting for a sign."),
    Trait(("cursed", "haunted"), "want", "Wants one night's sleep without the dream of the drowned bell."),
    Trait(("exiled", "disgraced", "fallen"), "want", "Wants the name cleared at home, where it is still spat upon."),
    Trait(("cruel", "wicked", "sadistic"), "want", "Likes to watch people choose between two things they love."),
)  # fmt: skip

BY_WORD: dict[str, Trait] = {word: trait for trait in TRAITS for word in trait.words}

_OPPOSITES = (
    ("tall", "short"),
    ("fat", "thin"),
    ("muscular", "thin"),
    ("beautiful", "ugly"),
    ("rich", "poor"),
    ("bald", "red-haired"),
)
OPPOSED: dict[str, tuple[str, ...]] = {
    word: tuple(other for pair in _OPPOSITES if trait.words[0] in pair for opposed in pair if opposed != trait.words[0]
                for other in BY_WORD[opposed].words)
    for word, trait in BY_WORD.items()
}  # fmt: skip
"""What somebody is no longer who is made so; ways of speaking and wanting replace each other anyway."""
