"""What about a server's settings can lose messages, looked at before the first message is read."""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from redis.exceptions import ResponseError

from bus.connections import infos
from bus.errors import UnsafeServer
from bus.options import ServerCheck

log = logging.getLogger(__name__)

OLDEST_VERSION = (7, 0)


def check(client: Any, mode: ServerCheck) -> None:
    """Look at the server, or at every primary of a cluster, and warn or refuse.

    A managed service may keep its settings to itself; then this only says so, at info level.

    Raises:
        UnsafeServer: `mode` is `refuse` and something can lose messages.
        RedisError: The server cannot be reached.
    """
    if mode == "off":
        return
    try:
        faults = faults_of(client)
    except ResponseError as error:
        log.info("the server's settings could not be checked: %s", error)
        return
    if faults and mode == "refuse":
        raise UnsafeServer(faults=faults)
    for fault in faults:
        log.warning("the server may lose messages: %s", fault)


def faults_of(client: Any) -> list[str]:
    """What about the settings of the server, or of any primary of a cluster, can lose messages, in sentences."""
    sections = (infos(client, section) for section in ("server", "memory", "persistence"))
    faults = [
        fault
        for server, memory, persistence in zip(*sections, strict=True)
        for fault in _faults({**server, **memory, **persistence})
    ]
    return list(dict.fromkeys(faults))


def _faults(info: Mapping[str, Any]) -> Iterator[str]:
    """From INFO; what a service leaves out of it is not known, and no fault."""
    version = str(info.get("redis_version", ""))
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers and tuple(map(int, numbers.groups())) < OLDEST_VERSION:
        yield f"its version is {version}: the broker is made for 7.0 and newer"
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        yield f"maxmemory-policy is {policy}: the server may throw messages away; set it to noeviction"
    if str(info.get("aof_enabled", 1)) == "0":
        yield "appendonly is off: a restart of the server loses messages; set it to yes"
