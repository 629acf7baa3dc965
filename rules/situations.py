"""Situations by name: what a caller lists, as the names a table of modifiers has."""

from collections.abc import Iterable
from typing import Any

from rules.errors import MalformedValue
from rules.table import Table


def read_situations(situations: Any, table: Table) -> tuple[str, ...]:
    """The table's own names of the situations, in the order given, each once; one text alone is one situation.

    Raises:
        MalformedValue: It is neither text nor a list of texts.
        UnknownName: The table has no such situation.
    """
    names = [situations] if isinstance(situations, str) else situations
    if not isinstance(names, Iterable):
        raise MalformedValue("situations", situations, "a list of situations")
    return tuple(dict.fromkeys(table.resolve(one, field_name="situation") for one in names))
