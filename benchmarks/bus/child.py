"""Carry out one order, read from standard input: `python -m benchmarks.bus.child`."""

import sys
from collections.abc import Callable

from benchmarks.bus import tasks
from benchmarks.bus.orders import Order
from benchmarks.children import Parent

TASKS: dict[str, Callable[[Order, Parent], None]] = {
    "dispatch": tasks.dispatch,
    "enqueue": tasks.enqueue,
    "idle": tasks.idle,
    "listen": tasks.listen,
    "work": tasks.work,
}


def main() -> None:
    """Do what the parent orders."""
    parent = Parent(sys.stdin, sys.stdout)
    order = Order(**parent.order())
    TASKS[order.task](order, parent)


if __name__ == "__main__":
    main()
