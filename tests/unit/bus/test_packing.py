import dramatiq
import pytest
from dramatiq import Message, PickleEncoder
from dramatiq.encoder import JSONEncoder
from dramatiq.errors import DecodeError
from hypothesis import given
from hypothesis import strategies as st

from bus.packing import ENQUEUE_ID, encoded, pack, unpack

ID = "6f1f7c2e-94d5-4a3e-8d59-0a1b2c3d4e5f"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
keywords = st.dictionaries(st.text(min_size=1), json_values, max_size=3)


def a_message(*, options: dict | None = None, **fields) -> Message:
    given_options = {ENQUEUE_ID: "0123456789abcdef0123456789abcdef"} | (options or {})
    return Message("default", fields.pop("actor_name", "note"), (), {}, given_options, **fields)


def written(message: Message) -> dict[bytes, bytes]:
    return {name.encode(): value for name, value in pack(message).items()}


@given(
    st.text(min_size=1),
    st.lists(json_values, max_size=3),
    keywords,
    keywords,
    st.uuids(),
    st.uuids(),
    st.integers(0, 2**48 - 1),
)
def test_message_comes_back_as_it_was(actor_name, args, kwargs, options, message_id, enqueue_id, sent_at):
    message = Message(
        "default", actor_name, tuple(args), kwargs, options | {ENQUEUE_ID: enqueue_id.hex}, str(message_id), sent_at
    )
    fields = written(message)
    assert {b"message"} == set(fields)
    assert message == unpack(fields, "default")


@given(st.text(), st.one_of(st.text(), st.none()), st.integers(-5, 2**70))
def test_message_with_any_ids_comes_back_as_it_was(message_id, enqueue_id, sent_at):
    message = a_message(message_id=message_id, message_timestamp=sent_at, options={ENQUEUE_ID: enqueue_id})
    assert message == unpack(written(message), "default")


@pytest.mark.parametrize(
    "message_id",
    [
        ID.upper(),
        ID.replace("-", ""),
        f"{{{ID}}}",
        "0123456789abcdef-0123-4567-89abcdef",
        "7",
        "",
    ],
)
def test_id_that_would_come_back_in_another_form_is_written_as_it_is(message_id):
    message = a_message(message_id=message_id)
    assert {b"data"} == set(written(message))
    assert message_id == unpack(written(message), "default").message_id


@given(st.uuids())
def test_message_without_an_enqueue_id_comes_back_without_one(message_id):
    message = Message("default", "note", (), {}, {}, str(message_id))
    assert {b"message"} == set(written(message))
    assert message == unpack(written(message), "default")


def test_packed_message_takes_less_than_half_of_its_json():
    message = a_message()
    assert sum(map(len, pack(message).values())) < len(message.encode()) / 2


def test_message_of_another_encoder_is_written_by_it():
    dramatiq.set_encoder(PickleEncoder())
    try:
        message = a_message()
        assert {b"data": message.encode()} == written(message)
        assert message == unpack(written(message), "default")
    finally:
        dramatiq.set_encoder(JSONEncoder())


def test_message_of_a_class_of_the_applications_own_is_written_by_its_own_method():
    class Sealed(Message):
        def encode(self) -> bytes:
            return b"sealed"

    assert {"data": b"sealed"} == pack(Sealed(**a_message().asdict()))


def packed(stamp: bytes, call: bytes) -> dict[bytes, bytes]:
    return {b"message": stamp + b" " + call}


STAMP = written(a_message())[b"message"].partition(b" ")[0]


@pytest.mark.parametrize(
    "fields",
    [
        packed(STAMP, b"{nonsense"),
        packed(STAMP, b"[]"),
        packed(STAMP, b"[7]"),
        packed(STAMP, b'{"note": 1}'),
        packed(STAMP, b'"note"'),
        packed(STAMP, b'["note",7]'),
        packed(STAMP, b'["note",[],[]]'),
        packed(STAMP, b'["note",[],{},7]'),
        packed(STAMP, b'["note",[],{},{},{}]'),
        packed(STAMP, b'["\xff"]'),
        packed(STAMP, b""),
        packed(b"short", b'["note"]'),
        packed(b"\xff" * 44, b'["note"]'),
        packed(STAMP[:-4], b'["note"]'),
        {b"message": STAMP},
        {b"message": b""},
    ],
)
def test_damaged_entry_cannot_be_decoded_and_shows_what_there_is(fields):
    with pytest.raises(DecodeError):
        unpack(fields, "default")
    assert fields[b"message"] == encoded(fields, None)


def test_entry_of_a_stranger_cannot_be_decoded():
    with pytest.raises(DecodeError):
        unpack({b"something": b"else"}, "default")


def test_arguments_that_are_no_json_are_refused_when_sent():
    with pytest.raises(TypeError):
        pack(Message("default", "note", (object(),), {}, dict(a_message().options)))


def test_encoded_message_is_what_its_encoder_writes():
    message = a_message()
    assert message.encode() == encoded(written(message), message)
