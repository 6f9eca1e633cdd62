"""Work on many cells without Python's search for garbage in cycles, of which cells make none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_gc() -> Iterator[None]:
    """No search for garbage meanwhile (a fifth to a quarter of the time of reading); once, for what is new, after it.

    Within another it does nothing. As a decorator it is for a whole job.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
            gc.collect(0)
