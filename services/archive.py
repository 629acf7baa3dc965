"""The one file of a backup: a tar with `manifest.json`, `database.dump` (of pg_dump) and `dead_letters.jsonl`.

Everything else in Redis follows from Postgres: what is unfinished is published again to a server that does not know it.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from services.errors import BackupUnusable, ToolFailed
from services.server import clean_environment
from services.wheels import postgres_folder

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
LETTERS: Final = "dead_letters.jsonl"
STANDARD: Final = "-"
"""Instead of a file name: standard output or input."""


def pack(folder: Path, manifest: Mapping[str, Any], letters: Iterable[Mapping[str, Any]], target: Path) -> None:
    """Put what lies in the folder (the dump) and the rest into one file, readable by its owner alone."""
    (folder / MANIFEST).write_text(json.dumps({"format": FORMAT, **manifest}, indent=2) + "\n")
    with (folder / LETTERS).open("w") as lines:
        lines.writelines(json.dumps(letter) + "\n" for letter in letters)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        for name in (MANIFEST, DUMP, LETTERS):
            archive.add(folder / name, name)
        archive.close()
        os.fsync(file.fileno())


@contextmanager
def unpacked(source: Path | None) -> Iterator[Path]:
    """A folder with the parts of a backup, gone afterwards; None reads standard input.

    Raises:
        BackupUnusable: It is no backup, or not whole.
    """
    with tempfile.TemporaryDirectory(prefix="dma-restore-") as place:
        folder = Path(place)
        try:
            with _opened(source) as file, tarfile.open(fileobj=file, mode="r|") as archive:
                archive.extractall(folder, members=_known(archive), filter="data")
        except (OSError, tarfile.TarError) as error:
            raise BackupUnusable(f"it cannot be read: {error}") from error
        missing = [name for name in (MANIFEST, DUMP, LETTERS) if not (folder / name).is_file()]
        if missing:
            raise BackupUnusable(f"it lacks {', '.join(missing)}")
        yield folder


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the backup says of itself. Raises BackupUnusable for a format that this version does not know."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        known = manifest["format"] == FORMAT and isinstance(manifest["schema_version"], int)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupUnusable("its manifest cannot be read") from error
    if not known:
        raise BackupUnusable(f"it has format {manifest['format']}, this version reads {FORMAT}")
    return manifest


def read_letters(folder: Path) -> list[dict[str, Any]]:
    """The dead letters, the oldest of each queue first."""
    return [json.loads(line) for line in (folder / LETTERS).read_text().splitlines()]


def run_on(database_url: str, name: str, *arguments: str) -> None:
    """Run a client program on a database; the password is handed over in the environment.

    Raises:
        ToolFailed: With the first lines of what it said.
    """
    known = conninfo_to_dict(database_url)
    password = str(known.pop("password", "") or "")
    kept = {key: value for key, value in known.items() if value is not None}
    target = make_conninfo("", **{key: str(value) for key, value in kept.items()})
    run(name, f"--dbname={target}", "--no-password", *arguments, password=password)


def run(name: str, *arguments: str, password: str = "") -> str:
    """Run a client program of Postgres from the wheel; returns what it printed.

    Raises:
        ToolFailed: With the first lines of what it said.
    """
    ended = subprocess.run(
        [str(postgres_folder() / "pginstall" / "bin" / name), *arguments],
        env={**clean_environment(), "PGPASSWORD": password},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = ended.stdout.decode(errors="replace")
    if ended.returncode != 0:
        raise ToolFailed(f"{name} ended with {ended.returncode}: {' '.join(said.strip().splitlines()[:3])}")
    return said


def hand_over(file: Path, target: str) -> None:
    """Give the finished file its name, or write it to standard output."""
    if target == STANDARD:
        with file.open("rb") as finished:
            shutil.copyfileobj(finished, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        file.unlink()
    else:
        file.replace(target)


def _opened(source: Path | None) -> BinaryIO:
    return source.open("rb") if source else os.fdopen(os.dup(sys.stdin.fileno()), "rb")


def _known(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    return (member for member in archive if member.isreg() and member.name in (MANIFEST, DUMP, LETTERS))
