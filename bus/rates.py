"""Buckets of tokens that all processes draw from: what rate limits are made of (`bus/lua/draw.lua`)."""

from typing import Any

from bus import scripts


def draw_tokens(
    client: Any, key: str, *, holds: int, fills_in_seconds: float, least: int, most: int, give_back: int = 0
) -> tuple[int, int, float]:
    """Draw up to `most` tokens from the bucket of this key, or none when fewer than `least` are there.

    Args:
        client: redis-py's; the key ends by itself when the bucket is full again.
        key: The bucket's, in any slot of a cluster.
        holds: Tokens in a full bucket.
        fills_in_seconds: How long an empty one takes to fill.
        least: Tokens that are needed.
        most: Tokens that are welcome.
        give_back: Tokens drawn before and not used; negative for used and not drawn.

    Returns:
        Tokens drawn, tokens left, and the seconds until `least` are there (0.0 when they were).

    Raises:
        RedisError: The server did not answer; whether tokens were drawn is not known.
    """
    arguments = (holds, round(fills_in_seconds * 1000), least, most, give_back)
    drawn, left, wait_ms = scripts.run(client, "draw", [key], arguments)
    return int(drawn), int(left), int(wait_ms) / 1000
