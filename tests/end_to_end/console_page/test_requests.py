"""A request on its way: the plan, the polls, the answer, and everything that can go wrong meanwhile."""

import itertools
import time

import pytest
from playwright.sync_api import expect

from tests.support.console_page import send, signed_in
from tests.support.console_stub import REQUEST_ID, Reply, problem, view

pytestmark = pytest.mark.chromium


def test_plan_is_shown_as_it_proceeds_and_then_the_answer(page, stub):
    route = "GET /v1/prompts/[^/]+"
    stub.answers[route] = lambda _: Reply(view("processing", "running", "waiting"))
    send(page, "Create a dwarven blacksmith named Borin")
    steps = page.locator(".plan li")
    expect(steps).to_have_text(
        ["World DesignerMake the personrunning", "ScribeRemember what was madewaiting"], use_inner_text=False
    )
    expect(page.locator(".badge")).to_have_text("Working")

    stub.answers[route] = lambda _: Reply(view("processing", "done", "running"))
    expect(steps.nth(0)).to_have_attribute("data-state", "done")
    expect(steps.nth(1)).to_have_attribute("data-state", "running")

    stub.shows("**Borin** is here.", source=["Player's Handbook, Table 53"])
    expect(page.locator(".answer strong")).to_have_text("Borin")
    expect(page.locator(".badge")).to_have_text("Done")
    expect(page.locator(".source")).to_have_text("Source: Player's Handbook, Table 53")
    expect(page.locator(".took")).to_contain_text("s")
    expect(page.locator(".request-id")).to_have_text(REQUEST_ID)


def test_polling_is_quick_at_first_sends_the_etag_and_takes_304_for_no_news(page, stub):
    polls: list[tuple[float, str | None]] = []

    def answer(call):
        polls.append((time.monotonic(), call.headers.get("if-none-match")))
        if len(polls) == 1:
            return Reply(view("processing", "running"), headers={"ETag": '"one"', "Retry-After": "5"})
        if len(polls) < 5:
            return Reply(status=304, headers={"ETag": '"one"', "Retry-After": "5"})
        return Reply(view("completed", "done", content="At last."))

    stub.answers["GET /v1/prompts/[^/]+"] = answer
    send(page, "Slow")
    expect(page.locator(".answer")).to_have_text("At last.")

    assert [None, '"one"', '"one"', '"one"', '"one"'] == [etag for _, etag in polls]
    gaps = [later - earlier for (earlier, _), (later, _) in itertools.pairwise(polls)]
    assert [] == [gap for gap, least in zip(gaps, (0.15, 0.21, 0.29, 0.41), strict=True) if not least <= gap < 4]


def test_waits_grow_and_heed_retry_after_once_the_answer_is_slow(page):
    delays = page.evaluate("import('/js/poll.js').then(({pollDelay}) => [0, 1, 5, 6, 30].map((n) => pollDelay(n, 1)))")
    asked = page.evaluate("import('/js/poll.js').then(({pollDelay}) => [5, 6].map((n) => pollDelay(n, 9)))")

    assert [150, 210, 807, 1129, 2000] == [round(delay) for delay in delays]
    assert [807, 9000] == [round(delay) for delay in asked]


def test_refused_prompt_shows_every_field_message_and_can_be_edited(browser, stub):
    errors = [{"field": "prompt", "message": "Must not be blank"}, {"field": "context", "message": "Is missing"}]
    stub.answers["POST /v1/prompts"] = lambda _: problem(400, "Validation Error", "It does not fit.", errors=errors)
    with signed_in(browser, stub, expected_statuses=[400]) as page:
        send(page, "Bad one")
        expect(page.locator(".problem-title")).to_have_text("Validation Error")
        expect(page.locator(".problem p").nth(1)).to_have_text("It does not fit.")
        expect(page.locator(".problem li")).to_have_text(["prompt: Must not be blank", "context: Is missing"])
        expect(page.locator(".badge")).to_have_text("Not sent")

        page.get_by_role("button", name="Edit the prompt").click()
        expect(page.locator("#prompt")).to_have_value("Bad one")


