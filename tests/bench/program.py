"""``brum`` as the benchmarks run it, in a project of its own."""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.site import BRUM, Site, new_site

ROOT: Final = Path(__file__).parents[2]

_INSTALLED: Final = Path(sys.executable).with_name("brum")

#: What :data:`COMMAND` is.
ABOUT: Final = "the installed command" if _INSTALLED.exists() else "python -m brummer"

#: The command as users have it where it is installed, else the module.
COMMAND: Final[tuple[str, ...]] = (str(_INSTALLED),) if _INSTALLED.exists() else BRUM


def python_path() -> str:
    """Return where the program is found from any folder, installed or not."""
    path = [str(ROOT), str(ROOT / "plugins"), os.environ.get("PYTHONPATH", "")]
    return os.pathsep.join(filter(None, path))


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield a folder that goes when the block ends."""
    with tempfile.TemporaryDirectory(prefix="brum-bench") as folder:
        yield Path(folder)


@contextmanager
def project(scripts: Mapping[str, str]) -> Iterator[Site]:
    """Make a project whose Procfile has *scripts*, with a home of its own."""
    with scratch() as folder, new_site(folder) as site:
        lines = [f"{name}: {command}\n" for name, command in scripts.items()]
        site.write("Procfile", "".join(lines))
        # Not installed, it is to be found from another folder all the same.
        path = [str(ROOT), str(ROOT / "plugins"), os.environ.get("PYTHONPATH", "")]
        site.environment["PYTHONPATH"] = os.pathsep.join(filter(None, path))
        try:
            yield site
        finally:
            site.sweep()
