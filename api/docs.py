"""The documentation at /docs: the OpenAPI document as one plain page, without a script and without another server.

Names and texts come from our own code; they are escaped all the same.
"""

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from api.error_pages import codes_of
from api.error_table import ERROR_PAGES, ErrorPage
from api.routes import PublicRoute
from core.errors import NotFound

_STYLE: Final = """\
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; }
nav ul { columns: 2; padding-left: 1rem; }
details { border: 1px solid #8886; border-radius: .4rem; margin: .5rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; }
code, pre { font: 14px/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .6rem; background: #8881; border-radius: .3rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #8883; }
.method { display: inline-block; min-width: 4.2rem; font-weight: 700; }
"""
_VERBS: Final = ("get", "post", "put", "patch", "delete")


def docs_router() -> APIRouter:
    """Routes for the page and its style sheet."""
    router = APIRouter(route_class=PublicRoute, include_in_schema=False)

    @router.get("/docs")
    async def docs(request: Request) -> Response:
        return HTMLResponse(docs_page(request.app.openapi()), headers={"Cache-Control": "no-cache"})

    @router.get("/docs/style.css")
    async def style() -> Response:
        return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "no-cache"})

    return router


def errors_router() -> APIRouter:
    """The pages that the `type` of problems names: its last part, at /errors/ of this installation."""
    router = APIRouter(route_class=PublicRoute, include_in_schema=False)

    @router.get("/errors/{name}")
    async def error_page(name: str) -> Response:
        if name not in ERROR_PAGES:
            raise NotFound("there is no such type of problem")
        return HTMLResponse(_error_page(name, ERROR_PAGES[name]), headers={"Cache-Control": "no-cache"})

    return router


def _error_page(name: str, page: ErrorPage) -> str:
    codes = ", ".join(f"<code>{escape(code)}</code>" for code in codes_of(name))
    statuses = ", ".join(map(str, page.statuses)) or "in the error of a request that failed"
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>{escape(page.title)}</title>',
            '<meta name="viewport" content="width=device-width">',
            '<link rel="stylesheet" href="/docs/style.css"></head><body>',
            f"<h1>{escape(page.title)}: {escape(name)}</h1>",
            f"<p>Status: {statuses}. Codes: {codes}.</p>",
            f"<h2>When</h2><p>{escape(page.when)}</p>",
            f"<h2>What to do</h2><p>{escape(page.remedy)}</p>",
            "</body></html>",
        ]
    )


def docs_page(document: Mapping[str, Any]) -> str:
    """The whole document as HTML: operations by tag, then the schemas they name."""
    info = document["info"]
    tags = list(dict.fromkeys(operation["tags"][0] for _, _, operation in _operations(document)))
    schemas = document.get("components", {}).get("schemas", {})
    title = escape(f"{info['title']} {info['version']}")
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>{title}: API</title>',
            '<meta name="viewport" content="width=device-width">',
            '<link rel="stylesheet" href="/docs/style.css"></head><body>',
            f"<h1>{title}</h1><p>{escape(info.get('description', ''))}</p>",
            '<p>Machine-readable: <a href="/openapi.json">/openapi.json</a>.',
            "Send <code>Authorization: Bearer &lt;token&gt;</code> wherever a scope is named.</p>",
            "<nav><ul>",
            *(f'<li><a href="#{escape(tag)}">{escape(tag)}</a></li>' for tag in [*tags, "schemas"]),
            "</ul></nav>",
            *(_section(tag, document) for tag in tags),
            '<h2 id="schemas">schemas</h2>',
            *(_schema(name, schema) for name, schema in sorted(schemas.items())),
            "</body></html>",
        ]
    )


def _operations(document: Mapping[str, Any]) -> Iterable[tuple[str, str, Any]]:
    for path, operations in document["paths"].items():
        for verb in _VERBS:
            if verb in operations:
                yield path, verb, operations[verb]


def _section(tag: str, document: Mapping[str, Any]) -> str:
    shared = document.get("components", {}).get("responses", {})
    inside = "\n".join(
        _operation(path, verb, operation, shared)
        for path, verb, operation in _operations(document)
        if operation["tags"][0] == tag
    )
    return f'<h2 id="{escape(tag)}">{escape(tag)}</h2>\n{inside}'


def _operation(path: str, verb: str, operation: Mapping[str, Any], shared: Mapping[str, Any]) -> str:
    text = operation.get("description") or operation.get("summary", "")
    head = f'<span class="method">{verb.upper()}</span> <code>{escape(path)}</code> {escape(text)}'
    parts = [f"<details><summary>{head}</summary>"]
    scopes = operation.get("x-scopes", [])
    parts.append(f"<p>Scope: {escape(', '.join(scopes))}</p>" if scopes else "<p>No token needed.</p>")
    if parameters := operation.get("parameters"):
        parts.append(_table(("Parameter", "In", "Shape"), (_parameter(item) for item in parameters)))
    bodies = operation.get("requestBody", {}).get("content", {}).values()
    parts.extend(f"<p>Body: {_shape(body.get('schema', {}))}</p>" for body in bodies)
    answers = {
        status: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in sorted(operation["responses"].items())
    }
    parts.append(_table(("Status", "Answer", "Shape"), (_answer(*item) for item in answers.items())))
    return "\n".join([*parts, "</details>"])


def _parameter(item: Mapping[str, Any]) -> tuple[str, str, str]:
    name = escape(item["name"]) + ("" if item.get("required") else " (optional)")
    return name, escape(item["in"]), _shape(item.get("schema", {}))


def _answer(status: str, answer: Mapping[str, Any]) -> tuple[str, str, str]:
    shapes = [_shape(content.get("schema", {})) for content in answer.get("content", {}).values()]
    return status, escape(answer.get("description", "")), " ".join(shapes)


def _shape(schema: Mapping[str, Any]) -> str:
    names = [ref.rpartition("/")[2] for ref in _references(schema)]
    if names:
        return " or ".join(f'<a href="#schema-{escape(name)}">{escape(name)}</a>' for name in names)
    return f"<code>{escape(json.dumps(schema))}</code>" if schema else ""


def _references(schema: Mapping[str, Any]) -> list[str]:
    options = [schema, *schema.get("anyOf", [])]
    return [option["$ref"] for option in options if "$ref" in option]


def _schema(name: str, schema: Any) -> str:
    text = escape(json.dumps(schema, indent=2, ensure_ascii=False))
    return (
        f'<details id="schema-{escape(name)}"><summary><code>{escape(name)}</code></summary><pre>{text}</pre></details>'
    )


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{head}</th>" for head in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"
