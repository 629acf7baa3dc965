"""The running API takes what its OpenAPI document allows, refuses what it forbids, and answers as it promises."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.installation import ROOT, Installation

SECONDS = int(os.environ.get("DMA_FUZZ_SECONDS", "30"))
CONFIG = ROOT / "tests" / "fuzzing" / "schemathesis.toml"


@pytest.mark.slow
@pytest.mark.timeout(SECONDS * 4 + 300)
def test_no_answer_breaks_the_promises_of_the_openapi_document(breakable_dma: Installation, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
            *("run", f"{breakable_dma.base_url}/openapi.json", "--max-time", str(SECONDS), "--no-color"),
        ],
        cwd=tmp_path,
        env=os.environ | {"DMA_FUZZ_TOKEN": breakable_dma.dev_token},
        capture_output=True,
        text=True,
        timeout=SECONDS * 3 + 200,
        check=False,
    )
    sys.stdout.write(done.stdout)  # `make fuzz` shows it
    assert 0 == done.returncode, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert "Test cases:" in done.stdout
