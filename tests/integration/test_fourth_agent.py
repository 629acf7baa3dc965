"""The developer guide's worked example, followed to the letter on a copy of the repository (R94)."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.processes import REPOSITORY, environment, running

GUIDE = REPOSITORY / "docs" / "developer_guide.md"
CHANGED = ("contracts", "orchestrator", "workers", "Procfile", "compose.yaml", "pyproject.toml")
USED = ("api", "bus", "core", "fastlane", "maps", "rules", "services", "store", "telemetry", "web", "schema.sql")
PROMPT = "Proclaim the fair of Ashford"

SUBMIT = f"""
import os, sys, time
import dramatiq
from uuid import UUID
from core.clock import SystemClock
from core.ids import new_uuid
from core.settings import DEFAULT_CAMPAIGN_ID, load_settings
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.intake import Intake, Submission
from orchestrator.intents.choice import make_classifier
from orchestrator.publish import Publisher
from store.campaigns import ensure_campaign
from store.database import Database
from store.embedding import make_embedder
from store.requests import read_request
from workers.orchestrator.actors import declare_actors
from workers.pool import Pool

campaign = UUID(DEFAULT_CAMPAIGN_ID)
database = Database(os.environ["DATABASE_URL"], application_name="dma-example")
database.open()
with database.transaction() as tx:
    ensure_campaign(tx, campaign, "My campaign", "user:dm")
broker, signer = build_broker(os.environ["REDIS_URL"]), TokenSigner(os.environ["SECRET_KEY"])
declare_actors(Pool(load_settings(), database, broker, signer, None))
worker = dramatiq.Worker(broker, queues={{"orchestrator"}}, worker_threads=1, worker_timeout=100)
worker.start()
intake = Intake(database, broker, make_classifier(make_embedder(), SystemClock(), None), Publisher(broker, signer))
request_id = new_uuid()
intake.submit(Submission(request_id, "user:dm", {PROMPT!r}, campaign, timeout_ms=60_000))
until = time.monotonic() + 60
while time.monotonic() < until:
    with database.transaction() as tx:
        view = read_request(tx, request_id, "user:dm")
    if view.status != "processing":
        break
    time.sleep(0.05)
worker.stop(timeout=2000)
print(view.status, [step.agent for step in view.plan], (view.result or {{}}).get("content"), view.error)
"""


def blocks() -> list[tuple[str, str]]:
    """(language, text) of the example's code blocks, in order."""
    example = GUIDE.read_text().partition("## A worked example")[2].partition("\n## ")[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", example, re.MULTILINE | re.DOTALL)


def apply(language: str, text: str, root: Path) -> None:
    """Do what one block of the guide says."""
    first, _, rest = text.partition("\n")
    if language == "python":
        path = root / first.removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text(rest)
        return
    path = root / first.removeprefix("--- ")
    lines = rest.splitlines()
    before = "".join(f"{line[1:]}\n" for line in lines if line[:1] in {" ", "-"})
    after = "".join(f"{line[1:]}\n" for line in lines if line[:1] in {" ", "+"})
    assert before, f"nothing to find {path} by"
    assert before in path.read_text(), f"{path.name} has no\n{before}"
    path.write_text(path.read_text().replace(before, after))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository with the example's changes; what it does not change is linked."""
    for name in CHANGED:
        source, target = REPOSITORY / name, tmp_path / name
        shutil.copytree(
            source, target, ignore=shutil.ignore_patterns("__pycache__")
        ) if source.is_dir() else shutil.copy(source, target)
    for name in USED:
        (tmp_path / name).symlink_to(REPOSITORY / name)
    found = blocks()
    assert 13 <= len(found)
    for language, text in found:
        apply(language, text, tmp_path)
    return tmp_path


def test_fourth_agent_of_the_guide_answers_a_prompt(copy: Path, database_url: str, redis_url: str) -> None:
    python_path = f"{copy}:{REPOSITORY / 'dma_shared_resilience' / 'src'}"
    secret = "a-secret-of-this-test-and-of-nothing-else"
    env = environment(copy / "home", DATABASE_URL=database_url, REDIS_URL=redis_url, SECRET_KEY=secret)
    env["PYTHONPATH"] = python_path
    with running([sys.executable, "-m", "workers.herald.main"], env=env, output=copy / "herald.log", cwd=copy):
        asked = subprocess.run(
            [sys.executable, "-c", SUBMIT], env=env, cwd=copy, capture_output=True, text=True, timeout=120, check=False
        )
    told = "Hear ye, hear ye! The fair of Ashford!"
    assert f"completed ['herald'] {told} None" == asked.stdout.strip().rpartition("\n")[2], (
        asked.stderr[-2000:] + (copy / "herald.log").read_text()[-2000:]
    )
    services = yaml.safe_load((copy / "compose.yaml").read_text())["services"]
    assert services["herald"].keys() == services["scribe"].keys()
    assert (copy / "Procfile").read_text().count("workers.herald.main") == 1
