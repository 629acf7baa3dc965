"""The documents of R90 to R94: as long as they may be, and true about what they name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LINES_A_PAGE = 46
PAGES = {"architecture.md": 15, "deployment.md": 5, "developer_guide.md": 10}
FUTURE = (
    "Player Management & Psychology",
    "Performance & Atmosphere",
    "Tool & System Use",
    "Visual Assets & Immersion Architect",
    "Improvisation & Creativity Engine",
    "Advanced Content Creation",
)


def words(name: str) -> str:
    return " ".join((DOCS / name).read_text().split())


@pytest.mark.parametrize("name", PAGES)
def test_document_keeps_to_its_pages(name: str) -> None:
    assert len((DOCS / name).read_text().splitlines()) <= PAGES[name] * LINES_A_PAGE


@pytest.mark.parametrize("name", [*PAGES, "decisions/README.md"])
def test_every_link_leads_somewhere(name: str) -> None:
    path = DOCS / name
    targets = re.findall(r"\]\(([^)#:]+)\)", path.read_text())
    assert targets
    assert [] == [target for target in targets if not (path.parent / target).exists()]


@pytest.mark.parametrize("name", PAGES)
def test_every_command_and_folder_that_is_named_exists(name: str) -> None:
    text = (DOCS / name).read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set() == set(re.findall(r"\bmake ([a-z][a-z-]+)", text)) - targets - {"what"}
    modules = set(re.findall(r"python -m ([a-z_.]+[a-z])(?![.\w]*<)", text)) - {"pytest", "workers.herald.main"}
    assert set() == {module for module in modules if not _is_module(ROOT.joinpath(*module.split(".")))}


def test_every_decision_is_listed_in_order() -> None:
    listed = re.findall(r"\]\((\d{4}-[^)]+)\)", (DOCS / "decisions" / "README.md").read_text())
    assert sorted(path.name for path in (DOCS / "decisions").glob("0*.md")) == listed


def test_future_agents_are_there_by_name_only() -> None:
    architecture = words("architecture.md")
    section = architecture.partition("## Future agents ")[2]
    assert "; ".join(FUTURE) + " (R12)." == section
    for name in FUTURE:
        assert 1 == architecture.count(name)
        assert name not in words("developer_guide.md") + words("deployment.md")


def _is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()
