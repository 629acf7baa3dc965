"""The head of a note says the same to us and to every reader of YAML."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from store.transfer.front_matter import dump_head, split_head
from store.transfer.notes import stem_of

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS | st.floats(-1e15, 1e15, allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(
    fields=st.dictionaries(st.sampled_from(["id", "attributes", "relations", "secret"]), VALUES),
    body=TEXTS | st.sampled_from(["---\n", "\n---\nx", ""]),
)
def test_what_was_written_is_read_again(fields: dict[str, Any], body: str) -> None:
    assert ({**fields}, body) == split_head(dump_head(fields) + body)


@settings(max_examples=40)
@given(fields=st.dictionaries(st.sampled_from(["name", "tags"]), TEXTS | st.lists(TEXTS, max_size=3)))
def test_other_readers_of_yaml_read_the_same_texts(fields: dict[str, Any]) -> None:
    assert fields == (yaml.safe_load(dump_head(fields).split("\n---\n")[0].removeprefix("---")) or {})


def test_scalars_are_those_of_json_so_that_words_and_dates_stay_texts() -> None:
    words = {"a": "yes", "b": "2026-03-14", "c": "1_000", "d": "12:30", "e": "0x10", "f": "007"}
    values = {"g": ("true", True), "h": ("~", None), "i": ("1.5e3", 1500.0), "j": ("-7", -7)}
    lines = [f"{name}: {word}" for name, word in (words | {name: text for name, (text, _) in values.items()}).items()]
    head = "\n".join(["---", *lines, "---", "Text"])
    assert (words | {name: value for name, (_, value) in values.items()}, "Text") == split_head(head)


def test_a_text_without_a_head_is_all_text_and_windows_lines_are_read() -> None:
    assert ({}, "No head\n---\n") == split_head("No head\n---\n")
    assert ({"a": 1}, "Text\r\n") == split_head("---\r\na: 1\r\n---\r\nText\r\n")


@pytest.mark.parametrize(
    "head",
    ["a: [", "a: &x 1\nb: *x", "- a", "1: x", "a: !!python/object:os.system {}", "a: " + "[" * 100, 'a: "\\ud800"'],
)
def test_a_head_that_is_no_plain_mapping_is_refused(head: str) -> None:
    with pytest.raises(InvalidInput):
        split_head(f"---\n{head}\n---\n")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Borin", "Borin"),
        ("a/b\\c:d*e?", "a b c d e"),
        ("[[Rider]] #1|x^y", "Rider 1 x y"),
        ("..", "(note)"),
        (" . ", "(note)"),
        ("CON", "CON (note)"),
        ("x" * 300, "x" * 120),
        ("\U0001f409" * 100, "\U0001f409" * 30),
    ],
    ids=["plain", "signs", "links", "dots", "blanks", "device", "long", "long in bytes"],
)
def test_file_names_are_taken_by_every_file_system(name: str, stem: str) -> None:
    assert stem == stem_of(name).strip()
