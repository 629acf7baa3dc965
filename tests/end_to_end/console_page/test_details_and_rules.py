"""Entities in the details panel, maps, quick rules, the status dot, and windows of several sizes."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support.browser import LAPTOP, PHONE
from tests.support.console_page import send, signed_in
from tests.support.console_stub import BORIN, DUNGEON_ID, NPC_ID, Reply, problem

pytestmark = pytest.mark.chromium


def test_created_entity_is_a_named_link_that_opens_its_stat_block(page, stub):
    stub.answers[f"GET /v1/entities/npc/{NPC_ID}"] = lambda _: Reply(BORIN)
    stub.shows("Here he is.", entities_created=[NPC_ID])
    send(page, "Create a dwarven blacksmith named Borin")
    page.get_by_role("link", name="Borin NPC").click()

    expect(page.locator("#panel-title")).to_have_text("Borin")
    expect(page.locator("#panel-title")).to_be_focused()
    expect(page.locator("#panel .prose strong")).to_have_text("only")
    expect(page.locator(".chip")).to_have_text(["NPC", "Draft"])
    expect(page.locator(".abilities th")).to_have_text(["str", "dex", "con", "int", "wis", "cha"])
    expect(page.locator(".abilities td")).to_have_text(["17", "9", "16", "10", "12", "8"])
    rows = page.locator("#panel .wide > table > tbody > tr > th").all_text_contents()
    assert ["THAC0", "Saves", "Equipment"] == rows


def test_a_room_of_a_dungeon_shows_its_facts_and_not_the_data_of_its_map(page, stub):
    group = {"number": 6, "spoken": "orcs", "armor_class": 6, "hit_dice": "1", "hit_points": [8, 2], "thac0": 19}
    room = {
        "creatures": [{**group, "experience": 90}, "spoilt"], "trap": {"text": "A pit", "effect": "1d6 damage"},
        "details": ["A waxed boot."], "clues": None, "cells": [[1, 2, 3]], "exits": [{"door": "d1"}],
    }  # fmt: skip
    stored = {**BORIN, "type": "location", "name": "2. Watch Ledge", "attributes": {}, "secret": {"room": room}}
    stub.answers[f"GET /v1/entities/location/{NPC_ID}"] = lambda _: Reply(stored)
    page.evaluate(f"location.hash = '#entity/location/{NPC_ID}'")

    panel = page.locator("#panel-body")
    expect(panel).to_contain_text("6 orcs: AC 6, HD 1, hp 8, 2, THAC0 19, XP 90")
    expect(panel).to_contain_text("A pit: 1d6 damage")
    expect(panel).to_contain_text("A waxed boot.")
    expect(panel.locator(".prose strong").nth(1)).to_have_text("Creatures.")
    assert not {"Cells", "Exits", "Clues", "Secret"} & set(panel.locator("th").all_text_contents())


def test_map_is_drawn_when_it_comes_into_view_by_level_and_with_its_files(browser, stub):
    """One walk, on a phone by night."""
    Image.new("L", (1200, 600), 200).save(picture := io.BytesIO(), "PNG")
    route = stub.shows_delve(picture.getvalue())
    stub.answers[f"{route}/map.uvtt"] = lambda _: Reply({"format": 0.3})
    stub.answers[f"{route}/key.pdf"] = lambda _: problem(404, "Resource not found", "It was deleted.")
    with signed_in(browser, stub, size=PHONE, colors="dark", expected_statuses=[404]) as page:
        page.evaluate("document.querySelector('#current').style.marginTop = '4000px'")
        send(page, "Create a mine")
        expect(page.locator(".badge")).to_have_text("Done")
        assert [] == stub.made(f"{route}/map.png")

        figure = page.locator(".request .map")
        figure.scroll_into_view_if_needed()
        drawn = figure.get_by_role("img")
        expect(drawn).to_have_attribute(
            "aria-label", re.compile("Map of The Silent Delve, level 1 of 2, as the Dungeon")
        )
        pixel = "(canvas) => [...canvas.getContext('2d').getImageData(1199, 599, 1, 1).data]"
        assert [200, 200, 200, 255] == drawn.evaluate(pixel)
        figure.get_by_role("button", name="Level 2").focus()
        page.keyboard.press("Enter")
        expect(drawn).to_have_attribute("aria-label", re.compile("level 2 of 2"))
        expect(figure.get_by_role("button", name="Level 2", pressed=True)).to_be_focused()

        with page.expect_download() as saved:
            figure.get_by_role("button", name="Virtual table (.uvtt)").click()
        assert ("map.uvtt", '{"format": 0.3}') == (saved.value.suggested_filename, saved.value.path().read_text())
        figure.get_by_role("button", name="Key (PDF)").click()
        expect(figure.get_by_role("alert")).to_contain_text("It was deleted.")
        stub.answers[f"{route}/map.png"] = lambda _: problem(404, "Resource not found", "Changed by hand.")
        figure.get_by_role("button", name="Level 1").click()
        expect(figure.locator(".map-sheet")).to_contain_text("Changed by hand.")

        page.evaluate(f"location.hash = '#entity/dungeon/{DUNGEON_ID}'")
        expect(page.locator("#panel .map-sheet")).to_contain_text("Changed by hand.")
        expect(page.locator("#panel")).to_contain_text("Mother Lode (room 9)")
        assert 0 == page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert 4 == len(stub.made(f"{route}/map.png"))


def test_details_survive_a_reload_and_escape_goes_back_to_the_link(page, stub):
    stub.answers[f"GET /v1/entities/npc/{NPC_ID}"] = lambda _: Reply(BORIN)
    page.evaluate(f"location.hash = '#entity/npc/{NPC_ID}'")
    expect(page.locator("#panel-title")).to_have_text("Borin")
    page.reload()
    expect(page.locator("#panel-title")).to_have_text("Borin")

    stub.shows("Here he is.", entities_created=[NPC_ID])
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert stub.url == page.url
    send(page, "Again")
    page.get_by_role("link", name="Borin NPC").click()
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Borin NPC")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_have_text("Borin")


def test_details_of_a_deleted_entity_say_so(browser, stub):
    stub.answers["GET /v1/entities/.*"] = lambda _: problem(404, "Resource not found", "It was deleted.")
    with signed_in(browser, stub, expected_statuses=[404]) as page:
        page.evaluate(f"location.hash = '#entity/npc/{NPC_ID}'")

        expect(page.locator("#panel-body")).to_contain_text("It was deleted.")


@pytest.mark.parametrize("fragment", ["#entity/npc/../../auth", "#entity/secret/npc_" + "0" * 32, "#entity/npc/npc_1"])
def test_address_that_names_no_entity_asks_the_server_for_nothing(page, stub, fragment):
    page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
    send(page, "Anything")
    expect(page.locator(".answer")).to_have_text("Done.")

    expect(page.locator("#panel")).to_be_hidden()
    assert [] == [call.path for call in stub.calls if "entities" in call.path]


def test_quick_rules_show_the_number_how_it_comes_about_and_the_table(page, stub):
    stub.answers["POST /v1/rules/ask"] = lambda _: Reply(
        {
            "answer": "**15**",
            "values": {"final_thac0": 15},
            "breakdown": [
                {"label": "Base THAC0", "value": 16, "source": "PHB, Table 53"},
                {"label": "strength_bonus", "value": "+1", "source": "PHB, Table 1"},
            ],
            "assumptions": ["Armed with a melee weapon."],
            "warnings": [],
            "source": ["PHB, Table 53", "PHB, Table 1"],
            "confidence": 0.3,
        }
    )
    page.fill("#rules-question", "thac0 of a fighter 5, str 18")
    page.press("#rules-question", "Enter")

    answer = page.locator("#rules-answer")
    expect(answer.locator(".verdict strong")).to_have_text("15")
    expect(answer.locator(".unsure")).to_be_visible()
    expect(answer.locator("tr")).to_have_text(["Base THAC016", "Strength bonus+1"])
    expect(answer.locator(".caveats li")).to_have_text(["Armed with a melee weapon."])
    expect(answer.locator(".source")).to_have_text("Source: PHB, Table 53; PHB, Table 1")
    assert [{"question": "thac0 of a fighter 5, str 18"}] == [call.body for call in stub.made("POST /v1/rules/ask")]
    page.keyboard.press("Escape")
    expect(answer).to_be_empty()


def test_dot_shows_what_is_degraded(browser, stub):
    parts = {"postgres": {"status": "ok"}, "world_designer": {"status": "down", "reason": "no worker is alive"}}
    stub.answers["GET /v1/status"] = lambda _: Reply({"status": "degraded", "parts": parts})
    with signed_in(browser, stub) as page:
        expect(page.locator("#status-word")).to_have_text("Degraded")
        page.click("#status summary")

        expect(page.locator("#status-parts tr")).to_have_text(
            ["Postgres ok", "World designer down: no worker is alive"]
        )


@pytest.mark.parametrize("size", [LAPTOP, PHONE, (320, 568)], ids=["laptop", "phone", "small phone"])
def test_nothing_makes_the_page_scroll_sideways(browser, stub, size):
    stub.answers["GET /v1/entities/.*"] = lambda _: Reply(BORIN)
    wide = "|".join(f" column {number} " for number in range(30))
    divider = "|".join("---" for _ in range(30))
    content = f"{'unbroken' * 40}\n\n|{wide}|\n|{divider}|\n\n```\n{'code ' * 80}\n```"
    stub.shows(content, entities_created=[NPC_ID])
    with signed_in(browser, stub, size=size) as page:
        send(page, "x" * 300)
        page.locator("a.entity").click()
        expect(page.locator("#panel-title")).to_have_text("Borin")

        assert 0 == page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_panel_over_a_phones_page_closes_on_a_tap_beside_it(browser, stub):
    stub.answers["GET /v1/entities/.*"] = lambda _: Reply(BORIN)
    with signed_in(browser, stub, size=PHONE) as page:
        page.evaluate(f"location.hash = '#entity/npc/{NPC_ID}'")
        expect(page.locator("#panel-title")).to_have_text("Borin")
        page.mouse.click(200, 20)

        expect(page.locator("#panel")).to_be_hidden()
