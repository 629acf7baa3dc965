"""What a person at the terminal reads once everything is up: where the console is, and how to send a first prompt."""

import asyncio
from typing import Final

from starlette.concurrency import run_in_threadpool

from api.auth import DEV_PRINCIPAL
from api.deps import AppServices
from api.health import read_status
from api.start_checks import warn_of_faults
from core.errors import DmaError
from core.settings import DEFAULT_CAMPAIGN_ID
from store.auth_tokens import create_login_code
from telemetry.logs import get_logger

log = get_logger(__name__)

POLL_SECONDS: Final = 0.25
PATIENCE_SECONDS: Final = 20.0


async def announce_when_ready(services: AppServices, address: str, *, is_restart: bool) -> None:
    """Wait until every part answers, then print one text; a restarted process says one line only.

    Args:
        services: The running application's collaborators.
        address: `http://host:port`, as a browser on this machine reaches it.
        is_restart: Whether the people at the terminal have read the whole text before.
    """
    await _wait_until_ok(services)
    if not services.settings.is_local or is_restart:
        log.info("ready", address=address)
        return
    await run_in_threadpool(warn_of_faults, services.settings, services.database, services.broker, services.clock)
    code = await run_in_threadpool(_login_code, services)
    print(ready_text(services, address, code), flush=True)  # noqa: T201 - it speaks to the person at the terminal


def ready_text(services: AppServices, address: str, login_code: str) -> str:
    """The text itself; the code stands in the fragment, which a browser sends to no server."""
    token = services.settings.home / "dev_token"
    return f"""
DMA is ready.

  Console   {address}/#code={login_code}
            (the code signs you in once, within 10 minutes; restart for another)
  API       {address}/docs

Send a first prompt, then poll the answer's poll_url the same way:

  curl -s {address}/v1/prompts \\
    -H "Authorization: Bearer $(cat {token})" -H "Content-Type: application/json" \\
    -d '{{"prompt": "Create a dwarf blacksmith", "context": {{"campaign_id": "{DEFAULT_CAMPAIGN_ID}"}}}}'
"""


async def _wait_until_ok(services: AppServices) -> None:
    started = services.clock.monotonic()
    is_told = False
    while (status := await read_status(services))["status"] != "ok":
        if not is_told and services.clock.monotonic() - started > PATIENCE_SECONDS:
            is_told = True
            missing = [name for name, part in status["parts"].items() if part["status"] != "ok"]
            log.warning("still_waiting", parts=", ".join(missing))
        await asyncio.sleep(POLL_SECONDS)


def _login_code(services: AppServices) -> str:
    try:
        with services.database.transaction() as tx:
            return create_login_code(tx, DEV_PRINCIPAL)
    except DmaError as error:  # it went away between two moments; the dev token still signs in
        log.warning("login_code_not_made", error_message=str(error))
        return ""
