"""The console's files, read as text: nothing that the content security policy would refuse, nothing from elsewhere."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from contracts.entities import EntityType

WEB = Path(__file__).parents[3] / "web"
SCRIPTS = sorted(WEB.glob("js/*.js"))
VOID = {"meta", "link", "img", "input", "br", "hr"}
FORBIDDEN_IN_SCRIPTS = (
    r"\binnerHTML\b",
    r"\bouterHTML\b",
    r"\binsertAdjacentHTML\b",
    r"\bdocument\s*\.\s*write",
    r"\beval\b",
    r"\bnew\s+Function\b",
    r"\bset(Timeout|Interval)\(\s*['\"`]",
    r"\blocalStorage\b",
    r"\bsessionStorage\b",
    r"\bindexedDB\b",
    r"\bdocument\s*\.\s*cookie\b",
    r"\bDOMParser\b",
    r"\bcreateContextualFragment\b",
    r"javascript:",
    r"\bconsole\s*\.",
    r"https?://",
)


PAGES = {"index.html": "main.js", "dashboard/index.html": "dashboard.js"}
"""Each page with its script."""


def scripts_from(name: str) -> set[str]:
    """A script and all it imports."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += re.findall(r'from "\./([a-z]+\.js)"', (WEB / "js" / name).read_text())
    return reached


class Page(HTMLParser):
    """The elements of a page, in order, and the ids that are used twice."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.path = WEB / name
        self.script = PAGES[name]
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self.open: list[str] = []
        self.feed(self.path.read_text())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in {"script", "style"}:
            self.scripts.append(data.strip())

    def attributes(self, name):
        return [attributes[name] for _, attributes in self.elements if name in attributes]


@pytest.fixture(scope="module", params=PAGES)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(request.param)


def test_every_element_of_the_page_is_closed(page):
    assert [] == page.open


def test_page_has_no_inline_script_style_or_handler(page):
    assert [] == [text for text in page.scripts if text]
    assert [] == [tag for tag, _ in page.elements if tag == "style"]
    assert [] == [(tag, name) for tag, has in page.elements for name in has if name == "style" or name.startswith("on")]


def test_page_refers_only_to_files_beside_it_and_to_the_api_pages(page):
    references = page.attributes("src") + page.attributes("href")
    places = {reference for reference in references if not reference.startswith("#")} - {"./docs"}
    files = {(page.path.parent / place).resolve().relative_to(WEB).as_posix() for place in places}

    shared = {"icon.svg", "console.css"}
    if page.script == "main.js":
        assert shared | {"js/main.js", "dashboard"} == files
    else:
        assert shared | {"js/dashboard.js", "dashboard/dashboard.css", "."} == files
    assert [] == [name for name in files if not (WEB / name).exists()]


def test_page_ids_are_used_once_and_every_label_and_description_finds_its_own(page):
    ids = page.attributes("id")
    named = page.attributes("for") + page.attributes("aria-labelledby") + page.attributes("aria-describedby")

    assert sorted(set(ids)) == sorted(ids)
    assert set() == set(named) - set(ids)


def test_every_id_that_a_script_looks_up_is_in_the_page(page):
    scripts = [WEB / "js" / name for name in scripts_from(page.script)]
    looked_up = {name for script in scripts for name in re.findall(r'byId\("([^"]+)"\)', script.read_text())}

    assert set() == looked_up - set(page.attributes("id"))


def test_pages_own_policy_allows_only_its_own_origin(page):
    policies = [has["content"] for _, has in page.elements if has.get("http-equiv") == "Content-Security-Policy"]

    assert [
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    ] == policies


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_uses_no_markup_sink_no_storage_and_no_other_host(script):
    source = script.read_text()

    assert [] == [pattern for pattern in FORBIDDEN_IN_SCRIPTS if re.search(pattern, source)]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_imports_only_names_that_exist_and_uses_each(script):
    source = script.read_text()
    imports = re.findall(r'^import \{ ([^}]+) \} from "\./([a-z]+\.js)";$', source, re.MULTILINE)

    assert len(re.findall(r"^import\b", source, re.MULTILINE)) == len(imports)
    for names, module in imports:
        exported = (WEB / "js" / module).read_text()
        for name in names.split(", "):
            assert re.search(rf"^export (async )?(function|class|const) {name}\b", exported, re.MULTILINE), name
            assert len(re.findall(rf"\b{name}\b", source)) > 1, f"{name} is not used"


def test_every_script_is_reached_from_a_page():
    assert {script.name for script in SCRIPTS} == {name for script in PAGES.values() for name in scripts_from(script)}


def test_style_sheet_loads_nothing():
    css = "".join(sheet.read_text() for sheet in WEB.rglob("*.css"))

    assert [] == re.findall(r"@import|url\(|expression\(|https?:", css)


def test_icon_is_a_picture_and_nothing_else():
    icon = (WEB / "icon.svg").read_text()

    assert {"svg", "path"} == set(re.findall(r"<([a-z]+)", icon, re.IGNORECASE))
    assert [] == re.findall(r"\son\w+=|href", icon)


def test_id_prefixes_are_those_of_the_contracts():
    source = (WEB / "js" / "entities.js").read_text()
    table = re.search(r"export const TYPES = \{(.*?)\};", source, re.DOTALL)

    assert table is not None
    assert {kind.prefix: kind.value for kind in EntityType} == dict(re.findall(r'(\w+): "(\w+)"', table[1]))


TEXT_ON_GROUND = [
    ("ink", "page"), ("ink", "card"), ("ink", "sunk"),
    ("soft", "page"), ("soft", "card"), ("soft", "sunk"),
    ("accent", "page"), ("accent", "card"), ("accent", "sunk"),
    ("on-accent", "accent"), ("good", "card"), ("busy", "card"), ("bad", "card"),
]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_has_the_contrast_of_wcag_aa(theme, text, ground):
    colors = themes()[theme]

    assert contrast(colors[text], colors[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edge_of_a_text_field_has_the_contrast_of_wcag_aa(theme):
    colors = themes()[theme]

    assert contrast(colors["soft"], colors["card"]) >= 3


def themes() -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", (WEB / "console.css").read_text(), re.DOTALL)
    pattern = r"--([a-z-]+): (#[0-9a-f]{6});"
    return {"light": dict(re.findall(pattern, light)), "dark": dict(re.findall(pattern, dark))}


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    red, green, blue = (linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
