"""What every classifier has in common: how prompts are read, remembered, and held to be sure (R9, C27)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.intents import Intent
from orchestrator.classify import CACHED, CACHED_SECONDS, CachedClassifier, Classified, mend_order, normalise, ranked
from tests.support.clock import FakeClock


class Counting:
    """Counts how often it was asked."""

    version = "counting/1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def classify(self, prompt: str) -> Classified:
        self.asked.append(prompt)
        return Classified(Intent.OTHER, 0.5)


def test_case_spaces_and_a_full_stop_make_no_other_prompt(clock: FakeClock) -> None:
    behind = Counting()
    cached = CachedClassifier(behind, clock)

    for spelling in ("Describe the old tower", "  describe   THE old tower ", "Describe the old tower."):
        cached.classify(spelling)

    assert ["describe the old tower"] == behind.asked


def test_a_prompt_is_asked_again_after_an_hour(clock: FakeClock) -> None:
    behind = Counting()
    cached = CachedClassifier(behind, clock)
    cached.classify("a")

    clock.advance(seconds=CACHED_SECONDS - 1)
    cached.classify("a")
    assert 1 == len(behind.asked)
    clock.advance(seconds=2)
    cached.classify("a")
    assert 2 == len(behind.asked)


def test_a_thousand_prompts_are_remembered_and_the_least_used_makes_room(clock: FakeClock) -> None:
    behind = Counting()
    cached = CachedClassifier(behind, clock)
    for number in range(CACHED + 1):
        cached.classify(f"prompt {number}")

    cached.classify(f"prompt {CACHED}")
    assert CACHED + 1 == len(behind.asked)
    cached.classify("prompt 0")
    assert CACHED + 2 == len(behind.asked)


def test_another_model_answers_for_itself(clock: FakeClock) -> None:
    behind = Counting()
    cached = CachedClassifier(behind, clock)
    cached.classify("a")
    behind.version = "counting/2"
    cached.classify("a")

    assert ["a", "a"] == behind.asked


def test_many_threads_get_the_same_answer(clock: FakeClock) -> None:
    cached = CachedClassifier(Counting(), clock)
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda number: cached.classify(f"prompt {number % 5}").intent, range(200)))

    assert {Intent.OTHER} == answers


@pytest.mark.parametrize(
    "prompt", ["loc_0190aa22", "show me npc_018f6a2b7c9d70008000000000000001", "Open itm_0190aabb."]
)
def test_a_bare_id_is_looked_up_without_a_model(prompt: str, clock: FakeClock) -> None:
    behind = Counting()

    assert Intent.RETRIEVE_ENTITY is CachedClassifier(behind, clock).classify(prompt).intent
    assert [] == behind.asked


@pytest.mark.parametrize("prompt", ["2d6", "roll 3d6+2", "1d20 - 1"])
def test_bare_dice_are_rolled_without_a_model(prompt: str, clock: FakeClock) -> None:
    assert Intent.COMBAT_CALCULATION is CachedClassifier(Counting(), clock).classify(prompt).intent


def test_one_who_only_asks_needs_less_certainty_than_one_who_writes() -> None:
    asks = ranked({Intent.RULES_LOOKUP: 0.5, Intent.OTHER: 0.5}, sure=0.6)
    writes = ranked({Intent.STORE_ENTITY: 0.5, Intent.OTHER: 0.5}, sure=0.6)

    assert (True, False) == (asks.is_sure, writes.is_sure)
    assert ["store_entity", "other"] == writes.readings


@pytest.mark.parametrize(
    ("prompt", "mended"),
    [
        ("discribe the hall", "describe the hall"),
        ("crater lake", "crater lake"),
        ("please creat a dwarf", "please create a dwarf"),
    ],
)
def test_a_nearly_right_order_is_mended(prompt: str, mended: str) -> None:
    assert mended == mend_order(prompt)


@pytest.mark.parametrize("text", [".", "", "\u00c9", "E\u0301", "a\u2019b", "The door opens and..."])
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(text) == normalise(normalise(text))
