"""From a message to the fields of its entry, and back.

One field is enough, for each one more is work for the server and both clients:

    message  base64 of its ids and when it was first enqueued, a space, JSON of [actor, args, kwargs, options] without
             what is empty at the end: `bx98LpTVSj6NWQobLD1OXwGcUf4rkA== ["note",["text"]]`

The base64 stands for the 16 bytes of the message id, the 16 of its enqueue id if it has one, and 6 of the milliseconds
since 1970 by the sender's clock. Where something would not come back exactly as it was (another encoder, a class of the
application's own, an id that is no UUID), the field has another name:

    data     the message as its encoder wrote it
"""

import json
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import dramatiq
from dramatiq.encoder import JSONEncoder
from dramatiq.errors import DecodeError
from dramatiq.message import Message

ENQUEUE_ID = "redis_message_id"
"""Message option of what was handed over or replayed: names that enqueue wherever it is repeated. What was sent has no
need of it; its entry has an id. The name is that of dramatiq's own Redis broker."""

DATA, MESSAGE = b"data", b"message"
ID_BYTES, TIME_BYTES = 16, 6
END_OF_TIME_MS = 2 ** (8 * TIME_BYTES)

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_ENQUEUE_ID = re.compile(r"[0-9a-f]{32}").fullmatch
_CALL_TYPES = [str, list, dict, dict]
_as_json = json.JSONEncoder(separators=(",", ":")).encode  # json.dumps makes one anew for each message


def pack(message: Message[Any]) -> dict[str, bytes]:
    """The fields to write for a message.

    Raises:
        TypeError: Its arguments cannot be encoded.
    """
    if type(message) is Message and type(dramatiq.get_encoder()) is JSONEncoder:
        options = message.options
        stamp = _stamp(message.message_id, options.get(ENQUEUE_ID), message.message_timestamp)
        if stamp is not None:
            return {"message": stamp + _call(message.actor_name, message.args, message.kwargs, options)}
    return {"data": message.encode()}


def unpack(fields: Mapping[bytes, bytes], queue: str) -> Message[Any]:
    """The message of an entry that lies in a queue.

    Raises:
        DecodeError: A stranger wrote the entry, or it is damaged.
    """
    packed = fields.get(MESSAGE)
    if packed is None or DATA in fields:
        return Message.decode(fields.get(DATA, b""))
    try:
        stamp, _, call = packed.partition(b" ")
        message_id, enqueue_id, sent_at = _unpacked_stamp(stamp)
        actor, args, kwargs, options = _unpacked_call(call)
        if enqueue_id:
            options[ENQUEUE_ID] = enqueue_id
        return Message(queue, actor, args, kwargs, options, message_id, sent_at)
    except (TypeError, ValueError) as error:
        raise DecodeError("Failed to decode message.", packed, error) from error  # type: ignore[no-untyped-call]


def encoded(fields: Mapping[bytes, bytes], message: Message[Any] | None) -> bytes:
    """A message of an entry as its encoder writes it; what there is of one that cannot be decoded."""
    if DATA in fields:
        return bytes(fields[DATA])
    return message.encode() if message is not None else bytes(fields.get(MESSAGE, b""))


def _stamp(message_id: Any, enqueue_id: Any, sent_at: Any) -> bytes | None:
    """Ids and time with the space after them; None for what would not come back as it was."""
    if type(sent_at) is not int or not 0 <= sent_at < END_OF_TIME_MS or _ID(message_id) is None:
        return None
    digits = message_id.replace("-", "")
    if enqueue_id is not None:
        if type(enqueue_id) is not str or _ENQUEUE_ID(enqueue_id) is None:
            return None
        digits += enqueue_id
    return b2a_base64(bytes.fromhex(f"{digits}{sent_at:012x}"), newline=False) + b" "


def _unpacked_stamp(stamp: bytes) -> tuple[str, str, int]:
    digits = a2b_base64(stamp, strict_mode=True).hex()
    if len(digits) not in (2 * ID_BYTES + 2 * TIME_BYTES, 4 * ID_BYTES + 2 * TIME_BYTES):
        raise ValueError(f"one or two ids and a time have 22 or 38 bytes, not {stamp!r:.100}")
    message_id = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"
    return message_id, digits[32:-12], int(digits[-12:], 16)


def _call(actor: str, args: tuple[Any, ...], kwargs: dict[str, Any], options: dict[str, Any]) -> bytes:
    if ENQUEUE_ID in options:
        options = {name: value for name, value in options.items() if name != ENQUEUE_ID}
    if options:
        return _as_json((actor, args, kwargs, options)).encode()
    if kwargs:
        return _as_json((actor, args, kwargs)).encode()
    return _as_json((actor, args)).encode() if args else _bare_call(actor)


@lru_cache(maxsize=1024)
def _bare_call(actor: str) -> bytes:
    """As many actors are called that are started by the clock."""
    return _as_json((actor,)).encode()


def _unpacked_call(call: bytes) -> tuple[str, tuple[Any, ...], dict[str, Any], dict[str, Any]]:
    parts = json.loads(call)
    if type(parts) is not list or [type(part) for part in parts] != _CALL_TYPES[: max(1, len(parts))]:
        raise ValueError(f"a call is [actor, args, kwargs, options], not {call!r:.100}")
    actor, args, kwargs, options = parts + ["", [], {}, {}][len(parts) :]
    return actor, tuple(args), kwargs, options
