"""What to say of names that are too many to list: those nearest to what was written."""

from difflib import SequenceMatcher

from rules.errors import RuleError
from rules.table import normalise_name

_LIST = "one of: "


def nearest_first(error: RuleError, room: int) -> str:
    """What would have been right, in at most `room` characters.

    A list of names that is too long is counted, and told from the name that is nearest to what was written.
    """
    if len(error.allowed) <= room:
        return error.allowed
    if not error.allowed.startswith(_LIST):
        return f"{error.allowed[: room - 4].rpartition(' ')[0]} ..."
    names = error.allowed.removeprefix(_LIST).split(", ")
    written = normalise_name(error.value) if isinstance(error.value, str) else ""
    names.sort(key=lambda name: -SequenceMatcher(None, written[:100], name).ratio())
    told = f"one of {len(names)} names, the nearest of them: {names[0]}"
    for name in names[1:]:
        if len(told) + len(name) + 2 > room:
            break
        told += f", {name}"
    return told
