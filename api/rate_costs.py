"""What a call costs: tokens of the caller's rate limit, by route. One token is one cheap look at something."""

from typing import Final

ADDRESS_COST: Final = 1
"""What every exchange costs the address it comes from, whatever it asks for."""
FAILED_SIGN_IN_COST: Final = 20
"""What an answer of 401 costs the address beside that, so that nobody guesses at speed (T11)."""

_READ: Final = 1
_WRITE: Final = 2
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})

COSTS: Final[dict[tuple[str, str], int]] = {
    ("POST", "/v1/prompts"): 10,
    ("POST", "/v1/prompts/{request_id}/undo"): 5,
    ("GET", "/v1/prompts/{request_id}/events"): 5,
    ("POST", "/v1/generate/dungeon"): 20,
    ("POST", "/v1/generate/{kind}"): 10,
    ("POST", "/v1/classify"): 3,
    ("POST", "/v1/search"): 5,
    ("POST", "/v1/entities/{type}/bulk"): 20,
    ("POST", "/v1/campaigns/{id}/import"): 50,
    ("GET", "/v1/campaigns/{id}/export"): 20,
    ("POST", "/v1/campaigns/{id}/approve"): 5,
    ("GET", "/v1/entities/dungeon/{id}/map.{format}"): 5,
    ("GET", "/v1/entities/dungeon/{id}/key.{format}"): 5,
    ("POST", "/v1/fast/{operation}"): 1,
    ("POST", "/v1/rules/ask"): 2,
    ("POST", "/v1/rules/validate"): 2,
}
"""Routes that cost more, or less, than a read or a write usually does."""


FREE_FOR_ADDRESSES: Final = frozenset({"/healthz"})
"""Whoever asks whether the process lives must get that answer."""


def address_cost_of(path: str) -> int:
    """Tokens that an exchange at this path costs its address."""
    return 0 if path in FREE_FOR_ADDRESSES else ADDRESS_COST


def cost_of(method: str, path: str) -> int:
    """Tokens for a call of this route, named by its template."""
    return COSTS.get((method, path), _READ if method in _READING else _WRITE)
