"""The Lua scripts of the bus: each is a file in `bus/lua/`, loaded by name, run by its hash."""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from redis.exceptions import NoScriptError

Value = str | bytes | int | float


@cache
def source(name: str) -> tuple[bytes, str]:
    """The text of a script and its SHA-1, by which the server remembers it."""
    text = resources.files("bus").joinpath("lua", f"{name}.lua").read_bytes()
    return text, hashlib.sha1(text, usedforsecurity=False).hexdigest()


def run(client: Any, name: str, keys: Sequence[str], args: Sequence[Value]) -> Any:
    """Run a script; a server that does not know it (new, restarted, failed over) is given the text.

    `EVAL` follows only on `NOSCRIPT`, which is answered before anything runs, so no script runs twice.
    """
    text, digest = source(name)
    try:
        return client.execute_command("EVALSHA", digest, len(keys), *keys, *args)
    except NoScriptError:
        return client.execute_command("EVAL", text, len(keys), *keys, *args)
