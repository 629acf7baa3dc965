"""The options of RedisBroker, as people bring them along. Nothing here connects."""

import inspect

import pytest
import redis
from dramatiq.brokers.redis import RedisBroker

from bus import StreamsBroker


def settings_of(broker):
    return broker.client.connection_pool.connection_kwargs


def test_times_of_redis_broker_are_milliseconds():
    broker = StreamsBroker(heartbeat_timeout=60_000, dead_message_ttl=86_400_000)

    assert (60.0, 86_400.0) == (broker.options.lease_seconds, broker.options.dead_message_ttl_seconds)
    assert 3.0 == broker.options.heartbeat_seconds


def test_times_not_given_are_those_of_this_broker():
    broker = StreamsBroker()

    assert (10.0, 3.0) == (broker.options.lease_seconds, broker.options.heartbeat_seconds)
    assert 7 * 86_400 == broker.options.dead_message_ttl_seconds


def test_short_lease_is_beaten_for_often_enough():
    broker = StreamsBroker(heartbeat_timeout=1_000)

    assert 0.3 == broker.options.heartbeat_seconds


@pytest.mark.parametrize(
    "options",
    [
        {"lease_seconds": 10.0, "heartbeat_timeout": 10_000},
        {"dead_message_ttl_seconds": 60, "dead_message_ttl": 60_000},
        {"url": "redis://127.0.0.1", "client": redis.Redis()},
        {"url": "redis://127.0.0.1", "host": "127.0.0.1"},
        {"client": redis.Redis(), "port": 6380},
    ],
)
def test_the_same_said_twice_is_refused(options):
    with pytest.raises(ValueError, match="give"):
        StreamsBroker(**options)


def test_connection_parameters_are_those_of_redis_py():
    broker = StreamsBroker(host="10.0.0.1", port=7000, db=3, password="secret", ssl=True)

    assert ("10.0.0.1", 7000, 3, "secret") == tuple(
        settings_of(broker)[name] for name in ("host", "port", "db", "password")
    )
    assert redis.connection.SSLConnection is broker.client.connection_pool.connection_class
    broker.close()


def test_maintenance_chance_is_warned_of_and_ignored():
    with pytest.warns(UserWarning, match="maintenance_chance is ignored") as seen:
        StreamsBroker(maintenance_chance=1_000)

    assert __file__ == seen[0].filename


@pytest.mark.parametrize("name", ["requeue_deadline", "requeue_interval", "lease_second"])
def test_option_of_neither_is_refused_by_name(name):
    with pytest.raises(TypeError, match=f"no option '{name}'"):
        StreamsBroker(**{name: 5})


def test_every_option_of_redis_broker_is_known():
    theirs = inspect.signature(RedisBroker.__init__).parameters

    assert theirs.keys() <= inspect.signature(StreamsBroker.__init__).parameters.keys()
