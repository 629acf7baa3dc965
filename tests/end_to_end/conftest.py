"""One started DMA for all tests that do not break it; those that do start their own."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.support.installation import Installation, installed
from tests.support.servers import temporary_home


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def running_dma() -> Iterator[Installation]:
    with temporary_home() as place, installed(place / "home", free_port()) as installation:
        yield installation


@pytest.fixture(scope="module")
def breakable_dma() -> Iterator[Installation]:
    """A DMA of the module's own, to kill parts of; it must stand again at the end of each test."""
    with temporary_home() as place, installed(place / "home", free_port()) as installation:
        yield installation


@pytest.fixture
def client(running_dma: Installation) -> Iterator[httpx.Client]:
    with running_dma.client() as client:
        yield client
