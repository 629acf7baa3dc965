"""Wrapping one function, sync or async, in a context that is entered anew for every call."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


def is_async(function: Callable[..., Any]) -> bool:
    """True for `async def` functions and methods, also behind functools.partial."""
    return inspect.iscoroutinefunction(function)


def refuse_generators(function: Callable[..., Any]) -> None:
    """Generators run after the decorated call has returned, so a decorator would guard nothing.

    Raises:
        TypeError: `function` is a generator function, sync or async.
    """
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(f"{function!r} is a generator function: use `with` around the loop instead of the decorator")


def wrapper_of(function: Callable[P, R], replacement: Callable[..., Any]) -> Callable[P, R]:
    """`replacement` under the name, docstring and type of `function`."""
    return cast("Callable[P, R]", functools.wraps(function)(replacement))
