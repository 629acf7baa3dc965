"""How it is told what was changed, or that it was not understood and what can be changed."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from workers.world_designer.prose import and_list
from workers.world_designer.vocabulary import words

Difference = dict[str, str]
"""`field`, `was` and `now`, as they are told; empty for nothing."""

FILLERS: Final = frozenset(
    words(
        "a an the but and or much bit little lot lots very quite even far way more again please now instead this time "
        "one with of be is being it him her his its to too also character person npc someone somebody just only rather "
        "make turn into so really slightly still then them they their he she that some as well by thing level named "
        "called name from in at on for about"
    )
)
"""Words that ask for nothing by themselves."""


def asks_nothing(word: str) -> bool:
    """True for a word that asks for nothing by itself."""
    return word.lower() in FILLERS


UNCHANGED: Final = "unchanged"
"""Key of a result that made nothing, so that nothing after it takes it for something made."""


def difference(field: str, was: Any, now: Any) -> Difference | None:
    """What is different about one thing; None when nothing is."""
    before, after = ("" if one is None else str(one) for one in (was, now))
    return None if before == after else {"field": field, "was": before, "now": after}


def shown_words(text: str) -> list[str]:
    """The words and numbers of a text."""
    return re.findall(r"[^\W_](?:[\w'-]*[^\W_])?", text)


def told(differences: Iterable[Difference], *, what: str) -> str:
    """One line: `*The same person, changed: age 30 (adult) → 66 (old).*`."""
    lines = [_told(one) for one in differences]
    return f"*The same {what}, changed: {'; '.join(lines)}.*"


def _told(one: Difference) -> str:
    name = one["field"].replace("_", " ")
    if not one["was"]:
        return f"{name} {one['now']}"
    return f"{name} {one['was']} \u2192 {one['now'] or 'none'}"


def not_understood(unknown: Sequence[str], *, name: str, can: str) -> dict[str, Any]:
    """The result for words that mean no change: nothing is made, and it is said what can be changed."""
    quoted = and_list([f"\u201c{word}\u201d" for word in unknown[:5]])
    content = f"I did not understand {quoted} as a change of **{name}**, so I changed nothing. You can change: {can}."
    return {"content": content, "entities": [], UNCHANGED: list(unknown[:5])}


def nothing_changed(*, name: str) -> dict[str, Any]:
    """The result for words that are understood and change nothing."""
    return {"content": f"That changes nothing: **{name}** is so already.", "entities": [], UNCHANGED: []}
