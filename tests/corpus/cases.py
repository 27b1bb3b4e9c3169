"""Reads the corpus: what tools really printed, and what a person finds in it.

One case is two files in the folder of its tool, ``NAME.out`` and ``NAME.toml``;
``README.rst`` tells what is in them.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal

ROOT: Final = Path(__file__).parent

#: Control sequences of terminals: CSI, OSC with its text, and the short ones.
_ESCAPE: Final = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One finding, as a person says that it is in the output.

    Lines of the output are counted from 0, lines and columns of *file* from 1
    (as the tool prints them).
    """

    #: The name that a developer would use: ``TypeError``, ``TS2322``, a rule.
    type: str
    message: str
    severity: Literal["error", "warning"]
    language: str
    first_line: int
    last_line: int
    #: Relative to the folder that the command ran in.
    file: str | None = None
    line: int | None = None
    column: int | None = None
    #: The type of the error at the root of the chain, if there is a chain.
    cause: str | None = None
    #: How many frames are printed for the error itself, without its causes.
    frames: int | None = None
    #: The failing test, as its runner names it.
    test: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One output of one tool."""

    path: Path
    tool: str
    version: str
    command: str
    stream: Literal["pty", "pipe"]
    #: What is in there; an output of something that went well has none.
    findings: tuple[Label, ...]
    #: What was run before, unrecorded: mostly the installation of the tool.
    setup: tuple[str, ...] = ()
    #: Where it ran: short and neutral, because tools print it.
    folder: str = "/srv/shop"
    #: The files that the command ran on, by their path in its folder.
    source: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The case as it is called in reports: ``pytest/fixture_error``."""
        return self.path.relative_to(ROOT).with_suffix("").as_posix()

    def output(self) -> bytes:
        """Return what the tool printed, byte for byte."""
        return self.path.with_suffix(".out").read_bytes()

    def lines(self) -> list[str]:
        """Return the output as one reads it: by lines, without colours."""
        return [_plain(line) for line in self.output().split(b"\n")]


def _plain(line: bytes) -> str:
    """Return *line* without control sequences and its carriage return."""
    return _ESCAPE.sub(b"", line).decode("utf-8", "replace").rstrip("\r")


def read(path: Path) -> Case:
    """Return the case that the TOML file *path* describes.

    A field that does not exist, or that is missing, raises :exc:`TypeError`.
    """
    fields = tomllib.loads(path.read_text("utf-8"))
    findings = tuple(Label(**finding) for finding in fields.pop("findings"))
    setup = tuple(fields.pop("setup", ()))
    return Case(path=path, findings=findings, setup=setup, **fields)


@cache
def cases() -> tuple[Case, ...]:
    """Return the whole corpus, in the order of the names."""
    return tuple(read(path) for path in sorted(ROOT.glob("*/*.toml")))
