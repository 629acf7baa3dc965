"""Words for the person at the terminal."""

import os
import sys


def say(text: str) -> None:
    """Print a line beginning with `DMA:`; a terminal that has gone away is no reason to fail."""
    try:
        print(f"DMA: {text}", flush=True)
    except OSError:
        # The rest of the output goes nowhere, or the interpreter would complain once more at its end.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
