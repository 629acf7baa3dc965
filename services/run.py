"""Start everything on this machine: `python -m services.run`, which `make run` calls.

It checks the settings, takes the lock of the home, says what happens, and becomes `honcho start`. The lock goes with it
into honcho and the processes honcho forks, so it is held until the last of them has ended.
"""

import os
import sys
import time
from pathlib import Path
from typing import Final, NoReturn

from core.errors import EXIT_CONFIGURATION, ConfigurationError
from core.locate import services_lock_path
from core.locks import AlreadyRunning, HeldLock, is_held, lock_holder
from core.settings import VERSION, Settings, load_settings
from services.output import shared_output
from services.terminal import say

ROOT: Final = Path(__file__).resolve().parents[1]
LAST_RUN_SECONDS: Final = 10.0
"""How long the processes of a run whose honcho was killed may take to end by themselves."""


def main() -> int:
    """Become honcho; returns an exit status only when that cannot be: 1 for a second run, 78 for a wrong setting."""
    os.chdir(ROOT)  # where `.env` and the Procfile are
    try:
        settings = load_settings()
        if not Path("Procfile").is_file():
            raise ConfigurationError(f"there is no Procfile in {ROOT}: run DMA from a checkout of its repository")
    except ConfigurationError as error:
        say(str(error))
        return EXIT_CONFIGURATION
    try:
        lock = lock_home(settings.home)
    except AlreadyRunning as error:
        say(f"already running over {settings.home} (process {error.pid}): stop that one, or set DMA_HOME for another")
        return 1
    lock.keep_across_exec()
    say(f"version {VERSION} starts over {settings.home}; Ctrl-C stops it")
    return become_honcho(settings)


def become_honcho(settings: Settings) -> NoReturn:
    """Run `honcho start` in place of this process, without a prefix: each process says who it is where it matters."""
    command = [sys.executable, "-m", "honcho", "start", "--no-prefix"]
    os.execve(command[0], command, honcho_environment(settings))  # noqa: S606 - no shell is the point


def lock_home(home: Path) -> HeldLock:
    """Take the home for one run, waiting for the rest of a run that was killed.

    Raises:
        AlreadyRunning: Another run lives, started by `make run` or by `honcho start`.
    """
    services = services_lock_path(home)
    path = home / "run.lock"
    deadline = time.monotonic() + LAST_RUN_SECONDS
    while is_held(path) and not _is_alive(lock_holder(path)) and time.monotonic() < deadline:
        time.sleep(0.2)
    lock = HeldLock(path, what=f"the home {home}", wait_seconds=0.2)
    if is_held(services):
        lock.release()
        raise AlreadyRunning(f"the home {home}", lock=services, pid=lock_holder(services))
    return lock


def honcho_environment(settings: Settings) -> dict[str, str]:
    """Our environment, with this Python first in PATH, output unbuffered, and the home as an absolute path."""
    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": sys.prefix,
        "PYTHONUNBUFFERED": "1",
        "DMA_HOME": str(settings.home),
        **shared_output(),
    }
    if sys.stdout.isatty() and "log_format" not in settings.model_fields_set:
        environment["DMA_LOG_FORMAT"] = "console"
    return environment


def _is_alive(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(main())
