"""The prompt box, the keys, the examples, the campaign picker."""

import pytest
from playwright.sync_api import expect

from tests.support.console_page import send, signed_in
from tests.support.console_stub import CAMPAIGN, Reply
from tests.support.installation import wait_until

pytestmark = pytest.mark.chromium


def test_enter_and_control_enter_send_and_shift_enter_starts_a_line(page, stub):
    page.keyboard.type("First line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_have_text("Done.")
    page.keyboard.type("And this")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#history .past")).to_have_count(2)
    wait_until(lambda: len(stub.made("POST /v1/prompts")) == 2, 30)  # the history is there before the call

    bodies = [call.body for call in stub.made("POST /v1/prompts")]
    context = {"campaign_id": CAMPAIGN}
    assert {"prompt": "First line\nsecond line", "context": context} == bodies[0]
    assert {"prompt": "And this", "context": context} == bodies[1]
    expect(page.locator("#prompt")).to_have_value("")
    expect(page.locator("#prompt")).to_be_focused()


def test_escape_clears_and_a_blank_prompt_is_not_sent(page, stub):
    page.keyboard.type("Never mind")
    page.keyboard.press("Escape")
    expect(page.locator("#prompt")).to_have_value("")
    page.keyboard.type("   ")
    page.keyboard.press("Enter")

    expect(page.locator("#history .past")).to_have_count(0)
    assert [] == stub.made("POST /v1/prompts")


def test_slash_and_question_mark_lead_to_the_prompt_and_to_quick_rules(page):
    page.focus("#sign-out")
    page.keyboard.press("?")
    expect(page.locator("#rules-question")).to_be_focused()
    page.focus("#sign-out")
    page.keyboard.press("/")

    expect(page.locator("#prompt")).to_be_focused()
    expect(page.locator("#prompt")).to_have_value("")


def test_each_of_the_examples_sends_itself(page, stub):
    examples = page.locator(".example")
    expect(examples).to_have_count(7)
    for number in range(7):
        examples.nth(number).click()
        expect(page.locator("#history .past")).to_have_count(number + 1)

    expect(page.locator(".answer")).to_have_text("Done.")
    sent = [call.body["prompt"] for call in stub.made("POST /v1/prompts")]
    assert sorted(examples.all_text_contents()) == sorted(sent)  # two that are under way may overtake each other


def test_campaign_chosen_takes_the_prompts_and_survives_a_reload(browser, stub):
    other = "00000000-0000-4000-8000-0000000000aa"
    items = [{"id": CAMPAIGN, "name": "The first campaign"}, {"id": other, "name": "The other one"}]
    stub.answers["GET /v1/campaigns"] = lambda _: Reply({"items": items})
    with signed_in(browser, stub) as page:
        page.select_option("#campaign", label="The other one")
        page.reload()
        expect(page.locator("#prompt")).to_be_focused()
        expect(page.locator("#campaign")).to_have_value(other)

        send(page, "Where are we?")

        expect(page.locator(".answer")).to_have_text("Done.")
        assert other == stub.made("POST /v1/prompts")[0].body["context"]["campaign_id"]
