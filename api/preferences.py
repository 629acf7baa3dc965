"""`Prefer: wait=N` (RFC 7240): how long a caller would rather wait for the end than ask again."""

import re
from typing import Final

MAX_WAIT_SECONDS: Final = 25
"""Below the 30 s within which an answer must begin."""
_WAIT: Final = re.compile(r"""\s*wait\s*=\s*"?(?P<seconds>[0-9]{1,9})"?\s*(?:;.*)?""", re.ASCII | re.IGNORECASE)


def read_wait(prefer: list[str]) -> int | None:
    """Seconds to wait at most, from all `Prefer` headers; None when no wait is asked for.

    The first `wait` counts, more than 25 is 25, and what cannot be read is passed over, as preferences are.
    """
    for part in ",".join(prefer).split(","):
        if match := _WAIT.fullmatch(part):
            return min(int(match["seconds"]), MAX_WAIT_SECONDS)
    return None


def applied(seconds: int) -> dict[str, str]:
    """The header that says so."""
    return {"Preference-Applied": f"wait={seconds}"}
