"""One started DMA for all tests that do not break it; those that do start their own."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.support.installation import Installation, installed
from tests.support.llm_server import LlmServer, asking, lie, running_server
from tests.support.servers import temporary_home

LIE = "Seventeen dragons wait."
MODEL_KEY = "sk-Kanarienvogel7Q-of-the-model"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def language_model() -> Iterator[LlmServer]:
    """The server that `running_dma` asks. It is paid and never believed, so that what is made is as without it."""
    with running_server() as server:
        server.always = lie(add=LIE)
        yield server


@pytest.fixture(scope="session")
def running_dma(language_model: LlmServer) -> Iterator[Installation]:
    """Its circuit opens at once and is tried again soon; the key is one to look for where it must not be."""
    model = {"OPENAI_API_KEY": MODEL_KEY, "DMA_LLM_BREAKER_FAILURES": "1", "DMA_LLM_BREAKER_SECONDS": "0.5"}
    settings = asking(language_model) | model
    with temporary_home() as place, installed(place / "home", free_port(), settings) as installation:
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
