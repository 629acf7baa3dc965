"""Settings of our own connections; nothing here connects."""

import redis
from redis.sentinel import Sentinel, SentinelConnectionPool

from bus.connections import dedicated_client


def settings_of(client):
    return client.connection_pool.connection_kwargs


def test_commands_are_never_repeated_and_wait_as_long_as_we_say():
    made = dedicated_client("redis://:secret@10.0.0.1:7000/3?socket_timeout=0.1", None, socket_timeout_seconds=6)

    settings = settings_of(made)
    assert 0 == settings["retry"].get_retries()
    assert 6 == settings["socket_timeout"]
    assert ("10.0.0.1", 7000, 3, "secret") == tuple(settings[name] for name in ("host", "port", "db", "password"))


def test_given_client_is_copied_and_left_as_it_is():
    given = redis.Redis(host="10.0.0.1", decode_responses=True, username="dma")
    made = dedicated_client(None, given, socket_timeout_seconds=6)

    assert made.connection_pool is not given.connection_pool
    assert (False, "dma") == (settings_of(made)["decode_responses"], settings_of(made)["username"])
    assert settings_of(given)["decode_responses"]
    assert 10 == settings_of(given)["retry"].get_retries()


def test_encrypted_connections_stay_encrypted():
    made = dedicated_client("rediss://10.0.0.1/0", None, socket_timeout_seconds=6)

    assert redis.connection.SSLConnection is made.connection_pool.connection_class


def test_sentinel_client_keeps_asking_its_sentinels():
    sentinel = Sentinel([("10.0.0.1", 26379)])
    made = dedicated_client(None, sentinel.master_for("dma"), socket_timeout_seconds=6)

    pool = made.connection_pool
    assert isinstance(pool, SentinelConnectionPool)
    assert ("dma", True) == (pool.service_name, pool.is_master)
    assert 0 == pool.connection_kwargs["retry"].get_retries()
    [asked] = pool.sentinel_manager.sentinels
    assert ("10.0.0.1", 26379) == (settings_of(asked)["host"], settings_of(asked)["port"])


def test_each_sentinel_is_asked_once():
    sentinel = Sentinel([("10.0.0.1", 26379)])
    made = dedicated_client(None, sentinel.master_for("dma"), socket_timeout_seconds=6)

    [asked] = made.connection_pool.sentinel_manager.sentinels
    assert (0, 6) == (settings_of(asked)["retry"].get_retries(), settings_of(asked)["socket_timeout"])
    assert 10 == settings_of(sentinel.sentinels[0])["retry"].get_retries()
