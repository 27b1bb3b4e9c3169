"""Reads the scripts again when a file of the project changed."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from brummer.core.guard import Guard
from brummer.core.threads import Role, on

#: What files have after their names that scripts stand in; files without anything
#: (Procfile, Makefile, Justfile) count as well.
_SUFFIXES: Final = frozenset(
    {
        "",
        ".cfg",
        ".dev",
        ".gradle",
        ".ini",
        ".json",
        ".jsonc",
        ".kts",
        ".mk",
        ".toml",
        ".xml",
        ".yaml",
        ".yml",
    }
)

#: Milliseconds for which changes are gathered: editors write a file in steps.
_DEBOUNCE: Final = 1600

#: Milliseconds between two looks of the library at what came; each wakes a thread,
#: also while nothing happens.
_STEP: Final = 400


class ProjectWatch:
    """Calls *changed* when a file that may hold scripts changed.

    Only the project's folder itself is watched, not what is below it: scripts of
    packages are read again with the next change, or on request.

    Threads: :meth:`open` and :meth:`close` belong to the main thread; *changed* is
    called on the watch thread.
    """

    def __init__(
        self, folder: Path, changed: Callable[[], object], guard: Guard
    ) -> None:
        self._folder = folder
        self._changed = changed
        self._guard = guard
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Start the thread."""
        self._thread = self._guard.spawn(Role.WATCH, "watch", self._run)

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        assert on(Role.WATCH)
        # Here, because nobody waits for this thread's imports.
        import watchfiles

        changes = watchfiles.watch(
            self._folder,
            watch_filter=lambda _, path: may_hold_scripts(Path(path)),
            debounce=_DEBOUNCE,
            step=_STEP,
            stop_event=self._ended,
            recursive=False,
            # The main thread looks after signals.
            raise_interrupt=False,
        )
        for _ in changes:
            self._guard.call("watch", self._changed)


def may_hold_scripts(path: Path) -> bool:
    """Whether a change of *path* is worth a look."""
    return not path.name.startswith(".") and path.suffix in _SUFFIXES
