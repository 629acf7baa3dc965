"""What all tests of the bus have in common."""

from collections.abc import Iterator

import pytest
from dramatiq import get_encoder, set_encoder
from dramatiq.encoder import JSONEncoder


@pytest.fixture(autouse=True)
def _dramatiqs_own_encoder() -> Iterator[None]:
    """The encoder is one for the whole process, and the application's tests set theirs."""
    before = get_encoder()
    set_encoder(JSONEncoder())
    yield
    set_encoder(before)
