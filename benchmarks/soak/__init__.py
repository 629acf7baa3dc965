"""The bus for a long time: nothing may be lost, run twice or grow. `python -m benchmarks soak`; see `command.py`.

command -> soaking -> course (sends, waits, watches) and workers (processes; they record what was done) -> checks
"""
