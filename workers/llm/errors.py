"""What can go wrong when a language model is asked, in the words of R64.

LlmError                llm_error
|- LlmFailure           counts against the server: its circuit opens
|  |- LlmUnavailable    no connection, 5xx, a stream that broke off
|  |- LlmSlow           no whole answer in fair time
|  |- LlmBusy           429; `retry_after_seconds` when it said so
|  |- LlmRefused        a key, model or request that it does not take
|  `- LlmGarbage        an answer that is none
|- OutOfTime            the request had not enough time left for a fair try
|- ContentFiltered      content_filter
`- TokenLimit           token_limit: the answer or the question was too long
   `- BudgetSpent       nothing was asked: the tokens of the day are used up
"""

from core.errors import DmaError, ErrorCategory


class LlmError(DmaError):
    """The language model gave nothing that can be used."""

    code = "llm_error"
    category = ErrorCategory.LLM_ERROR
    retryable = True


class LlmFailure(LlmError):
    """The language model's server failed."""

    is_worth_a_retry = True
    retry_after_seconds: float = 0.0


class LlmUnavailable(LlmFailure):
    """The language model's server cannot be reached, or failed."""

    code = "llm_unavailable"


class LlmSlow(LlmFailure):
    """The language model did not answer in time."""

    code = "llm_timeout"


class LlmBusy(LlmFailure):
    """The language model's server asks to come back later."""

    code = "llm_busy"

    def __init__(self, message: str = "", *, retry_after_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class LlmRefused(LlmFailure):
    """The language model's server does not take the key, the model's name or the request."""

    code = "llm_refused"
    retryable = False
    is_worth_a_retry = False


class LlmGarbage(LlmFailure):
    """The language model's server answered with something else than what was asked for."""

    code = "llm_garbage"


class OutOfTime(LlmError):
    """Too little of the request's time is left to ask a language model."""

    code = "out_of_time"


class ContentFiltered(LlmError):
    """The language model's server withheld the answer."""

    code = "content_filter"
    category = ErrorCategory.CONTENT_FILTER
    retryable = False


class TokenLimit(LlmError):
    """The question or the answer was longer than the language model takes."""

    code = "token_limit"
    category = ErrorCategory.TOKEN_LIMIT
    retryable = False


class BudgetSpent(TokenLimit):
    """The tokens of this day are used up."""

    code = "token_budget_spent"
