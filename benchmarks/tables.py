"""Tables for the terminal."""

from collections.abc import Sequence

Row = tuple[str, ...]


def print_table(rows: Sequence[Row]) -> None:
    """Print rows in columns; the first row is the head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
