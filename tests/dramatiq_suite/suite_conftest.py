"""The fixtures that dramatiq's tests ask for, on our broker; the conftest.py of the prepared suite."""

import logging
import os
import subprocess
import sys

import dramatiq
import pytest
import redis
from dramatiq.rate_limits import backends as rate_limit_backends
from dramatiq.results import backends as result_backends

from .common import worker
from .standins import StubFace, SuiteBroker

logging.getLogger().setLevel(logging.DEBUG)

URL = os.environ["DRAMATIQ_SUITE_URL"]
NOT_APPLICABLE = set(os.environ["DRAMATIQ_SUITE_NOT_APPLICABLE"].splitlines())


def pytest_collection_modifyitems(config, items):
    """Leave out by name what cannot apply; a name that no test has any more is an error."""
    names = {item: item.nodeid.removeprefix("tests/").partition("[")[0] for item in items}
    left_out = [item for item in items if names[item] in NOT_APPLICABLE]
    files = {name.partition("::")[0] for name in names.values()}
    stale = {name for name in NOT_APPLICABLE - set(names.values()) if name.partition("::")[0] in files}
    if stale and not any("::" in argument for argument in config.args):
        raise pytest.UsageError(f"not_applicable.py names tests that do not exist: {sorted(stale)}")
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def _empty_server():
    with redis.Redis.from_url(URL) as client:
        client.flushall()


def _set(broker):
    dramatiq.set_broker(broker)
    broker.emit_after("process_boot")  # starts the timer threads of middleware, as the command does
    yield broker
    broker.close()


@pytest.fixture
def stub_broker():
    yield from _set(StubFace())


@pytest.fixture
def redis_broker():
    yield from _set(SuiteBroker())


@pytest.fixture
def stub_worker(stub_broker):
    with worker(stub_broker, worker_timeout=100, worker_threads=32) as started:
        yield started


@pytest.fixture
def redis_worker(redis_broker):
    with worker(redis_broker, worker_threads=32) as started:
        yield started


@pytest.fixture
def redis_result_backend():
    return result_backends.RedisBackend(url=URL)


@pytest.fixture(params=["redis", "stub"])
def result_backend(request):
    if request.param == "stub":
        return result_backends.StubBackend()
    return request.getfixturevalue("redis_result_backend")


@pytest.fixture(params=["redis", "stub"])
def rate_limiter_backend(request):
    if request.param == "stub":
        return rate_limit_backends.StubBackend()
    return rate_limit_backends.RedisBackend(url=URL)


@pytest.fixture
def start_cli():
    """Starts the `dramatiq` command; it is stopped after the test."""
    started = []

    def start(broker_path, *, extra_args=(), **options):
        process = subprocess.Popen([sys.executable, "-m", "dramatiq", broker_path, *extra_args], **options)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
