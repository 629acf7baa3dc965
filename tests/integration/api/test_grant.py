"""Letting somebody in from the command line, where there is no ready line."""

import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from api.grant import main
from store.auth_tokens import redeem_login_code
from store.campaigns import require_member
from store.database import Database
from tests.support.installation import ROOT


def grant(principal: str, url: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.grant", principal],
        cwd=ROOT,
        env={"DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:1/0", "DMA_HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_code_signs_in_once_and_a_campaign_is_there(database: Database, database_url: str, tmp_path: Path) -> None:
    done = grant("user:anna", database_url, tmp_path)

    assert 0 == done.returncode, done.stderr
    code, campaign = re.search(r"#code=(\S+)\n.*campaign (\S+)\)", done.stdout).groups()
    with database.transaction() as tx:
        require_member(tx, UUID(campaign), "user:anna", role="owner")
        assert ["user:anna", None] == [redeem_login_code(tx, code), redeem_login_code(tx, code)]


def test_a_second_grant_keeps_the_campaign(database_url: str, tmp_path: Path) -> None:
    first, second = (grant("user:anna", database_url, tmp_path).stdout.split("campaign ")[1] for _ in range(2))

    assert first == second


@pytest.mark.parametrize("principal", ["anna", "user:", "user:Anna", "service:x", "user:a b"])
def test_a_name_of_another_form_is_refused(principal: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 78 == main([principal])
    assert "user:anna" in capsys.readouterr().err
