"""Bodies of signing in."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.models.base import (
    StrictModel,
)


class TokenRequest(StrictModel):
    """Body of POST /v1/auth/token: the one-time code of the ready line; leave it out with the DEV_TOKEN as Bearer."""

    login_code: Annotated[str, Field(min_length=1, max_length=4096)] | None = None


class RefreshRequest(StrictModel):
    """Body of POST /v1/auth/refresh and /v1/auth/revoke; browsers leave it out and send the cookie."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=4096)] | None = None


class TokenAnswer(BaseModel):
    """A fresh pair of tokens; `expires_in` is in seconds. The console gets the refresh token as a cookie only."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int
    refresh_token: str | None = None
