"""A caller is told of the end of a request: signed, again until it is heard, and nowhere that is not allowed.

The receiver is a real HTTP server, deliveries go over the bus, and the answers are what the receiver is told to say.
"""

import base64
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import redis

from core.errors import ConfigurationError, InvalidInput
from core.settings import load_settings
from core.webhooks import AllowedWebhooks
from services.valkey import EmbeddedValkey
from store.database import Database
from store.requests import RequestView
from store.webhooks import claim_delivery
from tests.support.installation import wait_until
from tests.support.live_table import LiveTable
from tests.support.witness import witnessing
from workers.orchestrator.sending import NotDelivered, Sender, resolve

SECRET = "a secret of both sides, of 32 characters"
REDIS = 62
RULE = "What is the THAC0 of a 5th level fighter?"


class Receiver:
    """Somebody who listens; answers what stands in `answers`, then 204."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status = receiver.answers.pop(0) if receiver.answers else 204
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def pools(module_database: Database, valkey_server: EmbeddedValkey, receiver: Receiver) -> Iterator[LiveTable]:
    allowed = f"{receiver.url}/hooks, http://127.0.0.1:1"
    table = LiveTable(module_database, valkey_server.database_url(REDIS), webhook_allow=allowed, webhook_secret=SECRET)
    table.sweeper.sweep()
    yield table
    table.close()


@pytest.fixture
def table(pools: LiveTable, receiver: Receiver) -> LiveTable:
    pools.sit_down()
    receiver.heard.clear()
    receiver.answers.clear()
    return pools


def state_of(table: LiveTable, view: RequestView) -> dict[str, Any]:
    with table.database.transaction() as tx:
        row = tx.execute("SELECT * FROM webhooks WHERE request_id = %s", (view.id,)).fetchone()
    assert row is not None
    return row


def settled(table: LiveTable, view: RequestView) -> dict[str, Any]:
    """The sweeper asks once; everything after that is the bus's."""
    table.sweeper.sweep()
    wait_until(lambda: state_of(table, view)["state"] != "waiting", 60, describe=lambda: str(state_of(table, view)))
    return state_of(table, view)


def test_an_end_is_told_signed_and_again_until_it_is_heard(table: LiveTable, receiver: Receiver) -> None:
    receiver.answers = [500, 302]

    view = table.say(RULE, webhook_url=f"{receiver.url}/hooks/table?n=1")
    told = settled(table, view)

    assert ("delivered", 3) == (told["state"], told["attempts"])
    assert ["/hooks/table?n=1"] * 3 == [path for path, _, _ in receiver.heard]
    assert 1 == len({headers["webhook-id"] for _, headers, _ in receiver.heard})
    for _, headers, body in receiver.heard:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.digest(SECRET.encode(), signed, "sha256")).decode()
        assert f"v1,{expected}" == headers["webhook-signature"]
    message = json.loads(receiver.heard[-1][2])
    assert "request.completed" == message["type"]
    assert {"request_id": view.public_id, "status": "completed"}.items() <= message["data"].items()
    assert "THAC0" not in receiver.heard[-1][2].decode()

    table.sweeper.sweep()
    assert 3 == len(receiver.heard)


def test_a_failed_end_is_told_too_and_nobody_there_is_given_up_in_the_end_without_telling_the_secret(
    table: LiveTable, valkey_server: EmbeddedValkey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with witnessing(tmp_path, capsys) as witness:
        view = table.say("change Nobody's level to 3", webhook_url="http://127.0.0.1:1/hook")
        told = settled(table, view)

    assert "failed" == view.status
    assert ("given_up", 4) == (told["state"], told["attempts"])
    assert "refused" in told["last_error"].lower()
    with redis.Redis.from_url(valkey_server.database_url(REDIS)) as raw:
        witness.told["redis"] = " ".join(f"{key!r} {raw.dump(key)!r}" for key in raw.scan_iter(count=1_000))
    witness.told["postgres"] = f"{told} {view}"
    assert [] == witness.of(SECRET)
    assert "webhook_not_delivered" in witness.told["printed"]


def test_a_message_that_was_lost_is_sent_again(table: LiveTable, receiver: Receiver) -> None:
    view = table.say(RULE, webhook_url=f"{receiver.url}/hooks")
    with table.database.transaction() as tx:  # as if a worker had claimed it and died
        tx.execute("UPDATE webhooks SET attempts = 1 WHERE request_id = %s", (view.id,))

    assert ("delivered", 2) == (settled(table, view)["state"], state_of(table, view)["attempts"])


@pytest.mark.parametrize("url", ["https://example.org/x", "http://127.0.0.1:2/x", "nowhere"])
def test_an_address_that_is_not_allowed_is_refused_before_anything_is_accepted(table: LiveTable, url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        table.say(RULE, webhook_url=url)

    assert ["options.webhook_url"] == [one.field for one in refused.value.fields]
    with table.database.transaction() as tx:
        counted = tx.execute("SELECT count(*) AS n FROM requests WHERE campaign_id = %s", (table.campaign,)).fetchone()
    assert {"n": 0} == counted


def test_an_address_that_was_taken_off_the_list_hears_nothing_any_more(table: LiveTable, receiver: Receiver) -> None:
    view = table.say(RULE, webhook_url=f"{receiver.url}/hooks")
    with table.database.transaction() as tx:
        delivery = claim_delivery(tx, view.id)
    assert delivery is not None

    with pytest.raises(NotDelivered, match="not allowed any more"):
        Sender(AllowedWebhooks(["https://example.org"]), SECRET).send(delivery)
    assert [] == receiver.heard


def test_a_name_that_leads_into_the_own_network_is_not_followed() -> None:
    name = AllowedWebhooks(["https://localhost:8443"])

    assert socket.gethostbyname("localhost").startswith("127.")
    with pytest.raises(NotDelivered, match="not public"):
        resolve(name.check("https://localhost:8443/hook"))


def test_an_allowed_list_needs_a_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("DMA_HOME", str(tmp_path))
    monkeypatch.setenv("DMA_WEBHOOK_ALLOW", "https://example.org")
    with pytest.raises(ConfigurationError, match="DMA_WEBHOOK_SECRET"):
        load_settings()
    monkeypatch.setenv("DMA_WEBHOOK_ALLOW", "http://example.org")
    with pytest.raises(ConfigurationError, match="DMA_WEBHOOK_ALLOW"):
        load_settings()
