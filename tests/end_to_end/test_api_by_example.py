"""Every example of docs/api.md does what the page says."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.installation import ROOT, Installation
from tests.support.openapi_document import openapi_document

PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
MAX_LINES = 450


def run_all(installation: Installation, folder: Path) -> str:
    script = "set -eu\n" + "\n".join(BLOCKS)
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{installation.port}").replace(
        ".dma/", f"{installation.home}/"
    )
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
        env=installation.environment(),
    )
    assert 0 == done.returncode, done.stderr + done.stdout[-3_000:]
    return done.stdout


@pytest.mark.curl
@pytest.mark.timeout(200)
def test_the_examples_of_the_api_page_give_what_it_promises(running_dma: Installation, tmp_path: Path) -> None:
    output = run_all(running_dma, tmp_path)

    for promised in (
        '"final_thac0":15',
        '"final_ac":2',
        '"status":"completed"',
        "event: step.finished",
        '"items":[{"at":',
        '"undone_by":"user:dm"',
        '"description":"It leans."',
        '"kind":"lives in"',
        '"results":[{"entity_id":"loc_',
        '"role":"reader"',
        "event: layout",
        "event: done",
        "The location_type 'castle' is not valid",
        "There is nothing at this address",
        "Validation Error: validation",
    ):
        assert promised in output
    # What is refused is refused on purpose, and nothing else is.
    assert ["validation", "not-found"] == re.findall(r'"type": ?"https://api.dma.com/errors/([a-z-]+)"', output)
    towers = re.findall(r"^(loc_[0-9a-f]{32})$", output, re.MULTILINE)
    assert 1 == len(towers)
    assert f'"id":"{towers[0]}"' in output
    assert (tmp_path / "map.svg").read_text().startswith("<svg")
    assert (tmp_path / "key.md").read_text().startswith("#")


def test_the_page_is_short_and_every_address_on_it_is_one_of_ours() -> None:
    assert len(PAGE.splitlines()) <= MAX_LINES
    assert len(BLOCKS) >= 12
    served = [re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) for path in openapi_document()["paths"]]
    used = {
        re.sub(r"[?\"'].*", "", path).rstrip(")")
        for path in re.findall(r"(?:GET|POST|PUT|PATCH|DELETE) \"?(/v1\S*)", "\n".join(BLOCKS))
    }
    unknown = {path for path in used if not any(re.fullmatch(one, path) for one in served)}
    assert {"/v1/nothing"} == unknown
