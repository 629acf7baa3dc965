"""The root of the errors this package raises; each carries its facts as attributes."""

from typing import ClassVar


class ResilienceError(Exception):
    """A call was not made, to protect the caller or the dependency."""

    code: ClassVar[str] = "resilience_error"
    retryable: ClassVar[bool] = True
