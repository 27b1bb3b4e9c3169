"""What a number was measured on: without that it says nothing."""

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

import brummer

#: Distributions whose version moves our numbers.
_PARTS = ("urwid", "pluggy", "psutil", "watchfiles", "pyghostty")


def processor() -> str:
    """Return the model of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2] for line in lines if line.startswith("model name")]
    return models[0].strip() if models else platform.machine()


def load() -> str:
    """Return the load averages of 1, 5 and 15 minutes."""
    return " ".join(f"{average:.2f}" for average in os.getloadavg())


def interpreter() -> str:
    """Return the version of Python, and whether threads run side by side in it."""
    is_locked = getattr(sys, "_is_gil_enabled", lambda: True)()
    build = "with the GIL" if is_locked else "free-threaded"
    return f"{platform.python_implementation()} {platform.python_version()} {build}"


def versions(distributions: Iterable[str] = _PARTS) -> str:
    """Return what is installed of *distributions*, and our own version."""
    found = [f"brummer {brummer.__version__}"]
    for name in distributions:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join(found)


def description() -> list[tuple[str, str]]:
    """Return what the machine is, as names with values."""
    return [
        ("processor", f"{processor()}, {os.cpu_count()} cores"),
        ("system", f"{platform.system()} {platform.release()}"),
        ("interpreter", interpreter()),
        ("versions", versions()),
    ]
