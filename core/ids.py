"""Identifiers (C13): a short prefix that says what it is, an underscore, and 32 hex digits of a UUID.

Ids that the API makes are UUIDv7, so that they sort by time. Ids of what a step creates are UUIDv5 of the step, so
that a step that runs twice cannot create twice (DESIGN.md, rule 4).
"""

import re
import uuid
from typing import Final

import uuid_utils.compat

REQUEST_PREFIX: Final = "req"
MESSAGE_PREFIX: Final = "msg"

_PREFIXED = re.compile(r"(?P<prefix>[a-z]{2,5})_(?P<hex>[0-9a-f]{32})")
_BARE = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}")
_STEP_NAMESPACE: Final = uuid.UUID("8f1d2a52-6d0b-5f0e-9a44-5b1b5d3f8a10")


def new_uuid() -> uuid.UUID:
    """A fresh UUIDv7: unique, and ordered by the time it was made."""
    return uuid_utils.compat.uuid7()


def derived_uuid(request_uuid: uuid.UUID, step_no: int, index: int) -> uuid.UUID:
    """The UUIDv5 of the thing number `index` (from 0) that one step of one request creates; the same at every call."""
    return uuid.uuid5(_STEP_NAMESPACE, f"{request_uuid.hex}/{step_no}/{index}")


def seed_of(request_uuid: uuid.UUID) -> int:
    """The seed of what a request makes when none was given: the same at every call."""
    return request_uuid.int & 0xFFFF_FFFF


def prefixed(prefix: str, value: uuid.UUID) -> str:
    """The public form of an id, such as `loc_0190c3...`."""
    return f"{prefix}_{value.hex}"


def parse_id(text: str, *, prefix: str | None = None) -> uuid.UUID | None:
    """Read an id in its prefixed or bare form.

    Args:
        text: `req_` + 32 hex digits, or a UUID with or without hyphens.
        prefix: The prefix it must have when it has one; None takes any.

    Returns:
        The UUID, or None when the text is not an id (of that kind).
    """
    if match := _PREFIXED.fullmatch(text):
        return uuid.UUID(match["hex"]) if prefix in (None, match["prefix"]) else None
    return uuid.UUID(text) if _BARE.fullmatch(text) else None
