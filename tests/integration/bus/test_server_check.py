"""A worker looks at the server's settings before it reads the first message."""

import logging
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import dramatiq
import pytest
import redis

from bus import UnsafeServer
from tests.integration.bus.server import Server
from tests.integration.bus.waiting import eventually

ROOT = Path(__file__).parents[3]

PROGRAM = """
import os
import dramatiq
from bus import StreamsBroker

dramatiq.set_broker(StreamsBroker(os.environ["URL"], server_check="refuse"))


@dramatiq.actor
def note():
    pass
"""


@pytest.fixture
def unsafe_server(tmp_path):
    server = Server(tmp_path, "--maxmemory-policy", "allkeys-lru")
    server.start()
    yield server
    server.stop()


def said(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "bus.server_check"]


def test_faults_are_warned_of_once_for_all_queues(unsafe_server, make_broker, caplog):
    broker = make_broker(unsafe_server.url())
    for queue in ("a", "b"):
        broker.declare_queue(queue)
        broker.consume(queue, timeout=10).close()

    [line] = said(caplog)
    assert line.startswith("the server may lose messages: maxmemory-policy is allkeys-lru")


def test_sender_asks_nothing(unsafe_server, make_broker, caplog):
    broker = make_broker(unsafe_server.url(), server_check="refuse")
    dramatiq.actor(lambda: None, broker=broker, actor_name="note").send()

    assert [] == said(caplog)


def test_refused_server_is_not_read_until_it_is_safe(unsafe_server, make_broker):
    broker = make_broker(unsafe_server.url(), server_check="refuse")
    broker.declare_queue("default")
    with pytest.raises(UnsafeServer):
        broker.consume("default", timeout=10)
    assert [] == broker.live_consumers("default")

    with redis.Redis(port=unsafe_server.port) as client:
        client.config_set("maxmemory-policy", "noeviction")
    broker.consume("default", timeout=10).close()


def test_worker_does_not_boot_on_a_refused_server(unsafe_server, make_broker, start_worker):
    broker = make_broker(unsafe_server.url(), server_check="refuse")
    dramatiq.actor(lambda: None, broker=broker, actor_name="note")

    with pytest.raises(UnsafeServer):
        start_worker(broker)


def test_worker_boots_while_the_server_is_away_and_reads_when_it_is_safe(own_server, make_broker, start_worker):
    broker = make_broker(own_server.url(), server_check="refuse")
    ran = []
    note = dramatiq.actor(lambda: ran.append(1), broker=broker, actor_name="note")
    own_server.stop()
    start_worker(broker)
    own_server.start()
    note.send()

    eventually(lambda: ran)


def test_dramatiq_command_ends_with_an_error_on_a_refused_server(unsafe_server, tmp_path):
    (tmp_path / "program.py").write_text(textwrap.dedent(PROGRAM))
    command = [sys.executable, "-m", "dramatiq", "program", "--processes", "2", "--threads", "1"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", "URL": unsafe_server.url()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    try:
        output, _ = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()

    assert 1 == process.returncode, output
    assert "UnsafeServer: the server may lose messages" in output


def test_service_without_info_is_used(shared_server, make_broker, bus_url, caplog):
    caplog.set_level(logging.INFO, "bus.server_check")
    with redis.Redis(port=shared_server.port) as client:
        client.acl_setuser("tenant", enabled=True, passwords=["+secret"], keys=["*"], commands=["+@all", "-info"])
    broker = make_broker(bus_url.replace("redis://", "redis://tenant:secret@"), server_check="refuse")
    broker.declare_queue("default")
    broker.consume("default", timeout=10).close()

    [line] = said(caplog)
    assert line.startswith("the server's settings could not be checked: ")
