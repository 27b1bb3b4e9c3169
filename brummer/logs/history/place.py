"""What stands where: the folders and files of a history.

::

    history/                          of a project, in its state folder
        20260504-121530-shop-1f2e.../ a run: an instance from its start to its end
            run.json                  whose it was, and when
            lock                      held while it runs
            web-1/                    a process that printed something
                process.json          what it ran, and how it ended
                findings              which lines belong to findings
                00000001.log.gz       an old part, packed
                00000001.idx.gz
                00000002.log          the newest part: what was printed, whole lines
                00000002.idx          which line is where, and when it was read

A part is never written to again once there is a newer one, and its number is
never used twice.
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import gmtime, strftime
from typing import Final

from brummer.config.paths import digest
from brummer.model.process import ProcessId

#: In the state folder of a project.
HISTORY: Final = "history"
#: In the folder of a run.
RUN: Final = "run.json"
LOCK: Final = "lock"
#: In the folder of a process.
PROCESS: Final = "process.json"
MARKS: Final = "findings"
#: Ends of the names of a part's files.
LOG: Final = ".log"
PACKED: Final = ".log.gz"
INDEX: Final = ".idx"
PACKED_INDEX: Final = ".idx.gz"

#: Names that are good as they are, on systems that know no capitals as well.
_GOOD: Final = re.compile(r"[a-z0-9_][a-z0-9._-]{0,79}")
_PART: Final = re.compile(r"(\d{8,})\.idx(?:\.gz)?")
_RUN: Final = re.compile(r"\d{8}-\d{6}-.+")

#: Characters of other names that are kept, for people.
_READABLE: Final = 40

#: Stands in no good name, so the others never meet one.
_MARK: Final = "~"


def run_name(instance: str, started: float) -> str:
    """Return what the folder of an instance is called that *started* then.

    Names are in the order of their times, as far as the clock was right.
    """
    return f"{strftime('%Y%m%d-%H%M%S', gmtime(started))}-{instance}"


def process_name(process: ProcessId) -> str:
    """Return what the folder of *process* is called: another one for each process."""
    if _GOOD.fullmatch(process):
        return process
    readable = re.sub(r"[^a-z0-9._-]+", "-", process.lower()).lstrip(".-")
    return f"{readable[:_READABLE]}{_MARK}{digest(process)}"


def named(folder: Path) -> ProcessId | None:
    """Return the process whose folder that is; ``None`` if it is nobody's.

    Most names tell it; of the others it stands in a file.
    """
    if _MARK not in folder.name:
        return ProcessId(folder.name)
    id_ = load(folder / PROCESS).get("id")
    return ProcessId(id_) if isinstance(id_, str) else None


def part(folder: Path, number: int) -> Path:
    """Return the path of a part, without the ends of its files' names."""
    return folder / f"{number:08}"


def parts(folder: Path) -> list[int]:
    """Return the numbers of the parts in *folder*, in ascending order."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries]
    except OSError:
        return []
    # One that is being packed has both forms of its index for a moment.
    return sorted({int(found[1]) for name in names if (found := _PART.fullmatch(name))})


def with_end(stem: Path, end: str) -> Path:
    """Return one of the files of the part at *stem*."""
    return stem.parent / (stem.name + end)


def folders(folder: Path) -> list[Path]:
    """Return the folders in *folder*, in the order of their names."""
    try:
        with os.scandir(folder) as entries:
            found = [e.path for e in entries if e.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [Path(path) for path in sorted(found)]


def runs(history: Path) -> list[Path]:
    """Return the folders of the runs in *history*, the oldest first."""
    return [folder for folder in folders(history) if _RUN.fullmatch(folder.name)]


def load(path: Path) -> Mapping[str, object]:
    """Return what stands in a JSON file of ours; nothing if that makes no sense."""
    try:
        fields = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def save(path: Path, fields: Mapping[str, object]) -> None:
    """Put a JSON file in the place of another as a whole.

    :raises OSError: if it cannot be written.
    """
    replace(path, json.dumps(fields).encode() + b"\n")


def replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another as a whole.

    :raises OSError: if it cannot be written.
    """
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.chmod(0o600)
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