def test_busy_server_offers_to_try_again_and_the_second_try_has_the_same_key(browser, stub):
    accept = stub.answers["POST /v1/prompts"]
    stub.answers["POST /v1/prompts"] = lambda _: problem(503, "Service temporarily unavailable")
    with signed_in(browser, stub, expected_statuses=[503]) as page:
        send(page, "Patience")
        expect(page.locator(".problem-title")).to_have_text("Service temporarily unavailable")
        stub.answers["POST /v1/prompts"] = accept
        page.click(".retry")

        expect(page.locator(".answer")).to_have_text("Done.")
        keys = [call.headers["idempotency-key"] for call in stub.made("POST /v1/prompts")]
        assert (2, 1) == (len(keys), len(set(keys)))


def test_trouble_while_polling_passes_without_sending_the_prompt_again(browser, stub):
    route = "GET /v1/prompts/[^/]+"
    stub.answers[route] = lambda _: problem(503, "Service temporarily unavailable")
    with signed_in(browser, stub, expected_statuses=[503]) as page:
        send(page, "Patience")
        expect(page.locator(".notice")).to_have_text("Service temporarily unavailable; trying again …")
        stub.shows("There it is.")

        expect(page.locator(".answer")).to_have_text("There it is.")
        expect(page.locator(".notice")).to_be_empty()
        assert 1 == len(stub.made("POST /v1/prompts"))


def test_lost_connection_is_said_and_mended(browser, stub):
    with signed_in(browser, stub, server_may_vanish=True) as page:
        page.context.set_offline(True)
        send(page, "Anyone?")
        expect(page.locator(".problem-title")).to_have_text("DMA cannot be reached")
        page.context.set_offline(False)
        page.click(".retry")

        expect(page.locator(".answer")).to_have_text("Done.")


def test_failed_request_says_why_and_sending_again_makes_a_new_request(page, stub):
    error = {"title": "Request timeout", "detail": "It ran past its deadline.", "status": 504, "error_type": "timeout"}
    stub.answers["GET /v1/prompts/[^/]+"] = lambda _: Reply(view("failed", "failed", error=error))
    send(page, "Too much")
    expect(page.locator(".badge")).to_have_text("Failed")
    expect(page.locator(".problem-title")).to_have_text("Request timeout")
    expect(page.locator(".plan li")).to_have_attribute("data-state", "failed")
    stub.shows("Now it works.")
    page.get_by_role("button", name="Send again").click()

    expect(page.locator(".answer")).to_have_text("Now it works.")
    assert 2 == len({call.headers["idempotency-key"] for call in stub.made("POST /v1/prompts")})


def test_cancelled_request_is_shown_as_such(page, stub):
    stub.answers["GET /v1/prompts/[^/]+"] = lambda _: Reply(view("cancelled", "cancelled"))
    send(page, "Never mind")

    expect(page.locator(".badge")).to_have_text("Cancelled")
    expect(page.locator(".problem-title")).to_have_text("This request was cancelled")
    expect(page.locator(".plan li")).to_have_attribute("data-state", "cancelled")


def test_request_id_is_copied(browser, stub):
    with signed_in(browser, stub) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stub.url)
        send(page, "Anything")
        page.get_by_role("button", name="Copy the request id").click()

        expect(page.get_by_role("button", name="Copy the request id")).to_have_text("Copied")
        assert REQUEST_ID == page.evaluate("navigator.clipboard.readText()")


def test_earlier_prompts_can_be_gone_back_to(page, stub):
    stub.shows("The first answer.")
    send(page, "One")
    expect(page.locator(".answer")).to_have_text("The first answer.")
    stub.shows("The second answer.")
    send(page, "Two")
    expect(page.locator(".answer")).to_have_text("The second answer.")
    expect(page.locator("#history .past")).to_have_text(["Two", "One"])

    page.get_by_role("button", name="One", exact=True).click()

    expect(page.locator(".answer")).to_have_text("The first answer.")
    expect(page.locator("#history [aria-current]")).to_have_text("One")


def test_answer_is_announced_to_screen_readers(page):
    send(page, "Anything")

    expect(page.locator("[aria-live=polite]", has_text="Done.").first).to_have_class("prose answer")
    expect(page.locator("[role=status]")).to_have_text("Done")
