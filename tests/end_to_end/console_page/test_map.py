"""A finished dungeon shows its map: fetched with the token when it comes into view, level by level, with its files."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support.browser import PHONE
from tests.support.console_page import send, signed_in
from tests.support.console_stub import Reply, problem

pytestmark = pytest.mark.chromium

DUNGEON_ID = "dun_" + "c3" * 16
ADDRESS = f"GET /v1/entities/dungeon/{DUNGEON_ID}"
STORED = {
    "id": DUNGEON_ID, "type": "dungeon", "name": "The Silent Delve", "description": "", "state": "draft", "version": 1,
    "attributes": {"levels": 2}, "secret": {"dungeon": {"goal": {"what": "Mother Lode (room 9)"}}},
}  # fmt: skip


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("L", (1200, 600), 200).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def finished(stub):
    stub.answers[ADDRESS] = lambda _: Reply(STORED)
    stub.answers[f"{ADDRESS}/map.png"] = lambda _: Reply(picture(), headers={"Content-Type": "image/png"})
    stub.answers[f"{ADDRESS}/map.uvtt"] = lambda _: Reply({"format": 0.3})
    stub.shows("# The Silent Delve", entities_created=[DUNGEON_ID])
    return stub


def test_map_of_a_finished_dungeon_is_drawn_by_level_and_its_files_are_saved_on_a_phone_by_night(browser, finished):
    finished.answers[f"{ADDRESS}/key.pdf"] = lambda _: problem(404, "Resource not found", "It was deleted.")
    with signed_in(browser, finished, size=PHONE, colors="dark", expected_statuses=[404]) as page:
        send(page, "Create a mine")
        figure = page.locator(".request .map")
        drawn = figure.get_by_role("img")
        expect(drawn).to_have_attribute("aria-label", "Map of The Silent Delve, level 1 of 2, as the Dungeon Master "
                                        "sees it. The key tells every room and its exits in words.")  # fmt: skip
        assert [200, 200, 200] == drawn.evaluate(
            "(canvas) => [...canvas.getContext('2d').getImageData(1199, 599, 1, 1).data].slice(0, 3)"
        )

        figure.get_by_role("button", name="Level 2").focus()
        page.keyboard.press("Enter")
        expect(drawn).to_have_attribute("aria-label", re.compile("level 2 of 2"))
        expect(figure.get_by_role("button", name="Level 2")).to_be_focused()
        expect(figure.get_by_role("button", name="Level 2")).to_have_attribute("aria-pressed", "true")

        with page.expect_download() as saved:
            figure.get_by_role("button", name="Virtual table (.uvtt)").click()
        assert ("map.uvtt", '{"format": 0.3}') == (saved.value.suggested_filename, saved.value.path().read_text())
        figure.get_by_role("button", name="Key (PDF)").click()
        expect(figure.get_by_role("alert")).to_contain_text("It was deleted.")
        finished.answers[f"{ADDRESS}/map.png"] = lambda _: problem(404, "Resource not found", "Changed by hand.")
        figure.get_by_role("button", name="Level 1").click()
        expect(page.locator(".map-sheet")).to_contain_text("Changed by hand.")
        expect(page.locator(".answer")).to_have_text("The Silent Delve")
        assert 0 == page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert 3 == len(finished.made(f"{ADDRESS}/map.png"))


def test_map_is_asked_for_when_it_comes_into_view_and_stands_in_the_details_too(page, finished):
    page.evaluate("document.querySelector('#current').style.marginTop = '4000px'")
    send(page, "Create a mine")
    expect(page.locator(".badge")).to_have_text("Done")
    assert [] == finished.made(f"{ADDRESS}/map.png")

    page.locator(".request .map").scroll_into_view_if_needed()
    expect(page.locator(".request canvas")).to_be_visible()
    page.evaluate(f"location.hash = '#entity/dungeon/{DUNGEON_ID}'")
    expect(page.locator("#panel canvas")).to_be_visible()
    expect(page.locator("#panel")).to_contain_text("Mother Lode (room 9)")
