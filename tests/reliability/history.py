"""What clients did and saw, one line of JSON each: `invoke` when a call goes out, then `ok`, `fail` or `info`.

`ok` is an answer that says the call had its effect, `fail` one that says it had none, `info` that nobody knows.
"""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class History:
    """Lines of all clients, in the order they were written; also in a file when there is one."""

    path: Path | None = None
    lines: list[dict[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, call: str, **facts: Any) -> None:
        """Write one line."""
        line = {"kind": kind, "call": call, **facts}
        with self._lock:
            self.lines.append(line)
            if self.path is not None:
                with self.path.open("a") as file:
                    file.write(json.dumps(line) + "\n")
