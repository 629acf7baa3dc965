"""The span of one question, in the names of OpenTelemetry's conventions for generative AI (`gen_ai.*`).

It stands for the whole question with its retries and waits, as those conventions want it, and also for one that was
never sent because the circuit was open. It says what was spent and how it ended; never what was asked or answered.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from core.errors import ErrorCategory
from telemetry.tracing import Attribute, Kind, span
from workers.llm.address import Endpoint

if TYPE_CHECKING:
    from workers.llm.client import Bill, Question

OPERATION: Final = "chat"
_ENDS: Final = frozenset({"stop", "length", "content_filter", "tool_calls", "function_call"})
"""What the protocol knows. A server may write anything there, also what it was asked."""


@contextmanager
def chat_span(endpoint: Endpoint, model: str, question: "Question[Any]", bill: "Bill") -> Iterator[None]:
    """A span around a question; whatever its block raises is its outcome.

    Args:
        endpoint: Who is asked.
        model: Its name there; with the operation it names the span.
        question: Its operation and limit are told, its texts are not.
        bill: Read when the block ends.
    """
    with span(f"{OPERATION} {model}", Kind.CLIENT, _asking(endpoint, model, question)) as told:
        try:
            yield
        except Exception as error:
            told.note(_spent(bill) | {"status": "error", "error_type": _category(error)})
            told.fail(str(getattr(error, "code", type(error).__qualname__)))
            raise
        told.note(_spent(bill) | {"status": "success"})


def _asking(endpoint: Endpoint, model: str, question: "Question[Any]") -> Mapping[str, Attribute]:
    """`openai` is the protocol: whose model answers is known by its name and the server's address alone."""
    return {
        "gen_ai.operation.name": OPERATION,
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": model,
        "gen_ai.request.max_tokens": question.most_tokens,
        "gen_ai.request.stream": True,
        "gen_ai.output.type": "json",
        "server.address": endpoint.host,
        "server.port": endpoint.port,
        "dma.llm.operation": question.operation,
    }


def _spent(bill: "Bill") -> dict[str, Attribute | None]:
    ended = None if bill.ended is None else (bill.ended if bill.ended in _ENDS else "other",)
    return {
        "gen_ai.usage.input_tokens": bill.question_tokens,
        "gen_ai.usage.output_tokens": bill.tokens - bill.question_tokens,
        "gen_ai.response.finish_reasons": ended,
        "dma.llm.calls": bill.calls,
    }


def _category(error: Exception) -> str:
    """Of R64; an open circuit and a full bulkhead are the model's too."""
    return str(getattr(error, "category", ErrorCategory.LLM_ERROR))
