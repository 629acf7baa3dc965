"""The pages of docs/errors/, written from api/error_table.py: `python -m api.error_pages` writes them anew."""

import json
import sys
from pathlib import Path
from typing import Final

from api.error_table import ERROR_PAGES, ErrorPage
from api.errors import ERROR_BASE, INTERNAL, kind_of
from bus.errors import BusError
from core.errors import DmaError, ErrorCategory
from rules.errors import RuleError

FOLDER: Final = Path(__file__).parents[1] / "docs" / "errors"
_ANSWERED_FROM: Final = frozenset({"api", "bus", "core", "fastlane", "rules", "store"})
"""Packages whose errors reach the API."""
_OF_A_REQUEST: Final = "as the `error` of a request that failed"


def codes_of(slug: str) -> list[str]:
    """Every `code` that a problem of this type may carry."""
    found = {
        str(getattr(error, "code", ""))
        for root in (DmaError, BusError, RuleError)
        for error in _family(root)
        if error.__module__.partition(".")[0] in _ANSWERED_FROM and kind_of(error).slug == slug
    }
    # What nobody foresaw is told as one code; those of our own that end as a 500 stop the start, not an exchange.
    found = found if slug != INTERNAL.slug else set()
    return sorted((found - {""}) | set(ERROR_PAGES[slug].codes))


def pages() -> dict[str, str]:
    """The text of every page, and of the list of them, by file name."""
    texts = {f"{slug}.md": page_text(slug, page) for slug, page in ERROR_PAGES.items()}
    return texts | {"README.md": _list_text()}


def page_text(slug: str, page: ErrorPage) -> str:
    """One page as Markdown."""
    codes = ", ".join(f"`{code}`" for code in codes_of(slug))
    return (
        f"# {page.title}: {slug}\n\n"
        f"Type `{ERROR_BASE}{slug}`, {_places(slug, page)}. Codes: {codes}.\n\n"
        f"**When.** {page.when}\n\n"
        f"**What to do.** {page.remedy}\n\n"
        f"```json\n{json.dumps(_example(slug, page), indent=2)}\n```\n"
    )


def _places(slug: str, page: ErrorPage) -> str:
    answered = [f"status {status}" for status in page.statuses]
    is_stored = slug in {category.value.replace("_", "-") for category in ErrorCategory}
    return " and ".join(answered + ([_OF_A_REQUEST] if is_stored else [])) or "with the status that fits"


def _example(slug: str, page: ErrorPage) -> dict[str, object]:
    shown: dict[str, object] = {"type": ERROR_BASE + slug, "title": page.title}
    shown |= {"status": page.statuses[0]} if page.statuses else {}
    return shown | {"detail": page.detail, "code": codes_of(slug)[0]}


def _list_text() -> str:
    lines = [
        f"| {', '.join(map(str, page.statuses)) or '-'} | [{slug}]({slug}.md) | {page.title} |"
        for slug, page in sorted(ERROR_PAGES.items(), key=lambda item: (item[1].statuses or (999,), item[0]))
    ]
    return (
        "# Errors\n\n"
        "Every error is a problem object (RFC 9457). The last part of its `type` is the name of a page here; a\n"
        "running installation serves the same page at `/errors/<name>`. Those without a status stand\n"
        f"{_OF_A_REQUEST}.\n"
        "Written by `python -m api.error_pages` from `api/error_table.py`.\n\n"
        "| Status | Type | Title |\n|---|---|---|\n" + "\n".join(lines) + "\n"
    )


def _family(root: type[BaseException]) -> list[type]:
    return [root, *(one for child in root.__subclasses__() for one in _family(child))]


def main() -> int:
    """Write all pages, and remove those whose type is gone."""
    FOLDER.mkdir(exist_ok=True)
    texts = pages()
    for name, text in texts.items():
        (FOLDER / name).write_text(text, "utf-8")
    for left_over in {path.name for path in FOLDER.glob("*.md")} - set(texts):
        (FOLDER / left_over).unlink()
    return 0


if __name__ == "__main__":
    import api.app  # noqa: F401 - so that every error class is known

    sys.exit(main())
