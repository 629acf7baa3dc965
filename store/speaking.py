"""For whom this thread or task speaks to Postgres: row level security lets them see what is theirs (store/wall.py).

The API sets it once, where an exchange begins, and knows the principal a little later; every transaction below asks.
Whoever speaks for nobody (the workers, the sweeper, a start) is not walled in.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Final


@dataclass(slots=True)
class Speaker:
    """One exchange: its X-Request-ID, and its principal as soon as that is known."""

    exchange_id: str
    principal: str | None = None


_SPEAKER: Final[ContextVar[Speaker | None]] = ContextVar("dma_speaker", default=None)


def current_speaker() -> Speaker | None:
    """Who speaks here."""
    return _SPEAKER.get()


def speaking(speaker: Speaker) -> AbstractContextManager[Speaker]:
    """Let this exchange speak until the block ends, in every thread and task that is begun in it."""
    return _Speaking(speaker)


class _Speaking:
    """Every exchange of the API enters one, and a generator's context manager takes three times as many calls."""

    __slots__ = ("_speaker", "_token")

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def __enter__(self) -> Speaker:
        self._token: Token[Speaker | None] = _SPEAKER.set(self._speaker)
        return self._speaker

    def __exit__(self, *_: object) -> None:
        _SPEAKER.reset(self._token)


@contextmanager
def beyond_the_wall() -> Iterator[None]:
    """Speak for the installation, not for a principal; for the few places that must, each of which says why."""
    speaker = _SPEAKER.get()
    token = _SPEAKER.set(Speaker(speaker.exchange_id) if speaker else None)
    try:
        yield
    finally:
        _SPEAKER.reset(token)
