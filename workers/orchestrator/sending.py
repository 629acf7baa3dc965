"""Sending one signed POST to an address that the operator allows, and to no other place.

The host's name is resolved once, every address it has must be public (or the loopback that the list names), and the
connection goes to the very address that was checked: a name that changes its answer in between leads nowhere else.
Redirects are not followed, and nothing of the answer is read but its status.
"""

import base64
import hmac
import http.client
import json
import socket
import ssl
import time
from ipaddress import ip_address
from typing import Final
from uuid import UUID

from core.ids import REQUEST_PREFIX, derived_uuid, prefixed
from core.webhooks import Address, AllowedWebhooks
from store.webhooks import Delivery

TIMEOUT_SECONDS: Final = 5.0
"""For the connection, and for each answer on it."""
_SECRET_PREFIX: Final = "whsec_"  # noqa: S105  # nosec B105 - how a secret in Base64 begins
ID_PREFIX: Final = "whk"


class NotDelivered(Exception):
    """Nobody heard it; the text says why."""


class Sender:
    """Tells callers of ends.

    Args:
        allowed: The operator's list; it may have been shortened since the request was accepted.
        secret: Both sides know it; `whsec_` and Base64, or plain text.
    """

    def __init__(self, allowed: AllowedWebhooks, secret: str) -> None:
        self._allowed = allowed
        self._key = key_of(secret)

    def send(self, delivery: Delivery) -> None:
        """Deliver once.

        Raises:
            NotDelivered: It was not allowed, not reached, or not answered with 2xx.
        """
        try:
            address = self._allowed.check(delivery.url)
        except ValueError as error:
            raise NotDelivered(f"the address is not allowed any more: it {error}") from error
        body = body_of(delivery)
        headers = signed_headers(self._key, delivery_id(delivery.request_id), int(time.time()), body)
        try:
            status = _post(address, resolve(address), body, headers)
        except (OSError, http.client.HTTPException) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}") from error
        if not 200 <= status < 300:
            raise NotDelivered(f"answered {status}")


def delivery_id(request_id: UUID) -> str:
    """The same for every attempt of one end, so that a receiver knows a repeat."""
    return prefixed(ID_PREFIX, derived_uuid(request_id, 0, 0))


def body_of(delivery: Delivery) -> bytes:
    """What is sent: which request ended how and when. What it made is read with the caller's own rights."""
    request_id = prefixed(REQUEST_PREFIX, delivery.request_id)
    told = {
        "type": f"request.{delivery.status}",
        "timestamp": delivery.completed_at.isoformat(),
        "data": {
            "request_id": request_id,
            "status": delivery.status,
            "campaign_id": str(delivery.campaign_id),
            "poll_url": f"/v1/prompts/{request_id}",
        },
    }
    return json.dumps(told, separators=(",", ":")).encode()


def signed_headers(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Headers of the Standard Webhooks form: HMAC-SHA256 over `id.timestamp.body`, in Base64."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "dma-webhook/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def key_of(secret: str) -> bytes:
    """The bytes that sign."""
    if secret.startswith(_SECRET_PREFIX):
        return base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    return secret.encode()


def resolve(address: Address) -> str:
    """The one IP address to connect to.

    Raises:
        NotDelivered: The name has an address that is not public: it may lead into the installation's own network.
        OSError: It has none.
    """
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    ips = [str(one[4][0]) for one in found]
    unsafe = [ip for ip in ips if not (ip_address(ip).is_global or (address.is_loopback and ip == address.host))]
    if unsafe or not ips:
        raise NotDelivered(f"{address.host} is at an address that is not public")
    return ips[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to one IP address, in the name of a host; TLS checks that host's certificate."""

    def __init__(self, address: Address, ip: str) -> None:
        super().__init__(address.host, address.port, timeout=TIMEOUT_SECONDS)
        self._address, self._ip = address, ip

    def connect(self) -> None:
        plain = socket.create_connection((self._ip, self._address.port), timeout=TIMEOUT_SECONDS)
        if self._address.scheme == "http":
            self.sock = plain
            return
        try:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self._address.host)
        except BaseException:
            plain.close()
            raise


def _post(address: Address, ip: str, body: bytes, headers: dict[str, str]) -> int:
    connection = _Pinned(address, ip)
    try:
        connection.request("POST", address.path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
