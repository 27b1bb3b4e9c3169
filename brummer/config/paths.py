"""Where files go that are not the user's: sockets, records, ledgers.

What lives as long as an instance goes to the runtime folder, what outlives it to
the state folder.  Both are made for their owner alone (0700).  Whoever can write
to them can pass for an instance of ours, so one that somebody else made, or could
have changed, is not used at all.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platformdirs import PlatformDirs

#: Bytes of a Unix socket's path: 104 with the NUL on macOS and the BSDs, 108 on
#: Linux.
LONGEST_SOCKET: Final = 103

#: What stands for a folder that cannot be had.  Nothing can be made there, and
#: everybody who writes is ready for that.
NOWHERE: Final = Path(os.devnull) / "brummer"

#: Long enough that two names never meet, short enough for a socket.
_DIGEST: Final = 16

#: Where systemd makes a folder for each user who is logged in.
USERS: Final = Path("/run/user")

#: Not ``TMPDIR``, which differs between shells and has long names on macOS.
SHARED: Final = Path(os.sep, "tmp")

_PRIVATE: Final = 0o700

#: Characters of a readable name.
_READABLE: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders that there are; *notices* say what is not as it should be.

    *instances* holds a record for each running instance, *sockets* their control
    sockets, *state* what is kept.  A folder that cannot be had is
    :data:`NOWHERE`.
    """

    instances: Path
    sockets: Path
    state: Path
    notices: tuple[str, ...] = ()

    def socket(self, instance: str) -> Path:
        """Return the path of an instance's control socket, never too long for one."""
        return self.sockets / f"{digest(instance)}.sock"

    def project(self, folder: Path) -> Path:
        """Return where to keep what belongs to the project in *folder*.

        The name begins with the project's, for people; the rest tells two
        projects of one name apart, however one came to them.
        """
        real = os.path.realpath(folder)
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(real).name)[:_READABLE] or "root"
        return self.state / "projects" / f"{name}-{digest(real)}"


def digest(name: str) -> str:
    """Return a short name for *name* that is safe in any path."""
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:_DIGEST]


def places(
    environment: Mapping[str, str] = os.environ,
    *,
    users: Path = USERS,
    shared: Path = SHARED,
) -> Places:
    """Return the folders for this user, made if they were missing.

    *users* is where the system keeps a runtime folder for each user, *shared* is
    a folder for all of them.  Every process of the user has to come to the same
    answer, or ``brumctl`` does not find what ``brum`` put there; so no name is
    made up at random.
    """
    notices: list[str] = []
    kept = _first(_state_folders(), notices)
    # Below home for when somebody else was first to take our name in /tmp.
    last = (shared / f"brummer-{os.geteuid()}", kept / "run")
    runtime = _first((*_runtime_folders(environment, users), *last), notices)
    state = kept if kept is not NOWHERE else _first((runtime / "state",), notices)
    sockets = _first((f for f in (runtime, *last) if _fits(f)), notices)
    if NOWHERE in {runtime, sockets}:
        notices.append("no folder for sockets: brumctl will not find an instance")
    if state is NOWHERE:
        notices.append("no folder for state: leftovers of a crash will not be found")
    return Places(
        instances=runtime / "instances",
        sockets=sockets,
        state=state,
        notices=tuple(dict.fromkeys(notices)),
    )


def _runtime_folders(environment: Mapping[str, str], users: Path) -> Iterator[Path]:
    """Yield where the system may have put the user's runtime folder."""
    named = environment.get("XDG_RUNTIME_DIR", "")
    # The second is for sessions that were not told: cron, su.
    for parent in (Path(named), users / str(os.geteuid())):
        if parent.is_absolute() and parent.exists():
            yield parent / "brummer"


def _state_folders() -> Iterator[Path]:
    """Yield where the state folder may be; a link to it is the user's own business."""
    folder = Path(PlatformDirs("brummer", appauthor=False).user_state_dir)
    if folder.is_absolute():  # else there is no home to put it in
        yield Path(os.path.realpath(folder))


def _fits(folder: Path) -> bool:
    """Whether the path of a socket in *folder* is short enough."""
    return len(os.fsencode(folder / f"{digest('')}.sock")) <= LONGEST_SOCKET


def _first(folders: Iterable[Path], notices: list[str]) -> Path:
    """Return the first folder that can be used; tell why those before it cannot."""
    for folder in folders:
        if NOWHERE in folder.parents:
            continue
        try:
            _claim(folder)
        except OSError as error:
            notices.append(f"{folder} is not used: {error.strerror}")
        else:
            return folder
    return NOWHERE


def _claim(folder: Path) -> None:
    """Make *folder* for us alone, or find that it is.

    :raises OSError: if it cannot be, or somebody else has a hand in it.
    """
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(0, f"{folder.parent} is not a folder") from None
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _trust_parent(folder.parent)
    # Of the link and not of what it leads to: in a folder for all, anybody may
    # have put it there.  What holds now goes on to hold, as nobody but us and
    # root can put another folder in the place of one that is ours.
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(0, "it is not a folder")
    if status.st_uid != os.geteuid():
        raise PermissionError(0, f"it belongs to user {status.st_uid}")
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(0, "others can write to it")
    if stat.S_IMODE(status.st_mode) != _PRIVATE:
        folder.chmod(_PRIVATE)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(0, "it cannot be written")


def _trust_parent(parent: Path) -> None:
    """Find that nobody else can rename what is in *parent*.

    :raises PermissionError: if somebody can.
    """
    status = parent.stat()
    if status.st_uid not in {0, os.geteuid()}:
        raise PermissionError(0, f"{parent} belongs to user {status.st_uid}")
    if status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX:
        raise PermissionError(0, f"everybody can write to {parent}")
