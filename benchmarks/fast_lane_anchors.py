"""What the fast lane is compared with: the same answers without any of what a real application needs.

`plain_fastapi` has the same parameters, the same rules and a response model, and no middleware: what a FastAPI tutorial
ends with. `bare_starlette` is one route that returns constant JSON: what the framework underneath could do at best.
"""

from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from rules import armor_class, saving_throws, thac0


class Thac0Answer(BaseModel):
    """The body of `thac0`."""

    base_thac0: int
    strength_bonus: int
    final_thac0: int
    cache_hit: bool


class SavesAnswer(BaseModel):
    """The body of `saves`."""

    paralyzation: int
    rod_staff_wand: int
    petrification: int
    breath_weapon: int
    spell: int


class ArmorClassAnswer(BaseModel):
    """The body of `ac`."""

    armor_ac: int
    shield_bonus: int
    dex_bonus: int
    final_ac: int


class ArmorClassQuestion(BaseModel):
    """The body of a POST to `ac`."""

    base_ac: int = 10
    armor: str | None = None
    shield: bool = False
    dexterity: int | None = None
    verbose: bool = False


def plain_fastapi() -> FastAPI:
    """The three operations as a plain FastAPI application; every answer is remembered, as ours are."""
    app = FastAPI()
    remembered: dict[tuple[object, ...], BaseModel] = {}

    @app.get("/v1/fast/thac0", response_model=Thac0Answer)
    async def ask_thac0(
        level: Annotated[int, Query(ge=1, le=30)],
        character_class: Annotated[str, Query(alias="class")],
        strength: str | None = None,
        race: str | None = None,
        improve_past_20: bool = False,  # noqa: FBT001, FBT002 - a query parameter
        verbose: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> BaseModel:
        key = ("thac0", character_class, level, strength, race, improve_past_20, verbose)
        if key not in remembered:
            found = thac0(character_class, level, strength=strength, race=race, improve_past_20=improve_past_20)
            remembered[key] = Thac0Answer(
                base_thac0=found.base_thac0,
                strength_bonus=found.strength_bonus,
                final_thac0=found.final_thac0,
                cache_hit=True,
            )
        return remembered[key]

    @app.get("/v1/fast/saves", response_model=SavesAnswer)
    async def ask_saves(
        level: Annotated[int, Query(ge=0, le=30)],
        character_class: Annotated[str, Query(alias="class")],
        verbose: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> BaseModel:
        key = ("saves", character_class, level, verbose)
        if key not in remembered:
            remembered[key] = SavesAnswer(**saving_throws(character_class, level).base())
        return remembered[key]

    @app.get("/v1/fast/ac", response_model=ArmorClassAnswer)
    async def ask_ac(
        base_ac: Annotated[int, Query(ge=-10, le=10)] = 10,
        armor: str | None = None,
        shield: bool = False,  # noqa: FBT001, FBT002 - as above
        dexterity: Annotated[int | None, Query(ge=1, le=25)] = None,
        verbose: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> BaseModel:
        key = ("ac", base_ac, armor, shield, dexterity, verbose)
        if key not in remembered:
            found = armor_class(armor, shield=shield, dexterity=dexterity, base_ac=base_ac)
            remembered[key] = ArmorClassAnswer(
                armor_ac=found.armor_ac,
                shield_bonus=found.shield_bonus,
                dex_bonus=found.dex_bonus,
                final_ac=found.final_ac,
            )
        return remembered[key]

    @app.post("/v1/fast/ac", response_model=ArmorClassAnswer)
    async def ask_ac_with_body(body: ArmorClassQuestion) -> BaseModel:
        return await ask_ac(body.base_ac, body.armor, body.shield, body.dexterity, body.verbose)

    return app


def bare_starlette() -> Starlette:
    """One route that returns the body of THAC0 whatever was asked."""

    async def constant(_request: Request) -> JSONResponse:
        return JSONResponse({"base_thac0": 16, "strength_bonus": 1, "final_thac0": 15, "cache_hit": True})

    return Starlette(routes=[Route("/v1/fast/{operation}", constant, methods=["GET", "POST"])])
