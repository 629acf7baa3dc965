"""The page about switching is true: its programs are run as they stand there, before and after its one line."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "switching.md").read_text()


def blocks(language):
    """The code blocks of the page in one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


ORDERS, PLACE_ORDERS = blocks("python")
[DIFF] = blocks("diff")
[EXPECTED] = blocks("json")
WORKERS, SENDER = [line.removeprefix("$ ") for line in blocks("console")[0].splitlines()]


def switched(program):
    """The program with the line changed that the page says."""
    before, after = DIFF.splitlines()
    assert ("-", "+") == (before[0], after[0])
    assert 1 == program.count(f"{before[1:]}\n")
    return program.replace(f"{before[1:]}\n", f"{after[1:]}\n")


def outcome(program, folder, url):
    """What the sender prints while the workers run; both are stopped as one stops them."""
    (folder / "orders.py").write_text(program)
    (folder / "place_orders.py").write_text(PLACE_ORDERS)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "REDIS_URL": url}
    with (folder / "workers.log").open("wb") as log:
        workers = subprocess.Popen(
            [sys.executable, "-m", *shlex.split(WORKERS)],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _, *arguments = shlex.split(SENDER)
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert 0 == done.returncode, done.stderr + (folder / "workers.log").read_text()
        workers.terminate()
        assert 0 == workers.wait(30)
    finally:
        if workers.poll() is None:
            os.killpg(workers.pid, signal.SIGKILL)
            workers.wait()
    return json.loads(done.stdout)


def test_page_has_one_line_to_change():
    assert 2 == len(DIFF.splitlines())
    assert "StreamsBroker" in switched(ORDERS)
    assert switched(ORDERS).splitlines()[11:] == ORDERS.splitlines()[11:]


def test_workers_are_two_processes_with_four_threads():
    assert ["dramatiq", "orders", "--processes", "2", "--threads", "4"] == shlex.split(WORKERS)


@pytest.mark.parametrize("change", [lambda program: program, switched], ids=["RedisBroker", "StreamsBroker"])
def test_program_does_what_the_page_says_before_and_after(change, tmp_path, bus_url):
    assert json.loads(EXPECTED) == outcome(change(ORDERS), tmp_path, bus_url)


def test_programs_before_and_after_do_not_see_each_others_messages(tmp_path, bus_url, raw):
    for program in (ORDERS, switched(ORDERS)):
        (tmp_path / "orders.py").write_text(program)
        send = "from orders import remind; remind.send('Ada'); remind.send_with_options(args=('Bob',), delay=60_000)"
        subprocess.run(
            [sys.executable, "-c", send],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "REDIS_URL": bus_url},
            check=True,
            timeout=60,
        )

    assert (1, 1) == (raw.llen("shop:office"), raw.llen("shop:office.DQ"))
    assert (1, 1) == (raw.xlen("{shop:office}:p2"), raw.zcard("{shop:office}:retry"))


def test_every_option_of_redis_broker_is_on_the_page():
    import inspect

    from dramatiq.brokers.redis import RedisBroker

    named = set(inspect.signature(RedisBroker.__init__).parameters) - {"self", "parameters"}
    assert {name for name in named if f"`{name}`" in PAGE} == named


def test_redis_broker_keeps_its_keys_where_the_page_says(bus_url, raw):
    from dramatiq.brokers.redis import RedisBroker
    from dramatiq.message import Message

    broker = RedisBroker(url=bus_url, namespace="shop")
    broker.declare_queue("default")
    broker.enqueue(Message("default", "note", (), {}, {}))
    broker.enqueue(Message("default", "note", (), {}, {}), delay=1_000)

    assert (1, 1) == (raw.llen("shop:default"), raw.llen("shop:default.DQ"))
    broker.close()
