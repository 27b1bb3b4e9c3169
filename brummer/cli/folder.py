"""The folder that ``-d`` names."""

import os
from pathlib import Path

from brummer.errors import UsageError


def project_folder(word: str) -> Path:
    """Return the folder that *word* names, without links and relative parts.

    :raises UsageError: if there is none, or it cannot be read.
    """
    try:
        folder = Path(word).expanduser().resolve()
    except FileNotFoundError:
        raise UsageError("the current folder is gone: somebody removed it") from None
    except (OSError, RuntimeError, ValueError) as error:
        # Links that go round, a user whom nobody knows, a name with a NUL.
        raise UsageError(f"--dir {word}: {error}") from error
    if not folder.is_dir():
        raise UsageError(f"--dir {word}: no such folder")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise UsageError(f"--dir {word}: the folder cannot be read")
    return folder
