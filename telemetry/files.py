"""Files of lines that grow to a size and then begin again, with what they held before kept once."""

import os
from pathlib import Path
from typing import Final

LIMIT_BYTES: Final = 20_000_000


class LineFile:
    """Appends lines; any number of threads and processes may write to one file.

    It takes no lock, because a worker's thread may be interrupted while it holds one: a line is one `write` at the end
    of the file, which the system keeps whole. What cannot be written (a full disk) is not: nobody's work stops for it.

    Args:
        path: The file; its folder is made when it is missing. Readable by its owner only.
        limit_bytes: When it is longer, it becomes `<path>.1` and a new one is begun.
    """

    def __init__(self, path: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._path = path
        self._limit_bytes = limit_bytes
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = self._open()

    def write(self, line: str) -> None:
        """Append a line."""
        try:
            os.write(self._file, f"{line}\n".encode(errors="replace"))
            if os.fstat(self._file).st_size > self._limit_bytes:
                self._begin_again()
        except OSError:
            return

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _begin_again(self) -> None:
        """Whoever comes first renames; the others, here and in other processes, only open the new file."""
        ours = os.fstat(self._file)
        try:
            there = self._path.stat()
            is_ours = (there.st_ino, there.st_dev) == (ours.st_ino, ours.st_dev)
            if is_ours and there.st_size > self._limit_bytes:
                self._path.replace(self._path.with_name(f"{self._path.name}.1"))
        except FileNotFoundError:
            pass  # somebody removed it, or is just renaming it
        fresh = self._open()
        os.dup2(fresh, self._file, inheritable=False)  # so that a thread that is about to write writes to the new one
        os.close(fresh)
