"""The bus beside dramatiq's own brokers, in one run. `python -m benchmarks bus [measure ...]`; begin with `command.py`.

command -> measures (interleaved rounds) -> lab (a fresh server) and orders (fresh processes) -> tasks -> figures
"""
