"""Training: the same prompts give the same head, and the solver finds what is least."""

import numpy as np
import pytest

from contracts.intents import Intent
from orchestrator.intents import train
from orchestrator.intents.head import Head, load_head
from orchestrator.intents.reading import features, known_words, split
from orchestrator.intents.regression import Sparse, fit, minimise
from store.embedding import Embedder


@pytest.fixture(scope="module")
def few() -> dict[str, list[str]]:
    """Five prompts of each intent."""
    return {intent: lines[:5] for intent, lines in train.read_prompts().items()}


@pytest.fixture(scope="module")
def trained(few, embedder: Embedder) -> tuple[Head, bytes]:
    return train.train(few, embedder)


def test_the_same_prompts_give_the_same_bytes(few, trained, embedder: Embedder) -> None:
    assert trained[1] == train.train(few, embedder)[1]


def test_a_head_is_read_as_it_was_written(trained, embedder: Embedder, tmp_path) -> None:
    head, file = trained
    (tmp_path / "head.npz").write_bytes(file)

    read = load_head(tmp_path / "head.npz")
    [vector] = embedder.embed(["make me a guard"])
    assert head.facts == read.facts
    assert head.weigh("make me a guard", vector) == read.weigh("make me a guard", vector)


def test_what_was_learned_is_known(few, trained, embedder: Embedder) -> None:
    head, _ = trained
    learned = [(line, intent) for intent, lines in few.items() for line in lines]
    vectors = embedder.embed([line for line, _ in learned])
    right = sum(
        next(iter(head.weigh(line, vector))) == intent for (line, intent), vector in zip(learned, vectors, strict=True)
    )

    assert right / len(learned) > 0.95


def test_the_digest_changes_with_a_prompt(few) -> None:
    changed = few | {Intent.OTHER.value: [*few[Intent.OTHER.value], "one more"]}

    assert train.digest_of(few) != train.digest_of(changed)


def test_the_solver_finds_the_bottom_of_a_bowl() -> None:
    bottom, steepness = np.array([3.0, -1.0, 0.5]), np.array([1.0, 50.0, 1000.0])

    found = minimise(
        lambda point: (float(steepness @ (point - bottom) ** 2), 2 * steepness * (point - bottom)),
        np.zeros(3),
        steps=200,
    )

    assert np.allclose(bottom, found, atol=1e-3)


def test_the_slope_is_zero_where_the_regression_ends() -> None:
    random = np.random.default_rng(1)
    dense, labels = random.normal(size=(60, 4)), np.arange(60) % 3
    sparse = Sparse(np.arange(60), labels, np.ones(60), (60, 3))
    strength = 2.0

    first, second, intercepts = fit(dense, sparse, labels, classes=3, strength=strength)
    scores = dense @ first + sparse.times(second) + intercepts
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    miss = chances - np.eye(3)[labels]

    assert np.allclose(0, strength * dense.T @ miss + first, atol=0.05)
    assert np.allclose(0, miss.sum(axis=0), atol=0.05)


def test_calibration_error_is_the_gap_between_belief_and_truth() -> None:
    chances = np.array([[0.8, 0.2]] * 10)

    assert pytest.approx(0.3) == train.expected_calibration_error(chances, np.array([0] * 5 + [1] * 5))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Borin's sheet", ["borin", "'s", "sheet"]),
        ("2d6+3 vs AC -2!", ["2d6+3", "vs", "ac", "-2", "!"]),
        ("18/76, 5th lvl3", ["18/76", ",", "5th", "lvl3"]),
    ],
)
def test_a_prompt_is_cut_into_words_numbers_and_marks(text: str, words: list[str]) -> None:
    assert words == split(text)


def test_names_are_read_alike_whatever_they_are() -> None:
    known = frozenset({"me"})

    assert list(features("show me Borin", known)) == list(features("show me borin", known))
    borin, other = set(features("show me Borin", known)), set(features("show me Xanthippe", known))
    assert {one for one in borin if one.startswith("k")} == {one for one in other if one.startswith("k")}


def test_words_of_one_kind_are_read_alike() -> None:
    flail, dagger = (set(features(f"make me a {thing}", frozenset({"me", "a"}))) for thing in ("flail", "dagger"))

    assert "k <make> me a <item>" in flail & dagger


def test_rare_words_and_names_are_not_known() -> None:
    assert frozenset({"the", "door"}) == known_words(["the door", "the door of Borin", "the open door, Borin", "Borin"])
