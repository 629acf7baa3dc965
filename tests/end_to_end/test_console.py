"""The console against the real processes: a Dungeon Master's first minutes, in Chromium (R20-R24, R26, R39)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PHONE, chromium, watched_page
from tests.support.console_page import send
from tests.support.installation import Installation

pytestmark = pytest.mark.chromium

THAC0_QUESTION = "What is the THAC0 of a 5th level fighter with strength 18?"
ANSWER_WITHIN_MS = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Not for longer than a module: Playwright keeps an event loop running in this thread."""
    with chromium() as started:
        yield started


def open_with_token(page: Page, dma: Installation) -> None:
    page.goto(dma.base_url)
    page.fill("#token", dma.dev_token)
    page.press("#token", "Enter")
    expect(page.locator("#prompt")).to_be_focused()


def expect_done(page: Page) -> None:
    expect(page.locator(".badge")).to_have_text("Done", timeout=ANSWER_WITHIN_MS)


def test_link_of_the_terminal_leads_to_answers_people_and_a_page_that_survives_a_reload(browser, running_dma):
    """One walk in one test: the code in the link works only once."""
    with watched_page(browser) as page:
        page.goto(running_dma.console_url)
        expect(page.locator("#prompt")).to_be_focused()
        assert f"{running_dma.base_url}/" == page.url
        expect(page.locator("#status-word")).to_have_text("Ready")

        send(page, THAC0_QUESTION)
        expect_done(page)
        expect(page.locator(".plan li")).to_have_attribute("data-state", "done")
        expect(page.locator(".plan .agent")).to_have_text("System Mastery")
        expect(page.locator(".answer")).to_contain_text(re.compile(r"\b15\b"))
        expect(page.locator(".request")).to_contain_text(re.compile(r"\btable \d+", re.IGNORECASE))

        send(page, "Create a dwarven blacksmith named Borin")
        expect_done(page)
        expect(page.locator(".plan .agent")).to_have_text(["World Designer", "Scribe"])
        borin = page.locator("a.entity", has_text="Borin")
        borin.click()
        expect(page.locator("#panel-title")).to_contain_text("Borin")
        expect(page.locator("#panel .stat-block").first).to_contain_text("THAC0")

        page.reload()
        expect(page.locator("#panel-title")).to_contain_text("Borin")
        page.keyboard.press("Escape")
        send(page, THAC0_QUESTION)
        expect_done(page)


def test_quick_rules_answer_with_the_table(browser, running_dma):
    with watched_page(browser, expected_statuses=[401]) as page:
        open_with_token(page, running_dma)
        page.fill("#rules-question", THAC0_QUESTION)
        page.press("#rules-question", "Enter")

        expect(page.locator("#rules-answer .verdict")).to_contain_text(re.compile(r"\b15\b"))
        expect(page.locator("#rules-answer .source")).to_contain_text(re.compile(r"\btable \d+", re.IGNORECASE))


def test_each_example_of_the_page_ends_well_on_a_phone(browser, running_dma):
    with watched_page(browser, expected_statuses=[401], size=PHONE) as page:
        for number in range(3):
            open_with_token(page, running_dma)
            page.locator(".example").nth(number).click()
            expect_done(page)
            expect(page.locator(".answer")).not_to_be_empty()


def test_signing_out_ends_the_session_on_the_server_too(browser, running_dma):
    with watched_page(browser, expected_statuses=[401]) as page:
        open_with_token(page, running_dma)
        page.click("#sign-out")
        expect(page.locator("#token")).to_be_focused()
        page.reload()

        expect(page.locator("#token")).to_be_focused()


def test_page_is_sent_with_the_headers_that_protect_it(browser, running_dma):
    with watched_page(browser, expected_statuses=[401]) as page:
        answer = page.goto(running_dma.base_url)
        expect(page.locator("#token")).to_be_focused()

        assert answer is not None
        headers = answer.headers
        assert (
            "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'"
            == (headers["content-security-policy"])
        )
        assert ("nosniff", "no-referrer") == (headers["x-content-type-options"], headers["referrer-policy"])
