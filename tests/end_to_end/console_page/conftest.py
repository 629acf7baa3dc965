"""A console in Chromium, served by a stub that speaks the API's shapes: for the page's own logic.

The page against the real processes is in ../test_console.py.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import chromium
from tests.support.console_page import signed_in
from tests.support.console_stub import Stub, running_stub


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Not for longer than a module: Playwright keeps an event loop running in this thread."""
    with chromium() as started:
        yield started


@pytest.fixture
def stub() -> Iterator[Stub]:
    with running_stub() as started:
        yield started


@pytest.fixture
def page(browser: Browser, stub: Stub) -> Iterator[Page]:
    """The console, signed in, in a window where nothing may go wrong."""
    with signed_in(browser, stub) as opened:
        yield opened
