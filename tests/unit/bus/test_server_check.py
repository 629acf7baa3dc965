"""What is said about a server's settings, from what it says of itself."""

import logging

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoPermissionError, ResponseError

from bus.errors import BusError, UnsafeServer, as_connection_errors
from bus.options import Options
from bus.server_check import check, faults_of

SAFE = {
    "server": {"redis_version": "7.2.4"},
    "memory": {"maxmemory_policy": "noeviction"},
    "persistence": {"aof_enabled": 1},
}


class Server:
    """Answers INFO, or refuses it."""

    def __init__(self, error=None, **sections):
        self._info = {name: SAFE[name] | sections.get(name, {}) for name in SAFE}
        self._error = error

    def info(self, section):
        if self._error is not None:
            raise self._error
        return self._info[section]


EVICTING = Server(memory={"maxmemory_policy": "allkeys-lru"})


def test_nothing_is_said_of_a_safe_server(caplog):
    check(Server(), "refuse")

    assert [] == caplog.records


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"memory": {"maxmemory_policy": "allkeys-lru"}}, "maxmemory-policy is allkeys-lru"),
        ({"persistence": {"aof_enabled": 0}}, "appendonly is off"),
        ({"server": {"redis_version": "6.2.14"}}, "its version is 6.2.14"),
    ],
)
def test_each_setting_that_can_lose_messages_is_named(sections, expected):
    [fault] = faults_of(Server(**sections))

    assert fault.startswith(expected)


@pytest.mark.parametrize("version", ["7.0.0", "7.0", "8.10.1", "255.255.255", "unknown", ""])
def test_version_that_is_new_enough_or_not_known_is_no_fault(version):
    assert [] == faults_of(Server(server={"redis_version": version}))


def test_what_a_service_leaves_out_is_no_fault():
    server = Server()
    server._info = {"server": {}, "memory": {}, "persistence": {}}

    assert [] == faults_of(server)


def test_faults_are_warned_of(caplog):
    check(EVICTING, "warn")

    assert [logging.WARNING] == [record.levelno for record in caplog.records]
    assert "set it to noeviction" in caplog.text


def test_faults_are_refused_by_name():
    with pytest.raises(UnsafeServer, match="set it to noeviction") as caught:
        check(EVICTING, "refuse")

    assert ("unsafe_server", False, 1) == (caught.value.code, caught.value.retryable, len(caught.value.faults))
    assert isinstance(caught.value, BusError)


def test_refusal_is_no_connection_error():
    with pytest.raises(UnsafeServer), as_connection_errors():
        check(EVICTING, "refuse")


def test_nothing_is_asked_when_it_is_off():
    check(Server(AssertionError("asked")), "off")


@pytest.mark.parametrize("error", [NoPermissionError("NOPERM"), ResponseError("unknown command 'INFO'")])
@pytest.mark.parametrize("mode", ["warn", "refuse"])
def test_service_that_keeps_its_settings_to_itself_is_used_and_this_is_said(mode, error, caplog):
    caplog.set_level(logging.INFO)
    check(Server(error), mode)

    assert [logging.INFO] == [record.levelno for record in caplog.records]
    assert "could not be checked" in caplog.text


def test_server_that_cannot_be_reached_is_a_connection_error():
    with pytest.raises(RedisConnectionError):
        check(Server(RedisConnectionError("away")), "warn")


def test_word_that_is_no_mode_is_refused():
    with pytest.raises(ValueError, match="server_check must be"):
        Options(server_check="maybe")
