"""Settings win; else the announcement of the services process that lives now, and of no other."""

import os
import threading
import time
from pathlib import Path

import pytest

from core.errors import ConfigurationError, DependencyUnavailable
from core.locate import (
    Announcement,
    ServiceUrls,
    announcement_path,
    read_announcement,
    service_urls,
    services_lock_path,
)
from core.locks import HeldLock
from core.settings import Settings


def settings_of(home: Path, **more) -> Settings:
    return Settings(home=home, _env_file=None, **{"database_url": None, "redis_url": None, **more})


def announce(home: Path, nonce: str) -> ServiceUrls:
    announced = Announcement(nonce, os.getpid(), "postgresql://dma:pw@127.0.0.1:1/dma", "redis://:pw@127.0.0.1:2/0")
    announcement_path(home).write_text(announced.to_json())
    return ServiceUrls(announced.database_url, announced.redis_url)


def hold(home: Path, nonce: str) -> HeldLock:
    return HeldLock(services_lock_path(home), what="it", facts={"nonce": nonce})


def test_urls_of_the_settings_are_taken_without_looking_further(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "absent", database_url="postgresql://a/b", redis_url="redis://c/0")
    assert ServiceUrls("postgresql://a/b", "redis://c/0") == service_urls(settings, wait_seconds=0)


def test_the_announcement_of_the_living_process_is_believed(tmp_path: Path) -> None:
    urls = announce(tmp_path, "n1")
    with hold(tmp_path, "n1"):
        assert urls == service_urls(settings_of(tmp_path), wait_seconds=0)


def test_one_url_of_the_settings_replaces_one_of_the_announcement(tmp_path: Path) -> None:
    urls = announce(tmp_path, "n1")
    with hold(tmp_path, "n1"):
        found = service_urls(settings_of(tmp_path, redis_url="redis://mine/3"), wait_seconds=0)
    assert ServiceUrls(urls.database_url, "redis://mine/3") == found


def test_the_announcement_of_an_ended_process_is_not_believed(tmp_path: Path) -> None:
    announce(tmp_path, "n1")
    hold(tmp_path, "n1").release()
    with pytest.raises(DependencyUnavailable, match="no services process runs"):
        service_urls(settings_of(tmp_path), wait_seconds=0)


def test_the_announcement_of_an_earlier_run_is_not_believed_while_a_new_one_starts(tmp_path: Path) -> None:
    announce(tmp_path, "n1")
    with hold(tmp_path, "n2"), pytest.raises(DependencyUnavailable, match="did not bring up"):
        service_urls(settings_of(tmp_path), wait_seconds=0)


def test_it_waits_for_the_announcement(tmp_path: Path) -> None:
    with hold(tmp_path, "n1"):
        later = threading.Timer(0.3, announce, (tmp_path, "n1"))
        later.start()
        begun = time.monotonic()
        found = service_urls(settings_of(tmp_path), wait_seconds=10)
        later.join()
    assert "redis://:pw@127.0.0.1:2/0" == found.redis_url
    assert 0.2 < time.monotonic() - begun < 5


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"nonce": "n1"}', "{half"])
def test_an_unfinished_file_is_no_announcement(tmp_path: Path, content: str) -> None:
    announcement_path(tmp_path).write_text(content)
    with hold(tmp_path, "n1"):
        assert read_announcement(tmp_path) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_home_of_another_user_is_a_configuration_error(tmp_path: Path) -> None:
    announce(tmp_path, "n1")
    announcement_path(tmp_path).chmod(0)
    with hold(tmp_path, "n1"), pytest.raises(ConfigurationError, match="belongs to another user"):
        service_urls(settings_of(tmp_path), wait_seconds=0)


def test_passwords_are_not_shown(tmp_path: Path) -> None:
    urls = announce(tmp_path, "n1")
    with hold(tmp_path, "n1"):
        assert "pw" not in repr(urls) + repr(read_announcement(tmp_path))
