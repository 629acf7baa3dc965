"""Step 1, first: polite openings, apologies and greetings, which ask nothing and must cost nothing.

`I'd like to know what`, `would you be so good as to tell me`, `forgive me for asking again:` become `tell me` or a
comma, so that neither their words nor their persons are taken for a part of the question. `lists/courtesies.txt` has
them.
"""

import re
from functools import cache

from rules.asking.lexicon import lines_of

_INSTEAD = {"tell me": " tell me ", "pause": " , ", "nothing": " "}
_PART = "part "


def without_courtesies(text: str) -> str:
    """A question in small letters, what only opens it politely replaced by `tell me` or a comma."""
    for pattern, instead in _frames():
        text = pattern.sub(instead, text)
    return text


@cache
def _frames() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What is taken out, and what stands in its place."""
    parts: dict[str, str] = {}
    frames = []
    for line in lines_of("courtesies.txt"):
        name, _, text = line.partition(": ")
        for part, meaning in parts.items():
            text = text.replace(f"<{part}>", meaning)
        if name.startswith(_PART):
            parts[name.removeprefix(_PART)] = text
        else:
            frames.append((re.compile(text), _INSTEAD[name]))
    return tuple(frames)
