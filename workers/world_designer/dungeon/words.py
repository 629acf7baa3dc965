"""The dungeon's own vocabulary, read once, and the sentences made of it."""

import functools
import hashlib
import json
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from workers.world_designer.prose import fill, with_articles
from workers.world_designer.themes import version as themes_version

_OWN: Final = Path(__file__).with_name("vocabulary")
_CHOICE: Final = re.compile(r"\{([^{}]*)\}")


@functools.cache
def own(name: str) -> dict[str, Any]:
    """One of the files of this package: `factions`, `settings` or `tricks`."""
    found: dict[str, Any] = json.loads((_OWN / f"{name}.json").read_text(encoding="utf-8"))
    return found


@functools.cache
def vocabulary_version() -> str:
    """A fingerprint of every word list a dungeon is made of: twelve hex digits."""
    digest = hashlib.sha256(themes_version().encode())
    for path in sorted(_OWN.glob("*.json")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def say(rng: random.Random, sentence: str, **slots: str) -> str:
    """The sentence with its choices made, its slots filled, and a capital at its start."""
    text = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), sentence)
    text = fill(text, slots) if "$" in text else text
    return with_articles(text[:1].upper() + text[1:])


def pick(rng: random.Random, sentences: Sequence[str], **slots: str) -> str:
    """One of the sentences, said."""
    return say(rng, rng.choice(sentences), **slots)


def plain_choice(rng: random.Random, text: str) -> str:
    """The text with its choices made, its first letter as it is."""
    return _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), text)


def named(creature: str, number: int = 1) -> str:
    """A creature's name for people: `giant_rat` is `giant rat`, two of them `giant rats`."""
    name = creature.replace("_", " ")
    if number == 1:
        return name
    for ending, plural in _PLURALS.items():
        if name.endswith(ending):
            return name.removesuffix(ending) + plural
    return name + "s"


_PLURALS: Final[Mapping[str, str]] = {
    "wolf": "wolves",
    "elf": "elves",
    "jelly": "jellies",
    "fungus": "fungi",
    "efreeti": "efreet",
    "mummy": "mummies",
    "lich": "liches",
    "harpy": "harpies",
    "man": "men",
    "medusa": "medusas",
    "cyclops": "cyclopes",
    "necrophidius": "necrophidii",
    "heucuva": "heucuvas",
    "slime": "slimes",
}
