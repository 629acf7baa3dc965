"""Text that would like to be code, from a language model or from another user: it stays text wherever it is shown."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.console_page import send, signed_in
from tests.support.console_stub import BORIN, CAMPAIGN, NPC_ID, Reply, Stub, problem, running_stub

pytestmark = pytest.mark.chromium

HOSTILE = [
    "<script>window.pwned = 1</script>",
    "<img src=x onerror=window.pwned=1>",
    "<svg onload=window.pwned=1><script>window.pwned=1</script></svg>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<a href='javascript:window.pwned=1'>click</a>",
    "[click](javascript:window.pwned=1)",
    "[click](https://evil.example/?leak)",
    "![img](https://evil.example/pixel.png)",
    '![x](x" onerror="window.pwned=1)',
    "<https://evil.example>",
    "[ref]: javascript:window.pwned=1\n[ref]",
    "`<img src=x onerror=window.pwned=1>`",
    "```\n</code></pre><script>window.pwned=1</script>\n```",
    "# <img src=x onerror=window.pwned=1>",
    "- <details open ontoggle=window.pwned=1>",
    "> <style>body{display:none}</style>",
    "| <img src=x onerror=window.pwned=1> |\n|---|\n| <script>window.pwned=1</script> |",
    "**<b onmouseover=window.pwned=1>x</b>**",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "<!--><script>window.pwned=1</script>-->",
    "<math><mtext></p><img src=x onerror=window.pwned=1></mtext></math>",
    "<form action=https://evil.example><button>Sign in</button></form>",
    "<base href=https://evil.example><meta http-equiv=refresh content='0;https://evil.example'>",
    "{{constructor.constructor('window.pwned=1')()}} ${window.pwned=1}",
    "\u202egnp.exe \u0000 \ufeff <img/src/onerror=window.pwned=1>",
    "]]><![CDATA[<script>window.pwned=1</script>",
    "__proto__ constructor toString",
]
BLOCK_TAGS = {"P", "H3", "H4", "H5", "H6", "PRE", "UL", "OL", "LI", "BLOCKQUOTE", "HR", "DIV"}
TABLE_TAGS = {"TABLE", "THEAD", "TBODY", "TR", "TH", "TD"}
ALLOWED_TAGS = BLOCK_TAGS | TABLE_TAGS | {"BR", "STRONG", "EM", "S", "CODE"}
ALLOWED_ATTRIBUTES = {"class", "scope", "start", "tabindex", "role", "aria-label"}
ELEMENTS = "(box) => [...box.querySelectorAll('*')].map((node) => [node.tagName, node.getAttributeNames()])"


@pytest.fixture(scope="module")
def console(browser: Browser) -> Iterator[tuple[Page, Stub]]:
    """One console for all: each answer replaces the one before."""
    with running_stub() as stub, signed_in(browser, stub) as opened:
        yield opened, stub


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_answer_stays_text(console, number):
    page, stub = console
    payload = HOSTILE[number]
    stub.shows(f"{payload}\n\nend")
    send(page, payload)
    expect(page.locator(".answer > p").last).to_contain_text("end")

    found = page.locator(".answer").evaluate(ELEMENTS)
    assert set() == {tag for tag, _ in found} - ALLOWED_TAGS
    assert set() == {name for _, names in found for name in names} - ALLOWED_ATTRIBUTES
    assert page.evaluate("window.pwned === undefined && document.querySelectorAll('script').length === 1")


@pytest.mark.parametrize("payload", HOSTILE[:3])
def test_hostile_names_stay_text_everywhere_else(browser, stub, payload):
    stub.answers["GET /v1/campaigns"] = lambda _: Reply({"items": [{"id": CAMPAIGN, "name": payload}]})
    stub.answers["GET /v1/status"] = lambda _: Reply({"status": payload, "parts": {payload: payload}})
    hostile = BORIN | {"name": payload, "description": payload, "attributes": {payload: [{payload: payload}]}}
    stub.answers["GET /v1/entities/.*"] = lambda _: Reply(hostile)
    stub.shows("ok", entities_created=[NPC_ID, payload, 7], source=[payload, {"book": payload}])
    stub.answers["POST /v1/rules/ask"] = lambda _: problem(400, payload, payload, errors=[{"field": payload}])
    with signed_in(browser, stub, expected_statuses=[400]) as page:
        page.evaluate(
            "() => { Object.defineProperty(window, 'known', {value: document.querySelectorAll('img').length}); }"
        )
        send(page, payload)
        page.locator("a.entity").click()
        expect(page.locator("#panel-title")).to_have_text(payload)
        page.fill("#rules-question", payload)
        page.press("#rules-question", "Enter")
        expect(page.locator("#rules-answer .problem-title")).to_have_text(payload)

        assert 1 == page.locator("a.entity").count()
        assert page.evaluate("window.pwned === undefined && document.querySelectorAll('img').length === window.known")
        assert page.evaluate("document.querySelectorAll('script').length === 1")
