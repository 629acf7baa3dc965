"""Whoever has no model set pays nothing for one: 40 MB of libraries are imported with the first question."""

import ast
from collections.abc import Iterator

from tests.support.installation import ROOT

HEAVY = {"openai", "httpx2", "httpcore2", "workers.llm.protocol", "workers.llm.transport"}
WITH_THE_FIRST_QUESTION = {"workers/llm/protocol.py", "workers/llm/transport.py"}
PROCESSES = ("api", "bus", "contracts", "core", "fastlane", "orchestrator", "rules", "services", "store", "telemetry")


def imported_at_once(tree: ast.AST) -> Iterator[str]:
    """What a module imports when it is imported itself: not inside functions, and not for types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            is_for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            yield from () if is_for_types else imported_at_once(node)


def test_no_module_brings_the_client_library_along() -> None:
    files = [file for folder in (*PROCESSES, "workers") for file in (ROOT / folder).rglob("*.py")]
    sources = {file: file.read_text("utf-8") for file in files}
    found = {
        file.relative_to(ROOT).as_posix()
        for file, source in sources.items()
        if any(f"import {name}" in source or f"from {name}" in source for name in HEAVY)
        and HEAVY & {one for name in imported_at_once(ast.parse(source)) for one in (name, name.split(".")[0])}
    }

    assert WITH_THE_FIRST_QUESTION == found
