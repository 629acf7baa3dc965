"""One installation for all faults: what one of them leaves behind, the next would find."""

import socket
from collections.abc import Iterator

import pytest

from tests.reliability.rig import FailingInstallation, Rig
from tests.reliability.sizes import PART, PARTS, SEED, SIZE
from tests.support.servers import temporary_home


@pytest.fixture(scope="module")
def whole_rig() -> Iterator[Rig]:
    """The installation and its clients."""
    print(f"sizes: {SIZE.value}, part {PART} of {PARTS}, seed: {SEED}")  # noqa: T201 - to repeat a run that failed
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with temporary_home() as place:
        installation = FailingInstallation(place / "home", port)
        try:
            installation.start()
            rig = Rig(installation, SEED)
            yield rig
            rig.close()
        finally:
            installation.destroy()


@pytest.fixture
def rig(whole_rig: Rig) -> Iterator[Rig]:
    """The installation for one fault; nothing stays armed or stopped."""
    yield whole_rig
    for process in whole_rig.stopped():
        process.resume()
    for point in whole_rig.dma.failpoints.iterdir():
        point.unlink(missing_ok=True)
