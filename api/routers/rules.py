"""The rule base over HTTP (R14): questions in plain words, tables, and whether a character is allowed.

All of it is answered from memory, never by a language model, also while Postgres and Redis are down.
"""

from typing import Any

from fastapi import APIRouter, Request, Response

from api.deps import NEEDS_RULES
from api.models import AskRequest, RuleAnswer, RuleTableLines, RuleTableList, ValidateRequest, ValidationView
from api.responses import json_response
from api.routes import ScopedRoute
from core.errors import NotFound
from rules import Rulebook, default_rulebook
from rules.lookup import look_up, tables
from rules.questions import answer_question
from rules.results import Result, plain
from rules.validation import validate

router = APIRouter(prefix="/v1/rules", tags=["rules"], route_class=ScopedRoute)


@router.post("/ask", dependencies=[NEEDS_RULES], response_model=RuleAnswer)
async def ask(body: AskRequest) -> Response:
    """Answer a question, with the values, how they came about, and the table they are printed in."""
    return json_response(plain(answer_question(body.question)))


@router.get("/tables", dependencies=[NEEDS_RULES], response_model=RuleTableList)
async def list_tables() -> Response:
    """The tables of the rule base: what they are about, their keys and columns, and where they are printed."""
    book = default_rulebook()
    return json_response({"tables": plain(tables(book=book)), "rules_version": book.version})


@router.get("/tables/{table_id}", dependencies=[NEEDS_RULES], response_model=RuleTableLines)
async def read_table(table_id: str, request: Request) -> Response:
    """The lines of a table; query fields with the names of its keys pick some of them."""
    book = default_rulebook()
    if table_id not in book.tables and not _is_switched_off(table_id, book):
        raise NotFound("there is no such table; GET /v1/rules/tables lists them")
    return _answer(look_up(table_id, dict(request.query_params), book=book), book)


@router.post("/validate", dependencies=[NEEDS_RULES], response_model=ValidationView)
async def check_character(body: ValidateRequest) -> Response:
    """Check a character against the rules: each violation with its source and what would be allowed."""
    book = default_rulebook()
    found = _shown(validate(body.subject, house_rules=body.house_rules, book=book), book)
    del found["breakdown"]  # the findings say the same, and more
    return json_response(found)


def _is_switched_off(table_id: str, book: Rulebook) -> bool:
    return any(problem.table == table_id for problem in book.problems)


def _answer(found: Result, book: Rulebook) -> Response:
    return json_response(_shown(found, book))


def _shown(found: Result, book: Rulebook) -> dict[str, Any]:
    return found.values() | found.explanation() | {"rules_version": book.version}
