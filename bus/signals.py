"""Emits dramatiq's signals to the middleware that listens to them, and to no other.

dramatiq calls every middleware for every signal; eight signals a message and six middlewares are most of what a small
actor costs. Which middleware has a method of its own for a signal is looked up once here.
"""

from collections.abc import Callable
from typing import Any

from dramatiq.broker import Broker
from dramatiq.middleware import Middleware, MiddlewareError

Listener = Callable[..., Any]


class SignallingBroker(Broker):
    """A broker whose signals reach the middleware that overrides the method of a signal, in dramatiq's order.

    A method that is put on a middleware after the first signal of its name is not seen, unless the list of middleware
    changes too.
    """

    def __init__(self, middleware: list[Middleware] | None) -> None:
        self._listeners: dict[str, tuple[Listener, ...]] = {}
        self._listened_to: list[Middleware] = []
        super().__init__(middleware)

    def is_heard(self, name: str) -> bool:
        """Whether any middleware listens to a signal, such as `before_enqueue`."""
        return bool(self._listeners_to(name))

    def emit_before(self, signal: str, *args: Any, **kwargs: Any) -> None:
        """Tell the listeners of `before_<signal>`; `MiddlewareError` goes to the caller, other errors to the log."""
        for listener in self._listeners_to(f"before_{signal}"):
            try:
                listener(self, *args, **kwargs)
            except MiddlewareError:
                raise
            except Exception:
                self.logger.critical("Unexpected failure in before_%s of %r.", signal, listener, exc_info=True)

    def emit_after(self, signal: str, *args: Any, **kwargs: Any) -> None:
        """Tell the listeners of `after_<signal>`, the last first; what they raise goes to the log."""
        for listener in reversed(self._listeners_to(f"after_{signal}")):
            try:
                listener(self, *args, **kwargs)
            except Exception:
                self.logger.critical("Unexpected failure in after_%s of %r.", signal, listener, exc_info=True)

    def _listeners_to(self, name: str) -> tuple[Listener, ...]:
        if self._listened_to != self.middleware:  # compares identities, so this is cheap
            self._listeners = {}  # first, so that another thread never finds old listeners for the new list
            self._listened_to = list(self.middleware)
        listeners = self._listeners.get(name)
        if listeners is None:
            listeners = self._listeners[name] = tuple(
                getattr(middleware, name) for middleware in self._listened_to if _listens(middleware, name)
            )
        return listeners


def _listens(middleware: Middleware, name: str) -> bool:
    method = getattr(middleware, name, None)
    return method is not None and getattr(method, "__func__", method) is not getattr(Middleware, name, None)
