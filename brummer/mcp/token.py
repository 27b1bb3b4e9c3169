"""A token that stays the same from run to run, for clients whose settings are files."""

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from brummer.errors import BrummerError

#: Bits beside the owner's: a token that others could read is none.
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

#: Characters that a token has at least.
_LEAST: Final = 32


def kept_token(path: Path) -> str:
    """Return the token in the file at *path*, which is made if there is none.

    :raises BrummerError: if others can read that file, or there is no token in it.
    :raises OSError: if it can be neither read nor written.
    """
    if (found := _read(path)) is not None:
        return found
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(32)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(made)
        # Of two that begin at the same moment one makes the file, whole; the other
        # reads it.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return _read(path) or made


def _at_once(path: str, flags: int) -> int:
    """Open a file without waiting for anybody to write to it, should it be a pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


def _read(path: Path) -> str | None:
    """Return the token in a file, ``None`` if there is no file.

    :raises BrummerError: if it is not to be trusted.
    """
    try:
        with open(path, "rb", opener=_at_once) as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(1024).decode("ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode) or mode & _OTHERS:
        raise BrummerError(f"{path} can be read by others; remove it to get another")
    if len(text) < _LEAST or not (text.isascii() and text.isprintable()):
        raise BrummerError(f"{path} holds no token; remove it to get one")
    return text
