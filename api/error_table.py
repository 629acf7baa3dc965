"""What each type of problem means: the one table behind docs/errors/ and the pages that `type` leads to.

The last part of a problem's `type` is its name here. `api/errors.py` says which status an error has; a test holds both,
and the pages, to each other.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """One type of problem.

    Attributes:
        title: As in the problem's `title`.
        statuses: HTTP statuses it is answered with. Empty: it only stands as the `error` of a request that failed.
        when: What has happened.
        remedy: What the caller does about it.
        detail: An example of the problem's `detail`.
        codes: Codes beside those of the error classes.
    """

    title: str
    statuses: tuple[int, ...]
    when: str
    remedy: str
    detail: str
    codes: tuple[str, ...] = ()


ERROR_PAGES: Final[dict[str, ErrorPage]] = {
    "invalid-request": ErrorPage(
        "Invalid request format",
        (400,),
        "The request could not be read: the body is not JSON in UTF-8, names a field twice, holds NaN, a NUL "
        "character, "
        "half a surrogate pair or an integer beyond 64 bits, or is nested deeper than 64 levels; a header or the "
        "address "
        "is malformed; or what arrived was no HTTP request at all.",
        "Correct the request; `detail` says what could not be read. The same request fails again.",
        "the body is not JSON: Expecting value at line 1 column 12",
    ),
    "validation": ErrorPage(
        "Validation Error",
        (400,),
        "The request could be read, but fields are missing, unknown, of the wrong type or outside what is allowed.",
        "Look at `errors`: each entry names a `field`, what is allowed there, and for a body its JSON `pointer`. "
        "At most 20 are listed.",
        "The location_type 'castle' is not valid",
    ),
    "authentication": ErrorPage(
        "Authentication required",
        (401,),
        "There is no Bearer token, or it is expired, revoked, of the wrong kind or not ours. `WWW-Authenticate` says "
        "whether a token was seen.",
        "Trade the refresh token at `POST /v1/auth/refresh` and try once more; when that is refused too, sign in "
        "again.",
        "Token expired",
    ),
    "permission": ErrorPage(
        "Insufficient permissions",
        (403,),
        "The token is good, but lacks the scope of this route, or your role in the campaign does not allow it. "
        "What you "
        "may not even see is answered 404.",
        "Use a token with the scope that `detail` names, or ask an owner of the campaign for the role.",
        "the token does not carry the scope entities:write",
    ),
    "not-found": ErrorPage(
        "Resource not found",
        (404,),
        "There is nothing at this address, it was deleted, or it belongs to a campaign you are no member of. The API "
        "does not say which. As the error of a request: something that a step needed is gone.",
        "Check the path and the id; list what there is with the collection's GET.",
        "There is nothing at this address",
    ),
    "method-not-allowed": ErrorPage(
        "Method not allowed",
        (405,),
        "The address exists and does not take this method.",
        "Use one of the methods in the `Allow` header.",
        "This address does not take that method",
        ("method_not_allowed",),
    ),
    "conflict": ErrorPage(
        "Resource version conflict",
        (409,),
        "What you meant to change is not as you last saw it: it has another version, the id is taken, the last owner "
        "would leave, the request has not ended, or what a prompt wrote was changed since.",
        "Read it again (the `ETag` of this answer is the version it has now, where there is one), decide anew, and "
        "send "
        "the change with that version in `If-Match`.",
        "the entity has version 4, the change was based on version 3",
    ),
    "idempotency-key-in-use": ErrorPage(
        "Resource version conflict",
        (409,),
        "The first call with this Idempotency-Key is still under way.",
        "Wait for the seconds in `Retry-After`, then send the same call again; it gets the first call's answer.",
        "the first call with this Idempotency-Key is still under way",
    ),
    "idempotency-key-reused": ErrorPage(
        "Validation failed",
        (422,),
        "This Idempotency-Key was used within the last 24 hours for another body or another thing.",
        "Take a fresh key for each new thing; send the same key only with the very same body.",
        "the Idempotency-Key was used with another body",
    ),
    "precondition-failed": ErrorPage(
        "Precondition failed",
        (412,),
        "The version in `If-Match` is not the current one, on an installation with STRICT_HTTP_PRECONDITIONS=true. "
        "Others answer 409 [conflict](conflict.md).",
        "As for a conflict: read again, decide anew, send the current version.",
        "the entity has version 4, the change was based on version 3",
    ),
    "body-too-large": ErrorPage(
        "Request body too large",
        (413,),
        "The body is larger than 10 MB (10485760 bytes). The server stops reading there and closes the connection.",
        "Send less: split a bulk create, or an import, into several.",
        "The body is larger than 10 MB (10485760 bytes).",
    ),
    "unsupported-media-type": ErrorPage(
        "Unsupported media type",
        (415,),
        "The body's `Content-Type` is not taken here, its charset is not UTF-8, or it is compressed.",
        "Send `Content-Type: application/json` and no `Content-Encoding`. PATCH takes `application/merge-patch+json` "
        "too, an import `application/zip`.",
        "the Content-Type must be application/json",
    ),
    "wrong-host": ErrorPage(
        "Misdirected request",
        (421,),
        "The `Host` header names a server that this one is not. A local start answers for localhost, for "
        "addresses, and "
        "for the name it was bound to, so that no page in a browser can reach it under a name of its own.",
        "Use `http://127.0.0.1` and the port, or set DMA_HOST to the name you want.",
        "This server does not answer for the name in the Host header.",
    ),
    "not-allowed": ErrorPage(
        "Validation failed",
        (422,),
        "The request is well formed, but what it asks for does not exist or is not allowed: a campaign that is not "
        "yours, a level outside its table, a brief that does not fit its kind.",
        "Look at `errors` for the field and for what would be allowed.",
        "The campaign_id names no campaign of yours",
    ),
    "precondition-required": ErrorPage(
        "Precondition required",
        (428,),
        "A change came without `If-Match`, so it could overwrite somebody's change unseen.",
        'Send the version you read, `If-Match: "3"`, or `If-Match: *` to mean any.',
        "Send the version you read in If-Match, so that nobody's change is overwritten unseen.",
    ),
    "rate-limit": ErrorPage(
        "Rate limit exceeded",
        (429,),
        "You sent more requests than you may in this time. As the error of a request: a server that a step asked said "
        "so.",
        "Wait for the seconds in `Retry-After`. `X-RateLimit-Remaining` and `X-RateLimit-Reset` say beforehand when it "
        "gets tight.",
        "Rate limit exceeded",
        ("rate_limit",),
    ),
    "headers-too-large": ErrorPage(
        "Request header fields too large",
        (431,),
        "The headers are larger than 16 KB together, or more than 100.",
        "Send fewer or shorter ones; look for cookies that have piled up.",
        "The headers are larger than 16 KB, or more than 100.",
    ),
    "http-error": ErrorPage(
        "Request refused",
        (),
        "HTTP itself was not followed in a way that has no page of its own; the status says more.",
        "Correct the request; `detail` says what was refused.",
        "The request was refused",
        ("http_error",),
    ),
    "internal": ErrorPage(
        "Internal server error",
        (500,),
        "Something went wrong on our side that nobody foresaw. Nothing of its inside is told here.",
        "Try again once. If it stays, tell the operator the `request_id`: the log has the rest under it.",
        "Something went wrong on our side; the log has more under this request_id",
        ("internal_error",),
    ),
    "unavailable": ErrorPage(
        "Service temporarily unavailable",
        (503,),
        "A part that this call needs does not answer: Postgres, Redis, or a rule table that is switched off. "
        "`/v1/status` says which.",
        "With `retryable: true`, try again after the seconds in `Retry-After`, under the same Idempotency-Key. "
        "Without, "
        "the operator has to act.",
        "A part of the service does not answer; try again shortly",
    ),
    "overloaded": ErrorPage(
        "Service temporarily unavailable",
        (503,),
        "So much is waiting that nothing more is accepted for now. Nothing of this call was stored.",
        "Try again after the seconds in `Retry-After`, under the same Idempotency-Key.",
        "the queue scribe is full",
    ),
    "timeout": ErrorPage(
        "Request timeout",
        (504,),
        "The answer did not begin within 30 seconds. As the error of a request: it was not done by its deadline, or a "
        "step ran longer than it may.",
        "Try again; a call that creates something under the same Idempotency-Key, so that it happens once. For a "
        "request, "
        "allow more with `timeout_ms` (at most 60000) or ask for less.",
        "The answer was not ready within 30 seconds.",
        ("timeout",),
    ),
    "network-error": ErrorPage(
        "Upstream service error",
        (),
        "A step could not reach a server it needs.",
        "Submit the request again; it was retried before it was given up.",
        "the model server did not answer",
        ("network_error",),
    ),
    "service-unavailable": ErrorPage(
        "Service temporarily unavailable",
        (),
        "A part that a step needs was down for longer than its retries lasted, or the step crashed again and again.",
        "Submit the request again once `/v1/status` is ok.",
        "an unexpected error stopped this step",
        ("service_unavailable", "internal_error"),
    ),
    "validation-error": ErrorPage(
        "Validation failed",
        (),
        "What the prompt asks for is not allowed by the rules or by the campaign, so trying again cannot help.",
        "Read `detail`, and ask for something else.",
        "a dwarf cannot be a mage",
        ("validation_error",),
    ),
    "auth-error": ErrorPage(
        "Authentication required",
        (),
        "A step's own token was refused by the part it asked.",
        "Submit the request again; if it stays, the operator checks that all processes share one SECRET_KEY.",
        "the work token does not hold",
        ("auth_error",),
    ),
    "permission-error": ErrorPage(
        "Insufficient permissions",
        (),
        "You may not do what the prompt asks for in this campaign.",
        "Ask an owner of the campaign for the role editor.",
        "this needs the role editor in the campaign",
        ("permission_error",),
    ),
    "llm-error": ErrorPage(
        "Upstream service error",
        (),
        "The language model that writes prose failed. Only installations that have one configured answer this.",
        "Submit the request again.",
        "the language model gave no answer",
        ("llm_error",),
    ),
    "content-filter": ErrorPage(
        "Upstream service error",
        (),
        "The language model refused the text.",
        "Word the prompt differently; the same words are refused again.",
        "the language model refused to write this",
        ("content_filter",),
    ),
    "token-limit": ErrorPage(
        "Upstream service error",
        (),
        "The prompt and what it draws on are too long for the language model.",
        "Ask for less, or for one thing at a time.",
        "the text is longer than the model takes",
        ("token_limit",),
    ),
}
"""By the last part of `type`."""
