"""Fixtures that every test may use. The servers start when first asked for, once per process of the test run."""

import gc
import itertools
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest
import redis
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from services.postgres import EmbeddedPostgres
from services.valkey import EmbeddedValkey
from store.database import Database
from store.embedding import Embedder, make_embedder
from store.migrate import migrate
from tests.support.clock import FakeClock
from tests.support.databases import Databases
from tests.support.servers import FAST_POSTGRES, temporary_home

TEMPLATE = "dma_template"
LOGICAL_DATABASES = 64

_numbers = itertools.count(1)

# How fast examples come says something about the machine and its load, nothing about what is tested.
settings.register_profile("dma", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("dma")


@pytest.fixture(scope="session")
def server_home() -> Iterator[Path]:
    """The home of this process's servers."""
    with temporary_home() as home:
        yield home


@pytest.fixture(scope="session")
def postgres_server(server_home: Path) -> Iterator[EmbeddedPostgres]:
    """A running Postgres; `.url("name")`. Not for tests that break servers: those start their own."""
    server = EmbeddedPostgres(server_home, settings=FAST_POSTGRES)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def template_database(postgres_server: EmbeddedPostgres) -> str:
    """The name of a database with the schema and nothing else, to be cloned."""
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    migrate(postgres_server.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def databases(postgres_server: EmbeddedPostgres, template_database: str) -> Iterator[Databases]:
    """Databases with the schema and nothing else, to be lent."""
    lender = Databases(postgres_server, template_database)
    yield lender
    lender.close()


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    opened = Database(url, application_name="dma-tests", wait_seconds=30)
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def database_url(postgres_server: EmbeddedPostgres, databases: Databases) -> Iterator[str]:
    """The URL of an empty database with the schema applied; taken away afterwards, whoever is still connected."""
    with databases.lent() as name:
        yield postgres_server.url(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with the schema applied."""
    with _opened(database_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def module_database(postgres_server: EmbeddedPostgres, databases: Databases) -> Iterator[Database]:
    """One for all tests of a file, which must not be in each other's way: for those that only read."""
    with databases.lent() as name, _opened(postgres_server.url(name)) as opened:
        yield opened


@pytest.fixture(scope="session")
def valkey_server(server_home: Path) -> Iterator[EmbeddedValkey]:
    """A running Valkey; `.url`, `.stop()`, `.start()`, `.kill()`. A test that stops it starts it again."""
    server = EmbeddedValkey(server_home, settings={"databases": str(LOGICAL_DATABASES)})
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(valkey_server: EmbeddedValkey) -> str:
    """The URL of an emptied logical database; the next tests get others, so that stragglers disturb nobody."""
    url = valkey_server.database_url(next(_numbers) % LOGICAL_DATABASES)
    _client_of(url).flushdb(asynchronous=True)
    return url


@cache
def _client_of(url: str) -> redis.Redis:
    return redis.Redis.from_url(url)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that only the test moves."""
    return FakeClock()


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The packaged embedding model, loaded once per process."""
    return make_embedder()


TOOLS = {"chromium": "chromium", "curl": "curl", "promtool": "prometheus"}
"""Programs that some tests need and a machine may lack, each also the marker of those tests, and its Debian package."""


OWN_INSTALLATIONS = tuple(f"tests/end_to_end/test_{name}.py" for name in ("fuzz", "kills", "start_and_stop"))
"""Start and break installations of their own: a dozen processes each, and the machine may have two cores."""
SHARED_INSTALLATION = "tests/end_to_end/test_"


class ByFile(LoadScopeScheduling):
    """Keeps the tests of a file on one process, so that they share what they start, and installations on two.

    xdist's own `xdist_group` marks have no effect under pytest 9.2 (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(OWN_INSTALLATIONS):
            return "installations to be broken"
        return "installation" if nodeid.startswith(SHARED_INSTALLATION) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Distribute the tests by files, in the order of the folders: what takes longest comes first."""
    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among modules and tests, which all stay: neither while they are made nor while tests run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs a tool that this machine lacks, unless DMA_REQUIRE_TOOLS says that it must run."""
    missing = [] if os.environ.get("DMA_REQUIRE_TOOLS") else [tool for tool in TOOLS if not shutil.which(tool)]
    for item in items:
        for tool in missing:
            if item.get_closest_marker(tool):
                item.add_marker(pytest.mark.skip(reason=f"needs {tool}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count in the last lines what was left out, by the tool that would bring it in."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for tool, package in TOOLS.items():
        if left_out := sum(f"needs {tool}" in reason for reason in skipped):
            terminalreporter.write_line(
                f"left out: {left_out} tests marked `{tool}` (install Debian's package {package})"
            )
