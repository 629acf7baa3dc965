"""From a message to the fields of its entry, and back.

    actor    name of the actor
    ids      message id and, if it has one, enqueue id: base64 of their 16 or 32 bytes
    sent_at  when it was first enqueued, in milliseconds since 1970 by the sender's clock
    call     JSON of [args, kwargs, options]

A stream keeps the names of these fields once for many entries and a time as a number, so a message without arguments
takes a third of what dramatiq's JSON of it takes. Where something would not come back exactly as it was (another
encoder, a class of the application's own, an id that is no UUID), the message is one field, as its encoder wrote it:

    data     the encoded message
"""

import json
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from typing import Any

from dramatiq import get_encoder
from dramatiq.encoder import JSONEncoder
from dramatiq.errors import DecodeError
from dramatiq.message import Message

ENQUEUE_ID = "redis_message_id"
"""Message option of what was handed over or replayed: names that enqueue wherever it is repeated. What was sent has no
need of it; its entry has an id. The name is that of dramatiq's own Redis broker."""

DATA, ACTOR, IDS, SENT_AT, CALL = b"data", b"actor", b"ids", b"sent_at", b"call"
ID_DIGITS = 32
MOST_MS = 2**53

_IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?: [0-9a-f]{32})?")
_BARE_CALL = b"[[],{},{}]"
_as_json = json.JSONEncoder(separators=(",", ":")).encode  # json.dumps makes one anew for each message


def pack(message: Message[Any]) -> dict[str, bytes]:
    """The fields to write for a message.

    Raises:
        TypeError: Its arguments cannot be encoded.
    """
    packed = _packed(message)
    return {"data": message.encode()} if packed is None else packed


def unpack(fields: Mapping[bytes, bytes], queue: str) -> Message[Any]:
    """The message of an entry that lies in a queue.

    Raises:
        DecodeError: A stranger wrote the entry, or it is damaged.
    """
    if DATA in fields or CALL not in fields:
        return Message.decode(fields.get(DATA, b""))
    try:
        args, kwargs, options = json.loads(fields[CALL])
        message_id, enqueue_id = _unpacked_ids(fields[IDS])
        if enqueue_id:
            options[ENQUEUE_ID] = enqueue_id
        return Message(queue, fields[ACTOR].decode(), tuple(args), kwargs, options, message_id, int(fields[SENT_AT]))
    except (KeyError, TypeError, ValueError) as error:
        raise DecodeError("Failed to decode message.", fields[CALL], error) from error  # type: ignore[no-untyped-call]


def encoded(fields: Mapping[bytes, bytes], message: Message[Any] | None) -> bytes:
    """A message of an entry as its encoder writes it; what there is of one that cannot be decoded."""
    if DATA in fields:
        return bytes(fields[DATA])
    return message.encode() if message is not None else bytes(fields.get(CALL, b""))


def _packed(message: Message[Any]) -> dict[str, bytes] | None:
    if type(message) is not Message or type(get_encoder()) is not JSONEncoder:
        return None
    options = message.options
    ids = _packed_ids(message.message_id, options)
    sent_at = message.message_timestamp
    if ids is None or type(sent_at) is not int or not 0 <= sent_at < MOST_MS:
        return None
    return {
        "actor": message.actor_name.encode(),
        "ids": ids,
        "sent_at": b"%d" % sent_at,
        "call": _call(message.args, message.kwargs, _without_id(options)),
    }


def _call(args: tuple[Any, ...], kwargs: dict[str, Any], options: dict[str, Any]) -> bytes:
    if not args and not kwargs and not options:
        return _BARE_CALL  # as many actors are called that are started by the clock
    return _as_json((args, kwargs, options)).encode()


def _without_id(options: dict[str, Any]) -> dict[str, Any]:
    if ENQUEUE_ID not in options:
        return options
    return {name: value for name, value in options.items() if name != ENQUEUE_ID}


def _packed_ids(message_id: str, options: dict[str, Any]) -> bytes | None:
    ids = f"{message_id} {options[ENQUEUE_ID]}" if ENQUEUE_ID in options else str(message_id)
    if _IDS.fullmatch(ids) is None:
        return None
    return b2a_base64(bytes.fromhex(ids.replace("-", "")), newline=False)


def _unpacked_ids(ids: bytes) -> tuple[str, str]:
    digits = a2b_base64(ids, strict_mode=True).hex()
    if len(digits) not in (ID_DIGITS, 2 * ID_DIGITS):
        raise ValueError(f"ids must have 16 or 32 bytes, not {ids!r:.100}")
    message_id = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:ID_DIGITS]}"
    return message_id, digits[ID_DIGITS:]
