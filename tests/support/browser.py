"""A real browser for tests: Debian's Chromium, driven by Playwright, on a page that is watched while it is used.

A watched page fails its test when anything is written to the console as an error, a script raises, the content security
policy refuses something, or a request leaves for another host.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LAPTOP = (1280, 800)
PHONE = (390, 844)
WAIT_MS = 30_000

# Chromium says refused scripts and styles in its own words; this says everything that the policy refuses, in one shape.
_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (violation) => {
  console.error(`CSP violation: ${violation.effectiveDirective} ${violation.blockedURI} ${violation.sample}`);
});
"""
_HTTP_STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium with a fresh profile; skips the test where none is installed, and fails in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched_page(
    browser: Browser,
    *,
    expected_statuses: Iterable[int] = (),
    server_may_vanish: bool = False,
    size: tuple[int, int] = LAPTOP,
    colors: Literal["light", "dark"] = "light",
) -> Iterator[Page]:
    """Open an empty page that finds nothing of earlier ones; when the block ends well, fail if it did anything wrong.

    Args:
        browser: From `chromium()`.
        expected_statuses: HTTP errors that the test provokes; Chromium writes each to the console.
        server_may_vanish: Whether the test stops the server, so that requests fail without an answer.
        size: Width and height of the window in CSS pixels.
        colors: What the page is told that its reader prefers.

    Raises:
        AssertionError: Something was written to the console as an error, raised, refused, or sent elsewhere.
    """
    context = next((free for free in browser.contexts if len(free.pages) == 1), None) or _new_context(browser)
    context.set_default_timeout(WAIT_MS)
    watcher = _Watcher(frozenset(expected_statuses), server_may_vanish=server_may_vanish)
    try:
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=colors)
        page.add_init_script(_REPORT_VIOLATIONS)
        watcher.watch(page)
        yield page
    finally:
        _clear(context)
    # Not in the finally: a test that failed for its own reason should say that reason.
    assert watcher.faults == [], watcher.faults


def _new_context(browser: Browser) -> BrowserContext:
    """With a page that nobody uses: a context that is new, or has no page, costs Chromium more than a page does."""
    context = browser.new_context()
    context.new_page()
    return context


def _clear(context: BrowserContext) -> None:
    """Close the pages that were used and forget what they left behind: as good as a new context."""
    context.set_offline(False)
    context.clear_permissions()
    for page in context.pages[1:]:
        commands = context.new_cdp_session(page)
        commands.send("Network.clearBrowserCache")
        if page.url.startswith("http"):
            commands.send("Storage.clearDataForOrigin", {"origin": page.url, "storageTypes": "all"})
        page.close()
    context.clear_cookies()


@dataclass
class _Watcher:
    expected_statuses: frozenset[int]
    server_may_vanish: bool
    faults: list[str] = field(default_factory=list)
    host: str | None = None

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "assert"} and not self._is_expected(message.text):
            self.faults.append(f"console: {message.text}")

    def _is_expected(self, text: str) -> bool:
        status = _HTTP_STATUS.match(text)
        if status:
            return int(status[1]) in self.expected_statuses
        return self.server_may_vanish and "net::ERR_" in text

    def _on_error(self, error: Error) -> None:
        self.faults.append(f"raised: {error}")

    def _on_request(self, request: Request) -> None:
        host = urlsplit(request.url).netloc
        self.host = self.host or host
        if host != self.host:
            self.faults.append(f"left for {request.url}")
