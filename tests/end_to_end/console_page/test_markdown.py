"""Answers as Markdown: every kind of block and span, and input that tries to be slow."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.console_page import signed_in
from tests.support.console_stub import running_stub

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def renderer(browser: Browser) -> Iterator[Page]:
    """One console for all: rendering leaves nothing behind."""
    with running_stub() as stub, signed_in(browser, stub) as opened:
        yield opened


def rendered(page: Page, markdown: str) -> str:
    script = """async (source) => {
      const { renderMarkdown } = await import("/js/markdown.js");
      const box = document.createElement("div");
      box.append(renderMarkdown(source));
      return box.innerHTML;
    }"""
    html: str = page.evaluate(script, markdown)
    return html.replace(' tabindex="0" role="group" aria-label="Table"', "").replace(' tabindex="0"', "")


def table(head: str, *rows: str) -> str:
    """The markup of a table; cells are written short, as `<td end>` for class="end"."""
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    short = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    scoped = re.sub(r"<th( \w+)?>", r'<th\1 scope="col">', short)
    return re.sub(r"<(t[hd]) (end|middle)", r'<\1 class="\2"', scoped)


MARKDOWN = {
    "paragraphs": ("One\ntwo\n\nthree", "<p>One two</p><p>three</p>"),
    "hard breaks": ("One  \ntwo\\\nthree", "<p>One<br>two<br>three</p>"),
    "headings nest below the page's": ("# A\n###### B #", "<h3>A</h3><h6>B</h6>"),
    "bold and italic": ("**a** *b* ***c***", "<p><strong>a</strong> <em>b</em> <strong><em>c</em></strong></p>"),
    "bold and italic with underscores": ("__a__ _b_", "<p><strong>a</strong> <em>b</em></p>"),
    "bold around italic": ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"),
    "snake case is a word": ("rod_staff_wand", "<p>rod_staff_wand</p>"),
    "asterisks that multiply": ("2 * 3 * 4 and 1d6*2", "<p>2 * 3 * 4 and 1d6*2</p>"),
    "unclosed marks stay": ("**a `b", "<p>**a `b</p>"),
    "escapes": (r"\*a\* \_b\_", "<p>*a* _b_</p>"),
    "code": ("`a*b*` and ``c`d``", "<p><code>a*b*</code> and <code>c`d</code></p>"),
    "fenced code": ("```json\n{\n  a: **1**\n}\n```\nb", "<pre><code>{\n  a: **1**\n}</code></pre><p>b</p>"),
    "unclosed fence": ("```\na", "<pre><code>a</code></pre>"),
    "rule": ("a\n\n---\n\n* * *", "<p>a</p><hr><hr>"),
    "list": ("- a\n- b\n\n- c", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
    "nested list": ("- a\n  - b\n    - c\n- d", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
    "numbered list": ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
    "numbered items with more inside": (
        "1. a\n   - b\n\n2. c",
        "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>",
    ),
    "answer that begins with its number": ("15. A fighter has 16.", "<p>15. A fighter has 16.</p>"),
    "number at the start of a line": ("He is\n18. That is all.", "<p>He is 18. That is all.</p>"),
    "item of two lines": ("- a\n  b\n- c", "<ul><li>a b</li><li>c</li></ul>"),
    "list after words": ("He has:\n- a", "<p>He has:</p><ul><li>a</li></ul>"),
    "quote": ("> a\n> b\n\nc", "<blockquote><p>a b</p></blockquote><p>c</p>"),
    "table": (
        "| A | B |\n|---|--:|\n| 1 | **2** |\n| 3 |",
        table("<th>A</th><th end>B</th>", "<td>1</td><td end><strong>2</strong></td>", "<td>3</td><td end></td>"),
    ),
    "table after words, with a bar in a cell": (
        "Look:\nA | B\n:-: | ---\na\\|b | c",
        "<p>Look:</p>" + table("<th middle>A</th><th>B</th>", "<td middle>a|b</td><td>c</td>"),
    ),
    "a bar alone is no table": ("a | b\nc", "<p>a | b c</p>"),
    "windows line ends": ("# a\r\nb", "<h3>a</h3><p>b</p>"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("name", MARKDOWN)
def test_markdown_becomes_the_elements_it_means(renderer, name):
    source, expected = MARKDOWN[name]

    assert expected == rendered(renderer, source)


SIZE = 20_000


@pytest.mark.parametrize(
    "absurd",
    [
        lambda size: "*a " * size,
        lambda size: "`" * 3 + "a" + "` " * size,
        lambda size: "> " * (size // 4) + "a",
        lambda size: "".join(" " * (line % 100) + "1. a\n" for line in range(size // 20)),
        lambda size: "".join(" " * (line % 100) + "- a\n" for line in range(size // 20)),
        lambda size: "|" * size + "\n" + "-|" * size + " " * size + "x",
        lambda size: "[" * size,
        lambda size: "a" + " " * (2 * size) + "b",
        lambda size: "# " + " #" * size + "x",
        lambda size: "_a" * size,
    ],
    ids=["stars", "ticks", "quotes", "numbered lists", "lists", "bars", "brackets", "blanks", "hashes", "underscores"],
)
def test_absurd_answer_four_times_as_long_takes_about_four_times_as_long(renderer, absurd):
    """What grows with the square takes sixteen times as long, however often it is tried."""
    script = """async ([short, long]) => {
      const { renderMarkdown } = await import("/js/markdown.js");
      const times = (source) => {
        const start = performance.now();
        renderMarkdown(source);
        return performance.now() - start;
      };
      let [least, most] = [Infinity, Infinity];
      for (let round = 0; round < 20 && most >= 10 * Math.max(least, 5); round += 1) {
        [least, most] = [Math.min(least, times(short)), Math.min(most, times(long))];
      }
      return [least, most];
    }"""

    short, long = renderer.evaluate(script, [absurd(SIZE // 4), absurd(SIZE)])

    assert long < 10 * max(short, 5)


def test_answer_of_a_hundred_thousand_pieces_is_rendered(renderer):
    pieces = rendered(renderer, "**a** " * 60_000)

    assert 60_000 == pieces.count("<strong>a</strong>")
