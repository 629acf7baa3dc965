"""Step 4, the form: a topic is data beside its reply: the cues that point to it, the things it explains, the reply."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.asking.reply import Reply
from rules.asking.slots import Slots
from rules.loader import Rulebook

ReplyFunction = Callable[[Slots, Rulebook], Reply]
NAMED = 2.0
"""A cue with so many points names its topic; with fewer it only fits."""


def no_extra(_: Slots) -> float:
    """Most topics need no more than their cues and things."""
    return 0.0


@dataclass(frozen=True, eq=False)
class Topic:
    """What a question can be about.

    Attributes:
        name: Its name in answers.
        title: What it is, to be offered when a question is not clear.
        cues: Points for each cue; 0 for a cue that only does not speak against it.
        things: Points for each kind of thing and each meaning of a number that it explains.
        reply: Looks the answer up.
        more: Further points, or a large negative number to leave it out.
        loose: What a number without a meaning counts here.
        each: The kind of which several are answered one after the other.
        tables: The tables it rests on; without them it is not offered.
    """

    name: str
    title: str
    cues: Mapping[str, float]
    things: Mapping[str, float]
    reply: ReplyFunction
    more: Callable[[Slots], float] = no_extra
    loose: str | None = None
    each: str | None = None
    tables: tuple[str, ...] = ()


def topic(
    name: str,
    title: str,
    *,
    cues: str,
    things: str,
    reply: ReplyFunction,
    extra: Callable[[Slots], float] = no_extra,
    loose: str | None = None,
    each: str | None = None,
    tables: tuple[str, ...] = (),
) -> Topic:
    """A topic from its words: `fall=2.6 damage=0.8 feet` gives points, and none to what only is not against it."""
    return Topic(name, title, _weights(cues), _weights(things), reply, extra, loose, each, tables)


def _weights(text: str) -> dict[str, float]:
    pairs = (part.partition("=") for part in text.split())
    return {name: float(points or 0) for name, _, points in pairs}
