"""What the `openai` package raises, in our own words. Imported with the first call."""

import email.utils
import math
import time
from typing import Any

import httpx2
import openai

from workers.llm.errors import (
    ContentFiltered,
    LlmBusy,
    LlmError,
    LlmGarbage,
    LlmRefused,
    LlmSlow,
    LlmUnavailable,
    OutOfTime,
    TokenLimit,
)

_TOO_LONG = frozenset({"context_length_exceeded", "string_above_max_length", "exceed_context_size_error"})
_FILTERED = frozenset({"content_filter", "content_policy_violation"})


def translated(error: Exception, *, is_fair: bool) -> LlmError:
    """The error in our words.

    Args:
        error: Whatever came out of a call.
        is_fair: The call had time enough, so that silence is the server's fault.
    """
    match error:
        case openai.APITimeoutError() | httpx2.TimeoutException():
            return LlmSlow() if is_fair else OutOfTime()
        case openai.APIStatusError():
            return _of_status(error)
        case openai.APIConnectionError() | httpx2.HTTPError() | httpx2.StreamError():
            return LlmUnavailable()
        case openai.APIError():  # an error in the middle of a stream
            return _of_code(error.code) or LlmUnavailable("the language model's server broke its answer off")
        case _:
            return LlmGarbage(f"the language model's answer cannot be read ({type(error).__name__})")


def _of_status(error: openai.APIStatusError) -> LlmError:
    """Texts name the status and nothing of the body: it is somebody else's, and may repeat what was sent."""
    status = error.status_code
    if known := _of_code(error.code):
        return known
    if status == 429 and error.code != "insufficient_quota":
        return LlmBusy(retry_after_seconds=_retry_after(error.response.headers.get("retry-after")))
    if status in (408, 409) or status >= 500:
        return LlmUnavailable(f"the language model's server answered {status}")
    return LlmRefused(f"the language model's server answered {status}")


def _of_code(code: Any) -> LlmError | None:
    if code in _TOO_LONG:
        return TokenLimit()
    return ContentFiltered() if code in _FILTERED else None


def _retry_after(header: str | None) -> float:
    """Seconds to stay away, from seconds or a date; 0 when it says nothing that can be read."""
    if not header:
        return 0.0
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(header).timestamp() - time.time()
        except (TypeError, ValueError):
            return 0.0
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0
