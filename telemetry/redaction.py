"""What a log never tells: secrets, by their name or their look, and what people wrote.

Prompts and texts of a campaign are the Dungeon Master's: of those a line tells the length and a short hash, by which
the same text is known again, unless the operator opted in.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

REDACTED: Final = "[redacted]"

_SECRETS: Final = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "token",
        "secret",
        "password",
        "passwd",
        "credentials",
        "login_code",
        "api_key",
        "apikey",
        "x-api-key",
        "dsn",
    }
)
_SECRET_ENDINGS: Final = ("_token", "_secret", "_password", "_key_hash", "api_key", "secret_key", "_cookie", "-token")
_WRITTEN: Final = frozenset(
    {"prompt", "question", "content", "description", "text", "body", "secret_notes", "notes", "answer", "completion"}
)
_LOOKS: Final = re.compile(
    r"eyJ[\w-]{5,}\.[\w-]+\.[\w-]*"  # a JWT
    r"|\b(?:svc|rt|sk|pk|ghp|xox[abp])[_-][\w-]{6,}"  # tokens that say what they are
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # user and password of a URL
    r"|(?i:(?<=bearer )|(?<=basic ))[\w.~+/=-]{6,}"
    r"|(?i:(?<=password=)|(?<=secret=)|(?<=token=)|(?<=api_key=)|(?<=secret_key=))[^\s&;,'\"]+"
)
_HINTS: Final = ("eyj", "://", "=", "svc", "rt_", "rt-", "sk_", "sk-", "pk_", "pk-", "ghp", "xox", "bearer ", "basic ")
"""Without one of these, in small letters, nothing above is found; to look for them takes a tenth of the time."""
_REMEMBERED_LENGTH: Final = 200
_DEEPEST: Final = 6


class Redaction:
    """Makes a value fit to be told.

    Args:
        tells_prompts: Whether what people wrote may be told as it is.
    """

    def __init__(self, *, tells_prompts: bool = False) -> None:
        self._tells_prompts = tells_prompts

    def named(self, name: str, value: Any) -> Any:
        """The value of this name; everything in it, when it holds others."""
        return self._named(name, value, 0)

    def _named(self, name: str, value: Any, depth: int) -> Any:
        kind = _kind_of(name)
        if kind == "plain":
            return self._value(value, depth)
        if kind == "secret":
            return REDACTED if value is not None else None
        if not self._tells_prompts and isinstance(value, str | bytes):
            return _measured(value)
        return self._value(value, depth)

    def _value(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return _cleaned_again(value) if len(value) <= _REMEMBERED_LENGTH else _cleaned(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping | list | tuple | set | frozenset):
            return self._inside(value, depth + 1) if depth < _DEEPEST else "[too deep]"
        text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        return _cleaned(text)

    def _inside(self, value: Any, depth: int) -> Any:
        if isinstance(value, Mapping):
            return {str(name): self._named(str(name), each, depth) for name, each in value.items()}
        return [self._value(each, depth) for each in value]


@lru_cache(maxsize=1024)
def _kind_of(name: str) -> str:
    small = name.lower()
    if small in _SECRETS or small.endswith(_SECRET_ENDINGS):
        return "secret"
    return "written" if small in _WRITTEN else "plain"


def _cleaned(text: str) -> str:
    small = text.lower()
    for hint in _HINTS:
        if hint in small:
            return _LOOKS.sub(REDACTED, text)
    return text


_cleaned_again = lru_cache(maxsize=2048)(_cleaned)
"""For short texts: ids, names and the like stand on line after line."""


def _measured(text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode(errors="replace")
    return f"[{len(text)} characters, {hashlib.sha256(data).hexdigest()[:8]}]"
