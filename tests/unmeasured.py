"""For work so large that telling coverage of every line takes longer than the work."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unmeasured() -> Iterator[None]:
    """Nothing in here counts as covered, neither here nor in processes begun here: that the lines are tested, other tests show."""
    tracer = sys.gettrace()
    measured = os.environ.pop("COVERAGE_PROCESS_START", None)
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
        if measured is not None:
            os.environ["COVERAGE_PROCESS_START"] = measured
