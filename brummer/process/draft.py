"""Files that are replaced as a whole: written aside, then renamed.

A draft has its writer's identity in its name.  So a writer that was killed
before the renaming leaves one that the next start knows to be nobody's.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from brummer.process.aim import lives
from brummer.process.row import Identity
from brummer.process.table import row

_NAME: Final = re.compile(r"\.draft-(\d+)-(\d+)-.+")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Lend the path of a draft of *path*; put it in its place unless that fails.

    One thread at a time may write one file.
    """
    draft = path.with_name(f".draft-{os.getpid()}-{_start()}-{path.name}")
    draft.unlink(missing_ok=True)
    try:
        yield draft
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def tidy(folder: Path) -> None:
    """Remove the drafts in *folder* whose writers are gone."""
    for path in folder.glob(".draft-*"):
        named = _NAME.fullmatch(path.name)
        if named and not lives(Identity(int(named[1]), int(named[2]))):
            with suppress(OSError):
                path.unlink()


def _start() -> int:
    """Return when this process was started."""
    own = row(os.getpid())
    assert own is not None, "we are in the process table"
    return own.identity.start
