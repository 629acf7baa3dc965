"""What the security linter is told to overlook: each place names the rule and says why."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "bus", "contracts", "core", "fastlane", "maps", "orchestrator", "rules", "services", "store",
            "telemetry", "workers", "dma_shared_resilience/src")  # fmt: skip
REASONED = re.compile(r"# nosec B\d{3} - \w")


def test_every_exception_in_a_source_names_its_rule_and_its_reason() -> None:
    bare = [
        f"{file.relative_to(ROOT)}:{number}"
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if "# nosec" in line and not REASONED.search(line)
    ]
    assert [] == bare


def test_every_rule_left_out_everywhere_has_its_reason_beside_it() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    skips = tomllib.loads(text)["tool"]["bandit"]["skips"]
    assert skips == re.findall(r'(?m)^    "(B\d{3})",?\s+# \S', text)
