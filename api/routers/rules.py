"""Questions to the rules in plain words; answered from the tables, never by a language model (R14)."""

from fastapi import APIRouter, Response

from api.deps import NEEDS_RULES
from api.models import AskRequest
from api.responses import json_response
from api.routes import ScopedRoute
from rules.questions import answer_question
from rules.results import plain

router = APIRouter(tags=["rules"], route_class=ScopedRoute)


@router.post("/v1/rules/ask", dependencies=[NEEDS_RULES])
async def ask(body: AskRequest) -> Response:
    """Answer a question, with the values, how they came about, and the table they are printed in."""
    return json_response(plain(answer_question(body.question)))
