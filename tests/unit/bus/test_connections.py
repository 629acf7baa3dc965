"""Settings of our own connections; nothing here connects."""

import sys

import pytest
import redis
from redis.credentials import UsernamePasswordCredentialProvider
from redis.sentinel import Sentinel, SentinelConnectionPool

from bus.connections import dedicated_client, packed, unpacked, way_to


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


def custom_connect(connection):
    """What an application may give; it can be imported."""


@pytest.mark.parametrize(
    "client",
    [
        redis.Redis(host="10.0.0.1", username="dma", password="secret"),
        redis.Redis(ssl=True, ssl_ca_certs="/etc/ca.pem"),
        redis.Redis(unix_socket_path="/run/redis.sock"),
        redis.Redis(credential_provider=UsernamePasswordCredentialProvider("dma", "secret")),
        Sentinel([("10.0.0.1", 26379)], sentinel_kwargs={"password": "s"}, min_other_sentinels=1).master_for("dma"),
        Sentinel([("10.0.0.1", 26379)], ssl=True).slave_for("dma"),
    ],
)
def test_way_is_the_same_in_another_process(client):
    way = way_to(None, client)
    told = unpacked(packed(way))
    ours, theirs = way.connect(6).connection_pool, told.connect(6).connection_pool

    assert (type(ours), ours.connection_class) == (type(theirs), theirs.connection_class)
    assert comparable(ours) == comparable(theirs)
    if isinstance(ours, SentinelConnectionPool):
        sentinels = [[comparable(s.connection_pool) for s in p.sentinel_manager.sentinels] for p in (ours, theirs)]
        assert sentinels[0] == sentinels[1]
        assert ours.sentinel_manager.min_other_sentinels == theirs.sentinel_manager.min_other_sentinels
        assert ours.is_master == theirs.is_master


def comparable(pool):
    """Settings whose values can be compared; of others, the type."""
    plain = (str, int, float, bool, type(None))
    return {
        name: value if isinstance(value, plain) else type(value)
        for name, value in pool.connection_kwargs.items()
        if name != "connection_pool"
    }


def test_way_of_a_url_can_be_told():
    way = unpacked(packed(way_to("rediss://dma:secret@10.0.0.1:7000/3", None)))

    settings = settings_of(way.connect(6))
    assert ("10.0.0.1", 7000, 3, "secret") == tuple(settings[name] for name in ("host", "port", "db", "password"))


def test_what_only_exists_in_this_process_cannot_be_told():
    way = way_to(None, redis.Redis(redis_connect_func=lambda connection: None))

    with pytest.raises(ValueError, match="cannot be given to another process"):
        packed(way)


def test_what_is_defined_in_the_main_script_cannot_be_told(monkeypatch):
    monkeypatch.setattr(custom_connect, "__module__", "__main__")
    monkeypatch.setattr(sys.modules["__main__"], "custom_connect", custom_connect, raising=False)
    way = way_to(None, redis.Redis(redis_connect_func=custom_connect))

    with pytest.raises(ValueError, match="defined in the main script"):
        packed(way)
