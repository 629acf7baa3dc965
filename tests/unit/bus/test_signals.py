import dramatiq
import pytest
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import MiddlewareError, SkipMessage

from bus import StreamsBroker


class Base(dramatiq.Middleware):
    def __init__(self, name, heard):
        self.name, self.heard = name, heard


class Both(Base):
    def before_ack(self, broker, message):
        self.heard.append(("before", self.name, message))

    def after_ack(self, broker, message):
        self.heard.append(("after", self.name, message))


class Inherits(Both):
    pass


class OnlyBefore(Base):
    def before_ack(self, broker, message):
        self.heard.append(("before", self.name, message))


class Fails(Base):
    def __init__(self, error):
        self.error = error

    def before_ack(self, broker, message):
        raise self.error

    after_ack = before_ack


@pytest.mark.parametrize("make", [StreamsBroker, StubBroker], ids=["ours", "dramatiq's"])
def test_listeners_hear_in_dramatiqs_order(make):
    heard = []
    broker = make(middleware=[Both("a", heard), OnlyBefore("b", heard), Base("deaf", heard), Inherits("c", heard)])
    broker.emit_before("ack", 1)
    broker.emit_after("ack", 1)

    assert ["a", "b", "c", "c", "a"] == [name for _, name, _ in heard]
    assert ["before"] * 3 + ["after"] * 2 == [when for when, _, _ in heard]


@pytest.mark.parametrize("change", ["add", "append", "remove", "replace"])
def test_change_of_the_middleware_is_seen_at_once(change):
    heard = []
    first, second = Both("a", heard), Both("b", heard)
    broker = StreamsBroker(middleware=[first])
    broker.emit_before("ack", 1)
    if change == "add":
        broker.add_middleware(second)
    elif change == "append":
        broker.middleware.append(second)
    elif change == "remove":
        broker.middleware.remove(first)
    else:
        broker.middleware[0] = second
    heard.clear()
    broker.emit_before("ack", 1)

    expected = {"add": ["a", "b"], "append": ["a", "b"], "remove": [], "replace": ["b"]}[change]
    assert expected == [name for _, name, _ in heard]


def test_method_of_one_object_is_heard():
    heard = []
    middleware = Base("a", heard)
    middleware.before_ack = lambda broker, message: heard.append(message)
    StreamsBroker(middleware=[middleware]).emit_before("ack", 7)

    assert [7] == heard


def test_failure_of_a_listener_does_not_keep_the_next_from_hearing(caplog):
    heard = []
    broker = StreamsBroker(middleware=[Both("a", heard), Fails(RuntimeError("broken")), Both("b", heard)])
    broker.emit_before("ack", 1)
    broker.emit_after("ack", 1)

    assert 4 == len(heard)
    assert 2 == caplog.text.count("Unexpected failure")


@pytest.mark.parametrize("error", [SkipMessage(), MiddlewareError()])
def test_middleware_error_goes_to_the_caller_before_and_to_the_log_after(error, caplog):
    broker = StreamsBroker(middleware=[Fails(error)])
    with pytest.raises(type(error)):
        broker.emit_before("ack", 1)
    broker.emit_after("ack", 1)

    assert "Unexpected failure in after_ack" in caplog.text
