"""Who a person is at the table: a hook, a look, a voice, a want and a secret; what was asked for is in them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from workers.world_designer.brief import Gender
from workers.world_designer.prose import Teller, and_list, fill
from workers.world_designer.vocabulary import words
from workers.world_designer.vocabulary.ages import LOOKS
from workers.world_designer.vocabulary.lives import ALIGNMENT_WANTS, LIVES, VOICES
from workers.world_designer.vocabulary.occupations import Occupation
from workers.world_designer.vocabulary.peoples import BY_KEY
from workers.world_designer.vocabulary.traits import BY_WORD, Line

_PRONOUNS: Final[dict[Gender, dict[str, str]]] = {
    "female": {
        "he": "she",
        "him": "her",
        "his": "her",
        "himself": "herself",
        "they": "she",
        "them": "her",
        "their": "her",
    },
    "male": {"he": "he", "him": "him", "his": "his", "himself": "himself", "they": "he", "them": "him", "their": "his"},
}
_TITLES: Final = frozenset(
    words("captain sir lady lord brother sister father mother king queen baron baroness master old dame")
)


@dataclass(frozen=True, slots=True)
class Portrait:
    """Five short texts; the secret is for the Dungeon Master alone."""

    hook: str
    look: str
    voice: str
    want: str
    secret: str


def portrait_of(
    name: str,
    gender: Gender,
    race: str,
    occupation: Occupation,
    alignment: str,
    stage: str,
    traits: Sequence[str],
    draw: Callable[[str], random.Random],
) -> Portrait:
    """Describe a person; traits that were asked for stand in the line they belong to.

    Args:
        name: The whole name.
        gender: Decides the pronouns.
        race: A key of `peoples.BY_KEY`.
        occupation: Its way of life has hooks, wants and secrets.
        alignment: Two letters, or `N`.
        stage: One of `ages.STAGES`.
        traits: Words of `traits.BY_WORD`.
        draw: A random source for each line, so that what changes one leaves the others as they were.
    """
    slots = {"name": short_name(name), **_PRONOUNS[gender]}
    people, life, tools = BY_KEY[race], LIVES[occupation.group], list(occupation.tools)
    looks, teller = Teller(draw("look"), slots), Teller(draw("life"), slots)
    tools = draw("tools").sample(tools, min(2, len(tools)))
    build = looks.tell(people.builds)
    look = f"{build}, {'and' if ' with ' in build else 'with'} {looks.tell(people.features)}."
    own = {line: _traits(traits, line, slots) for line in ("look", "voice", "want")}
    hook, want, secret = (teller.tell(lines) for lines in (life.hooks, life.wants, life.secrets))
    return Portrait(
        hook=hook,
        look=_joined(look, LOOKS[stage], own["look"], f"Always to hand: {and_list(tools)}."),
        voice=own["voice"] or Teller(draw("voice"), slots).tell(VOICES),
        want=_joined(own["want"] or want, _heart(alignment, slots, draw("heart"))),
        secret=secret,
    )


def _heart(alignment: str, slots: dict[str, str], rng: random.Random) -> str:
    """What an alignment adds to a want; said of two in three, so that it does not become a habit of speech."""
    lines = ALIGNMENT_WANTS.get({"E": "evil", "G": "good"}.get(alignment[-1:], ""), ())
    return Teller(rng, slots).tell(lines) if lines and rng.random() < 0.67 else ""


def short_name(name: str) -> str:
    """What people call someone: the first name, with a title if there is one."""
    parts = name.split()
    return " ".join(parts[:2]) if parts[0].lower() in _TITLES else parts[0]


def _traits(traits: Sequence[str], line: Line, slots: dict[str, str]) -> str:
    chosen = dict.fromkeys(BY_WORD[word] for word in traits if BY_WORD[word].line == line)
    return " ".join(fill(trait.sentence, slots) for trait in chosen)


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
