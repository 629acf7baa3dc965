"""RedisBroker's words for what this broker calls otherwise, so that switching changes one name and nothing else."""

import inspect
import warnings
from typing import Any

import redis

_OF_REDIS = frozenset(inspect.signature(redis.Redis.__init__).parameters) - {"self", "connection_pool"}


def seconds(name: str, value: float | None, their_name: str, their_value_ms: float | None, *, default: float) -> float:
    """A time in seconds that may also be given under RedisBroker's name, in milliseconds.

    Raises:
        ValueError: Both are given.
    """
    if their_value_ms is None:
        return default if value is None else value
    if value is not None:
        raise ValueError(f"give {name} (seconds) or {their_name} (milliseconds), not both")
    return their_value_ms / 1000


def client_of(url: str | None, client: Any | None, parameters: dict[str, Any]) -> Any | None:
    """The client whose settings are taken: the given one, or one with `redis.Redis`'s parameters (`host`, `port`, ...).

    Raises:
        TypeError: A parameter is unknown to `redis.Redis` as well: no option of anything.
        ValueError: More than one of URL, client and parameters is given.
    """
    unknown = sorted(parameters.keys() - _OF_REDIS)
    if unknown:
        raise TypeError(f"StreamsBroker has no option {unknown[0]!r}, and neither has redis.Redis")
    given = {"url": url, "client": client, ", ".join(sorted(parameters)): parameters}
    names = [name for name, value in given.items() if value]
    if len(names) > 1:
        raise ValueError(f"give one of url, client and parameters of redis.Redis, not {' and '.join(names)}")
    return redis.Redis(**parameters) if parameters else client


def warn_of_maintenance_chance(maintenance_chance: int | None) -> None:
    """Say that RedisBroker's `maintenance_chance` has no meaning here."""
    if maintenance_chance is not None:
        text = "maintenance_chance is ignored: upkeep is done by a thread of each worker, not by chance"
        warnings.warn(text, stacklevel=3)
