"""What dramatiq's tests import from a module that its source archive lacks."""

import os
import platform
import sys
from contextlib import contextmanager

import pytest
from dramatiq import Worker

skip_in_ci = pytest.mark.skipif(bool(os.environ.get("DRAMATIQ_SUITE_IN_CI")), reason="depends on exact timing")
skip_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="not on Windows")
skip_on_pypy = pytest.mark.skipif(platform.python_implementation() == "PyPy", reason="not on PyPy")
RABBITMQ_CREDENTIALS = None


@contextmanager
def worker(*args, **kwargs):
    """A worker that runs inside the block."""
    started = Worker(*args, **kwargs)
    started.start()
    try:
        yield started
    finally:
        started.stop()
