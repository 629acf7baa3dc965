"""Maps and print sheets of a dungeon, drawn from its document alone: SVG, PNG, Universal VTT, Markdown and PDF.

    document -> visible regions -> outline -> scene of plain shapes -> SVG | PNG | PDF
                                      `-> walls, portals, lights -> .uvtt

What a view may show is decided once, in `regions`: the player's has no secret doors and nothing that lies behind them.
"""

from typing import Literal

View = Literal["dm", "player"]
"""The Dungeon Master's map shows everything; the player's what can be seen."""
