"""The proxy breaks where it is told and nowhere else; the proofs rest on that."""

import asyncio
import threading

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.integration.bus.consistency.proxy import Break, Fault, FaultProxy, kind_of
from tests.integration.bus.consistency.resp import Frames, request
from tests.integration.bus.waiting import eventually


class Background:
    """A proxy on an event loop of its own, so that a test may use it with an ordinary client."""

    def __init__(self, server_port: int, *faults: Fault, forgets_scripts: bool = False) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.killed, self.frozen = [], threading.Event()
        self.proxy = FaultProxy(
            server_port,
            kill=lambda: self.killed.append(1),
            freeze=self.frozen.set,
            faults=faults,
            forgets_scripts=forgets_scripts,
        )
        self._run(self.proxy.start())

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.proxy.port, protocol=2, retry=Retry(NoBackoff(), 0), decode_responses=True)

    def thaw(self) -> None:
        self._loop.call_soon_threadsafe(self.proxy.thaw)

    def stop(self) -> None:
        self._run(self.proxy.stop())
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait(others, timeout=5) if others else None

    def _run(self, coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)


@pytest.fixture
def through(shared_server):
    made = []

    def through(*faults: Fault, **options: object) -> Background:
        made.append(Background(shared_server.port, *faults, **options))
        return made[-1]

    yield through
    for each in made:
        each.stop()


@pytest.fixture
def direct(shared_server):
    with redis.Redis(port=shared_server.port, decode_responses=True) as client:
        client.delete("list")
        yield client


def test_without_faults_every_call_passes_and_is_numbered(through, direct):
    background = through()
    with background.client() as client:
        client.rpush("list", "a", "b")
        assert ["a", "b"] == client.lrange("list", 0, -1)
        with pytest.raises(redis.ResponseError):
            client.incr("list")

    calls = [call for call in background.proxy.calls if not call.kind.startswith("CLIENT")]
    assert [("RPUSH", 1), ("LRANGE", 1), ("INCRBY", 1)] == [(call.kind, call.nth) for call in calls]


@pytest.mark.parametrize(
    ("how", "pushed", "is_killed"),
    [
        (Break.REQUEST_LOST, ["1"], False),
        (Break.ANSWER_LOST, ["1", "2"], False),
        (Break.ALL_CUT, ["1", "2"], False),
        (Break.KILLED_BEFORE, ["1"], True),
        (Break.KILLED_AFTER, ["1", "2"], True),
    ],
)
def test_second_call_of_a_kind_breaks_as_told(through, direct, how, pushed, is_killed):
    background = through(Fault("RPUSH", 2, how))
    with background.client() as client:
        client.rpush("list", 1)
        client.llen("list")
        with pytest.raises(redis.ConnectionError):
            client.rpush("list", 2)
        assert pushed == direct.lrange("list", 0, -1)
        if is_killed:
            with pytest.raises(redis.ConnectionError):
                client.ping()
        else:
            assert client.ping()

    assert is_killed == bool(background.killed)
    assert [("RPUSH", 2)] == [(call.kind, call.nth) for _, call in background.proxy.fired]


@pytest.mark.parametrize(("how", "others_live"), [(Break.ANSWER_LOST, True), (Break.ALL_CUT, False)])
def test_other_connections_are_cut_only_when_all_are(through, direct, how, others_live):
    background = through(Fault("RPUSH", 1, how))
    with background.client() as client, background.client() as other:
        number = other.client_id()
        with pytest.raises(redis.ConnectionError):
            client.rpush("list", 1)
        eventually(lambda: others_live or number not in numbers_of_clients(direct))
        assert others_live == (number in numbers_of_clients(direct))


def numbers_of_clients(direct: redis.Redis) -> list[int]:
    return [int(each["id"]) for each in direct.client_list()]


def test_commands_of_one_packet_are_broken_one_by_one(through, direct):
    background = through(Fault("RPUSH", 2, Break.REQUEST_LOST))
    with background.client() as client:
        pipe = client.pipeline(transaction=False)
        for number in range(3):
            pipe.rpush("list", number)
        with pytest.raises(redis.ConnectionError):
            pipe.execute()

    assert ["0"] == direct.lrange("list", 0, -1)


def test_call_that_is_held_up_arrives_late(through, direct):
    background = through(Fault("RPUSH", 1, Break.FROZEN))
    with background.client() as client:
        sender = threading.Thread(target=client.rpush, args=("list", 1))
        sender.start()
        assert background.frozen.wait(5)
        assert 0 == direct.llen("list")
        background.thaw()
        sender.join()
        assert 1 == direct.llen("list")


def test_server_without_scripts_is_told_the_text_first(through, direct):
    background = through(forgets_scripts=True)
    digest = direct.script_load("return 7")
    with background.client() as client:
        with pytest.raises(redis.exceptions.NoScriptError):
            client.evalsha(digest, 0)
        assert 7 == client.eval("return 7", 0)
        assert 7 == client.evalsha(digest, 0)


def test_frames_are_found_however_the_bytes_come():
    stream = (
        request("XADD", "key", "*", "field", b"with\r\nlines")
        + b"*2\r\n$-1\r\n*-1\r\n%1\r\n+a\r\n:1\r\n>2\r\n+push\r\n_\r\n-ERR no\r\n"
    )
    whole = [frame.raw for frame in Frames().feed(stream)]
    one_by_one = Frames()
    pieces = [frame.raw for at in range(len(stream)) for frame in one_by_one.feed(stream[at : at + 1])]

    assert stream == b"".join(whole)
    assert whole == pieces
    assert [False, False, False, True, False] == [frame.is_push for frame in Frames().feed(stream)]
    assert [b"XADD", b"key", b"*", b"field", b"with\r\nlines"] == next(iter(Frames().feed(stream))).value


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("xadd key * a b", "XADD"),
        ("client unblock 7", "CLIENT UNBLOCK"),
        ("xreadgroup group g c count 1 block 0 streams s >", "XREADGROUP BLOCK"),
        ("xreadgroup group g c count 1 streams s >", "XREADGROUP"),
        ("evalsha 0badcafe 0", None),
    ],
)
def test_calls_are_called_by_what_they_do(words, kind):
    encoded = [word.encode() for word in words.split()]

    assert (kind or f"script {encoded[1].decode()}") == kind_of(encoded)
