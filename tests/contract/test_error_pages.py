"""Every type of problem has its page, every page says what the code does, and docs/errors/ is what the table says."""

from pathlib import Path

import pytest

import api.app  # noqa: F401 - so that every error class is known
from api.error_pages import FOLDER, codes_of, pages
from api.error_table import ERROR_PAGES
from api.errors import _ROUTER, INTERNAL, KINDS, STATUS_OF_CATEGORY
from bus.errors import BusError
from core.errors import DmaError, ErrorCategory
from core.problems import problem
from rules.errors import RuleError

ANSWERED = [*KINDS.values(), INTERNAL, *(kind for kind, _, _ in _ROUTER.values())]


def family(root: type[BaseException]) -> list[type]:
    return [root, *(one for child in root.__subclasses__() for one in family(child))]


def test_pages_on_disk_are_what_the_table_says_now() -> None:
    assert pages() == {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}, (
        "run python -m api.error_pages"
    )


@pytest.mark.parametrize("kind", ANSWERED, ids=lambda kind: kind.slug)
def test_every_kind_that_is_answered_has_a_page_with_its_title_and_status(kind) -> None:
    page = ERROR_PAGES[kind.slug]
    assert kind.title == page.title
    assert kind.status in page.statuses


@pytest.mark.parametrize("category", list(ErrorCategory))
def test_every_stored_problem_has_a_page_with_its_title_and_code(category: ErrorCategory) -> None:
    stored = problem(category, "x")
    name = stored["type"].rpartition("/")[2]
    assert stored["title"] == ERROR_PAGES[name].title
    assert stored["code"] in codes_of(name)
    assert STATUS_OF_CATEGORY[category] >= 400


def test_every_code_of_an_error_of_ours_is_on_a_page() -> None:
    shown = {code for name in ERROR_PAGES for code in codes_of(name)}
    answered = {
        error.code
        for root in (DmaError, BusError, RuleError)
        for error in family(root)
        if any(base in KINDS and KINDS[base] is not INTERNAL for base in error.__mro__)
        and error.__module__.partition(".")[0] in {"api", "core", "fastlane", "rules", "store"}
    }
    assert set() == answered - shown
    assert len(answered) > 30


def test_every_page_has_a_code_and_stays_short() -> None:
    assert [] == [name for name in ERROR_PAGES if not codes_of(name)]
    assert [] == [name for name, text in pages().items() if name != "README.md" and len(text.splitlines()) > 20]


def test_links_between_the_pages_lead_somewhere() -> None:
    targets = {
        part.partition(")")[0] for text in pages().values() for part in text.split("](")[1:] if ".md" in part[:60]
    }
    assert set() == {target for target in targets if not (Path(FOLDER) / target).is_file()}
