"""Signing in and out: the one-time code, the cookie, the token form, and tokens that end."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import watched_page
from tests.support.console_page import send, signed_in
from tests.support.console_stub import problem

pytestmark = pytest.mark.chromium


def test_code_in_the_address_is_exchanged_and_leaves_the_address_at_once(page, stub):
    assert stub.url == page.url
    assert [{"login_code": "once-only"}] == [call.body for call in stub.made("POST /v1/auth/token")]
    assert stub.made("GET /v1/campaigns")[-1].token.startswith("token-")


def test_reload_signs_in_with_the_cookie_and_the_header_of_the_console(page, stub):
    page.reload()

    expect(page.locator("#prompt")).to_be_focused()
    assert ["1"] == [call.headers["x-dma-console"] for call in stub.made("POST /v1/auth/refresh")]


def test_token_is_in_no_storage_and_no_readable_cookie(page):
    stored = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")

    assert [0, 0, ""] == stored


def test_used_up_code_asks_for_a_sign_in_and_says_why(browser, stub):
    with watched_page(browser, expected_statuses=[401]) as page:
        page.goto(f"{stub.url}#code=used-before")

        expect(page.locator("#sign-in-reason")).to_contain_text("has been used or is too old")
        expect(page.locator("#token")).to_be_focused()
        assert stub.url == page.url


def test_code_pasted_over_the_open_page_signs_in(browser, stub):
    with watched_page(browser, expected_statuses=[401]) as page:
        page.goto(stub.url)
        expect(page.locator("#token")).to_be_focused()

        page.evaluate("location.hash = '#code=once-only'")

        expect(page.locator("#prompt")).to_be_focused()
        assert stub.url == page.url


def test_form_refuses_a_wrong_token_and_takes_a_right_one_into_memory_only(browser, stub):
    with watched_page(browser, expected_statuses=[401]) as page:
        page.goto(stub.url)
        page.fill("#token", "wrong-token")
        page.press("#token", "Enter")
        expect(page.locator("#sign-in-problem")).to_contain_text("Authentication required")

        page.fill("#token", "pasted-token")
        page.press("#token", "Enter")
        expect(page.locator("#prompt")).to_be_focused()
        assert "pasted-token" == stub.made("GET /v1/campaigns")[-1].token

        page.reload()
        expect(page.locator("#token")).to_be_focused()
        expect(page.locator("#token")).to_have_value("")


def test_installation_without_authentication_needs_no_sign_in(browser, stub):
    stub.tokens.add("")
    with watched_page(browser, expected_statuses=[401]) as page:
        page.goto(stub.url)

        expect(page.locator("#prompt")).to_be_focused()


def test_signing_out_revokes_the_cookie_and_forgets_the_history(browser, stub):
    with signed_in(browser, stub, expected_statuses=[401]) as page:
        send(page, "Something secret")
        expect(page.locator(".answer")).to_have_text("Done.")

        page.click("#sign-out")

        expect(page.locator("#sign-in-reason")).to_have_text("You are signed out.")
        assert 0 == page.get_by_text("Something secret").count()
        assert ["1"] == [call.headers["x-dma-console"] for call in stub.made("POST /v1/auth/revoke")]
        page.reload()
        expect(page.locator("#token")).to_be_focused()


def test_signing_out_with_a_token_that_ran_out_revokes_the_cookie_all_the_same(browser, stub):
    with signed_in(browser, stub, expected_statuses=[401]) as page:
        stub.tokens.clear()
        page.click("#sign-out")
        expect(page.locator("#token")).to_be_focused()

        assert stub.cookie is None


def test_server_in_trouble_while_opening_is_tried_again_on_a_click(browser, stub):
    refresh = stub.answers["POST /v1/auth/refresh"]
    stub.cookie = None
    stub.answers["POST /v1/auth/refresh"] = lambda _: problem(503, "Service temporarily unavailable")
    with watched_page(browser, expected_statuses=[401, 503]) as page:
        page.goto(stub.url)
        expect(page.locator("#starting")).to_contain_text("Service temporarily unavailable")

        stub.answers["POST /v1/auth/refresh"] = refresh
        page.click("#starting .retry")

        expect(page.locator("#token")).to_be_focused()


def test_401_renews_the_token_once_and_repeats_the_call_under_the_same_key(browser, stub):
    with signed_in(browser, stub, expected_statuses=[401]) as page:
        stub.tokens.clear()

        send(page, "Still there?")

        expect(page.locator(".answer")).to_have_text("Done.")
        keys = [call.headers["idempotency-key"] for call in stub.made("POST /v1/prompts")]
        assert (2, 1) == (len(keys), len(set(keys)))
        assert 1 == len(stub.made("POST /v1/auth/refresh"))


def test_token_is_renewed_before_it_expires(browser, stub):
    stub.expires_in = 1
    with signed_in(browser, stub) as page:
        stub.expires_in = 3600
        page.wait_for_event("response", lambda response: response.url.endswith("/v1/auth/refresh"), timeout=5_000)

        send(page, "Still there?")
        expect(page.locator(".answer")).to_have_text("Done.")
        assert stub.made("POST /v1/prompts")[0].token != stub.made("GET /v1/campaigns")[0].token


def test_sign_in_that_ends_meanwhile_keeps_the_prompt_and_goes_on_after_the_next(browser, stub):
    with signed_in(browser, stub, expected_statuses=[401]) as page:
        stub.tokens.clear()
        stub.cookie = None
        send(page, "Kept")
        expect(page.locator("#sign-in-reason")).to_contain_text("Your sign-in has ended")

        stub.tokens.add("pasted-token")
        page.fill("#token", "pasted-token")
        page.press("#token", "Enter")

        expect(page.locator(".request h2")).to_have_text("Kept")
        expect(page.locator(".answer")).to_have_text("Done.")
