"""The stages of a life: how prompts say them, and how they show."""

from typing import Final

from workers.world_designer.vocabulary import words

STAGES: Final = ("young", "adult", "middle-aged", "old", "venerable")
"""From the first to the last; `young` and `adult` are both adult to the rules."""
USUAL: Final = "adult"

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "young": words("young youthful teenage teenager boy girl lad lass kid youngster urchin"),
    "adult": words("adult grown-up full-grown"),
    "middle-aged": words("middle-aged"),
    "old": words("old elderly aged greybeard graybeard grandmother grandfather granny elder"),
    "venerable": words("venerable ancient age-old"),
}
"""Words of a prompt, lower case."""

LOOKS: Final[dict[str, str]] = {
    "young": "Young, and tired of being told so.",
    "adult": "",
    "middle-aged": "Somewhere in the middle years, with the knees to prove it.",
    "old": "Old enough to have buried most friends, and slow on stairs.",
    "venerable": "So old that the room goes quiet to hear better.",
}
"""A sentence for the look; adults need none."""
