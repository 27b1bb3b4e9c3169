"""A program that has no file descriptors left."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def few_descriptors(count: int) -> Iterator[None]:
    """Leave only so many descriptors to this process."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = os.open(os.devnull, os.O_RDONLY)
    taken = [highest]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 40, limits[1]))
        while (another := _one_more()) is not None:
            taken.append(another)
        for _ in range(count):
            os.close(taken.pop())
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for descriptor in taken:
            os.close(descriptor)


def _one_more() -> int | None:
    """Open a descriptor, if there is one left."""
    try:
        return os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return None
