"""Identifiers (C13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import derived_uuid, new_uuid, parse_id, prefixed


@given(st.uuids(), st.sampled_from(["req", "loc", "note"]))
def test_an_id_is_read_back_in_every_form(value, prefix) -> None:
    assert value == parse_id(prefixed(prefix, value), prefix=prefix)
    assert value == parse_id(str(value)) == parse_id(value.hex) == parse_id(str(value).upper())


@pytest.mark.parametrize("text", ["", "req_", "req_12", "123", "REQ_" + "0" * 32, "req_" + "g" * 32, "loc-" + "0" * 32])
def test_what_is_no_id_is_none(text: str) -> None:
    assert parse_id(text) is None


def test_an_id_of_another_kind_is_none() -> None:
    assert parse_id(prefixed("npc", new_uuid()), prefix="loc") is None


@given(st.text(max_size=80))
def test_any_text_is_an_id_or_none(text: str) -> None:
    parse_id(text)


def test_ids_made_by_the_api_sort_by_time() -> None:
    ids = [new_uuid() for _ in range(100)]

    assert ids == sorted(ids)
    assert {7} == {value.version for value in ids}


def test_what_a_step_creates_has_the_same_id_at_every_run_and_no_other_has_it() -> None:
    request = new_uuid()
    made = {derived_uuid(request, step, index) for step in (1, 2) for index in range(50)}

    assert derived_uuid(request, 1, 0) == derived_uuid(request, 1, 0)
    assert 100 == len(made)
