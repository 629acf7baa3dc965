"""The console in a watched browser window, as tests use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.browser import watched_page
from tests.support.console_stub import Stub


@contextmanager
def signed_in(browser: Browser, stub: Stub, **watching: Any) -> Iterator[Page]:
    """Open the console with a login code and wait until it takes prompts; `watching` is for `watched_page`."""
    with watched_page(browser, **watching) as page:
        page.goto(f"{stub.url}#code=once-only")
        expect(page.locator("#prompt")).to_be_focused()
        # The page asks for the status by itself; a test that ends the sign-in is not to meet that call half way.
        expect(page.locator("#status-dot")).not_to_have_attribute("data-state", "unknown")
        yield page


def send(page: Page, prompt: str) -> None:
    """Type a prompt over whatever is in the box and send it."""
    page.fill("#prompt", prompt)
    page.press("#prompt", "Enter")
