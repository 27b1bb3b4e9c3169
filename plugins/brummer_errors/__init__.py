"""Errors and warnings of languages, compilers and test runners.

What they look like is said in the files of ``patterns/`` and in those of the user,
which come first: ``*.toml`` in the folder ``errors`` beside the configuration that
all projects share, and those that ``[plugins.errors]`` names.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

import brummer
from brummer_errors.gathering import ErrorGatherer
from brummer_errors.known import KnownErrors
from brummer_errors.loading import PatternError, of_user, shipped
from brummer_errors.pattern import Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorSettings:
    """``[plugins.errors]``.

    *patterns* are further pattern files; *disabled* names patterns, ``go.vet``, or
    all of a file, ``eslint``, that are not looked for.
    """

    patterns: tuple[Path, ...] = ()
    disabled: tuple[str, ...] = ()


class _Configured:
    """Written in ``brummer_configure``, before any other hook; then only read."""

    gatherer = ErrorGatherer(())
    known = KnownErrors()
    problems: tuple[str, ...] = ()


@brummer.hookimpl
def brummer_configure(settings: brummer.Settings) -> None:
    """Read ``[plugins.errors]`` and the pattern files."""
    options = settings.parse(ErrorSettings)
    own, problems = of_user(_files(options))
    _Configured.gatherer = ErrorGatherer(_wanted(own, options.disabled))
    _Configured.known = KnownErrors()
    _Configured.problems = problems


def _wanted(own: Iterable[Pattern], disabled: Iterable[str]) -> Iterator[Pattern]:
    """Yield *own* patterns and ours but for those *disabled*.

    Ours are read when they are asked for, which nobody does before there is output.
    """
    off = {*disabled}
    for pattern in _all(own):
        if not {pattern.name, pattern.name.partition(".")[0]} & off:
            yield pattern


def _all(own: Iterable[Pattern]) -> Iterator[Pattern]:
    yield from own
    yield from shipped()


def _files(options: ErrorSettings) -> Iterator[Path]:
    """Yield the user's pattern files."""
    folder = platformdirs.user_config_path("brummer", appauthor=False) / "errors"
    yield from sorted(folder.glob("*.toml"))
    yield from options.patterns


@brummer.hookimpl
def brummer_detectors() -> list[brummer.Gatherer]:
    """Return what recognises errors."""
    return [_Configured.gatherer]


@brummer.hookimpl
def brummer_startup() -> None:
    """Complain about pattern files that are broken; the others are in use."""
    if _Configured.problems:
        raise PatternError("; ".join(_Configured.problems))


@brummer.hookimpl
def brummer_commands() -> list[brummer.Command]:
    """Return ``errors.list`` and ``errors.get``."""
    known = _Configured.known
    return [
        brummer.Command(
            name="errors.list",
            title="List the errors and warnings that were found",
            run=known.listing,
        ),
        brummer.Command(
            name="errors.get",
            title="Show all that is known of an error",
            run=known.one,
            parameters=(
                brummer.Parameter(
                    name="error", description="its id, as errors.list tells it"
                ),
            ),
        ),
    ]


@brummer.hookimpl
def brummer_finding(finding: brummer.Finding) -> None:
    """Remember an error, whichever plugin found it."""
    _Configured.known.add(finding)
