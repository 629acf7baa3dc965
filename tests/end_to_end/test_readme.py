"""The README's commands do what it says."""

import re
import subprocess

import pytest

from tests.support.installation import ROOT, Installation

BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)


def run_all(installation: Installation) -> str:
    """Run every shell block in one shell, as a reader would who pastes them one after another."""
    script = "set -eu\n" + "\n".join(BLOCKS)
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{installation.port}").replace(
        ".dma/", f"{installation.home}/"
    )
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False, env=installation.environment()
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


@pytest.mark.curl
@pytest.mark.timeout(120)
def test_the_shell_commands_of_the_readme_give_what_it_promises(running_dma: Installation) -> None:
    output = run_all(running_dma)

    assert "THAC0 16" in output
    assert "Borin" in output
    assert '"entities_created":["npc_' in output
    assert "Hall of Khelgrim" in output
    assert '{"base_thac0":16,"strength_bonus":1,"final_thac0":15' in output
    assert '{"paralyzation":13,"rod_staff_wand":9,"petrification":11,"breath_weapon":13,"spell":10}' in output
    assert '{"armor_ac":5,"shield_bonus":-1,"dex_bonus":-2,"final_ac":2}' in output
    assert "problem+json" not in output
    assert '"status":"failed"' not in output


def test_the_readme_has_commands_to_run() -> None:
    assert len(BLOCKS) >= 4
