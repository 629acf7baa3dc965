"""The dashboard at /dashboard/, walked in Chromium against the real API, bus and database."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, expect

import web
from api.app import create_app
from api.deps import AppServices
from core.tokens import TokenSigner
from tests.integration.api.conftest import DEV_TOKEN
from tests.integration.api.test_admin import MAKER, end, kill_next, prompted
from tests.support.asgi_client import AsgiClient
from tests.support.browser import chromium, watched_page
from tests.support.processes import wait_until

pytestmark = pytest.mark.chromium


@pytest.fixture
def address(services: AppServices) -> Iterator[str]:
    """The application, served on a port of its own with the pages that it ships."""
    served = replace(services, web_root=Path(next(iter(web.__path__))))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(served), log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    wait_until(lambda: server.started)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


def sign_in(page: Page, address: str, token: str) -> None:
    page.goto(f"{address}/dashboard")  # leads to the folder
    assert f"{address}/dashboard/" == page.url
    page.fill("#token", token)
    page.press("#token", "Enter")


def count(page: Page, name: str) -> str:
    return f'[data-queue="{MAKER}"] [data-count="{name}"] button'


def test_operator_sees_counts_and_a_failed_message_requeues_it_and_deletes(
    address: str, client: AsgiClient, services: AppServices, signer: TokenSigner
) -> None:
    request_id = prompted(client)
    kill_next(services)
    end(services, request_id)
    for _ in range(2):
        prompted(client)
    consumer = services.broker.consume("scribe", timeout=50)

    with chromium() as browser, watched_page(browser, expected_statuses=(401, 403)) as page:
        player = signer.create_access_token("user:player", frozenset({"prompts"}))
        sign_in(page, address, player)
        expect(page.locator("#sign-in-problem")).to_contain_text("Insufficient permissions")
        expect(page.locator("#console")).to_be_hidden()

        page.on("dialog", lambda dialog: dialog.accept())
        sign_in(page, address, DEV_TOKEN)
        for name, number in {"ready": "2", "in_flight": "0", "delayed": "0", "dead": "1"}.items():
            expect(page.locator(count(page, name))).to_have_text(number)
        expect(page.locator('[data-agent="scribe"]')).to_contain_text(services.broker.session.consumer)

        page.click(count(page, "dead"))
        failed = page.locator("#messages tr")
        expect(failed).to_have_count(1)
        expect(failed).to_contain_text(f"req_{request_id.hex}")
        failed.locator("summary").click()
        expect(page.locator("#messages pre")).to_contain_text("RuntimeError: the forge is cold")
        page.get_by_role("button", name="Requeue").click()
        expect(page.locator("#messages-empty")).to_be_visible()
        expect(page.locator(count(page, "ready"))).to_have_text("3")  # of a request that ended: submitted anew

        page.click(count(page, "ready"))
        expect(failed).to_have_count(3)
        failed.first.get_by_role("button", name="Delete").click()
        expect(failed).to_have_count(2)
        expect(page.locator(count(page, "ready"))).to_have_text("2")

        page.locator(f'[data-queue="{MAKER}"]').get_by_role("button", name="Pause").click()
        expect(page.locator(f'[data-queue="{MAKER}"]')).to_contain_text("(paused)")
        kill_last_letter(page, services)
    consumer.close()
    assert services.broker.queue_stats(MAKER).is_paused
    assert (2, 0) == (services.broker.queue_stats(MAKER).ready, services.broker.queue_stats("scribe").dead)


def kill_last_letter(page: Page, services: AppServices) -> None:
    """A letter that nobody can read is shown like others, and deleted for good."""
    keys = services.broker.layout.of("scribe")
    services.broker.client.execute_command(
        *("XADD", keys.dead_letters, "*", "data", "no message", "reason", "undecodable", "failed_at_ms", "1")
    )
    page.click('[data-queue="scribe"] [data-count="dead"] button')
    expect(page.locator("#messages-title")).to_have_text("scribe: failed")
    expect(page.locator("#messages tr")).to_contain_text("not readable")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#messages-empty")).to_be_visible()
