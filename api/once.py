"""Idempotency-Key on calls that create or change something: the first answer is every later answer.

The reply is kept in the transaction that makes the effect (store/idempotency.py): either both are there or neither is.
What was refused, or never came to an end, left no reply, and the same key may try again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response

from api.auth import Caller
from api.deps import IdempotencyKey
from store import idempotency
from store.database import Transaction

_KEPT_HEADERS: Final = ("location", "etag")


@dataclass(frozen=True, slots=True)
class OnceOnly:
    """One call, and the key it came with, if any."""

    principal: str
    route: str
    key: str | None
    fingerprint: bytes

    def answer(self, tx: Transaction, make: Callable[[], Response]) -> Response:
        """The reply of the first call with this key, or what `make` does and answers in this transaction.

        Raises:
            IdempotencyKeyReused: The key came with another body or for another thing before (422).
            IdempotencyKeyInUse: The first call with it is still under way (409).
        """
        if self.key is None:
            return make()
        stored = idempotency.claim(tx, self.principal, self.route, self.key, self.fingerprint)
        if stored is not None:
            headers = {**stored.headers, "Idempotency-Replayed": "true"}
            return Response(stored.body, stored.status, headers, "application/json")
        response = make()
        headers = {name: value for name, value in response.headers.items() if name in _KEPT_HEADERS}
        # As text, so that the very same bytes are sent again.
        body = bytes(response.body).decode()
        idempotency.save(
            tx, self.principal, self.route, self.key, status=response.status_code, headers=headers, body=body
        )
        return response


async def read_once(request: Request, key: IdempotencyKey) -> OnceOnly:
    """The call's key; its scope is the caller and the route, its fingerprint the path's parts and the body."""
    caller: Caller = request.scope["dma.caller"]
    sent: Any = None
    if key is not None and await request.body():
        sent = await request.json()
    asked = {"path": dict(request.path_params), "body": sent}
    route = f"{request.method} {request.scope['route'].path_format}"
    return OnceOnly(caller.principal, route, key, idempotency.fingerprint_of(asked))


Once = Annotated[OnceOnly, Depends(read_once)]
