"""Where a list goes on: signed, so that nobody makes up one, and bound to the list that it was given for."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from api.refusals import InvalidFields
from core.errors import FieldError
from core.settings import Settings
from store.entity_lists import Position

MAX_CURSOR: Final = 1500
_MAC_BYTES: Final = 16


class CursorSigner:
    """Makes and reads cursors.

    Args:
        settings: Whose SECRET_KEY signs; cursors of before a new key are refused, and the list begins again.
    """

    def __init__(self, settings: Settings) -> None:
        secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
        self._key = hmac.digest(secret.encode(), b"cursors of lists", "sha256")

    def sign(self, end: Position, listed: Mapping[str, Any]) -> str:
        """The cursor of the page after `end`, in the list that these query fields ask for."""
        content = json.dumps([end.value, end.id.hex]).encode()
        return base64.urlsafe_b64encode(self._mac(content, listed) + content).decode().rstrip("=")

    def read(self, cursor: str, listed: Mapping[str, Any]) -> Position:
        """Where the page before ended.

        Raises:
            InvalidFields: It was not given for this list.
        """
        try:
            signed = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error) as error:
            raise _refused() from error
        mac, content = signed[:_MAC_BYTES], signed[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(content, listed)):
            raise _refused()
        value, entity_id = json.loads(content)
        return Position(value, UUID(entity_id))

    def _mac(self, content: bytes, listed: Mapping[str, Any]) -> bytes:
        fields = json.dumps(sorted((name, str(value)) for name, value in listed.items())).encode()
        bound = hashlib.sha256(fields).digest()
        return hmac.digest(self._key, bound + content, "sha256")[:_MAC_BYTES]


def _refused() -> InvalidFields:
    fields = [FieldError("cursor", "Must be next_cursor of a page of this very list")]
    return InvalidFields("The cursor is not valid", fields=fields)
