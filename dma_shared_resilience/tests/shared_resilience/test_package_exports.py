import ast
import pathlib
import sys

import dma_shared_resilience

SOURCES = sorted(pathlib.Path(dma_shared_resilience.__file__).parent.glob("*.py"))


def test_three_names_of_the_specification_are_exported_from_their_modules():
    exported = set(dma_shared_resilience.__all__)

    assert {"CircuitBreaker", "Bulkhead", "RetryWithBackoff"} <= exported
    assert ["circuit_breaker", "bulkhead", "retry"] == [
        getattr(dma_shared_resilience, name).__module__.rpartition(".")[2]
        for name in ("CircuitBreaker", "Bulkhead", "RetryWithBackoff")
    ]


def test_package_needs_the_standard_library_and_pybreaker_only():
    imported = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])

    assert {"pybreaker"} == imported - set(sys.stdlib_module_names) - {"dma_shared_resilience"}


def test_types_travel_with_the_package():
    assert pathlib.Path(dma_shared_resilience.__file__).with_name("py.typed").exists()
