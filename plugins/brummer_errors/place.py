"""Which files are the project's own, and the place that one would open."""

import re
from collections.abc import Iterable
from typing import Final

import brummer

#: Files of languages, libraries and tools.
_FOREIGN: Final = re.compile(
    r"^(?:<|\?|\.\./\.\./|node:|internal/|/usr/|/opt/|/lib/|/rustc/|/nix/|/System/|/Library/"
    r"|native:|webpack/|\[)"
    r"|/(?:\.next|node_modules|site-packages|dist-packages|vendor|\.cargo|\.rustup|gems"
    r"|go/pkg/mod|\.pyenv|\.m2|\.venv|lib/python\d[\d.]*)/"
    r"|^(?:\.next|node_modules|vendor|\.venv|deps)/|^_testmain\.go$|^_build/"
)

_SCHEME: Final = re.compile(r"^(?:file://|webpack(?:-internal)?:///(?:\([\w-]+\)/)?)")

#: Languages by what the names of their files end with.
_LANGUAGES: Final = {
    "c": "c",
    "cc": "cpp",
    "cpp": "cpp",
    "cxx": "cpp",
    "hpp": "cpp",
    "ex": "elixir",
    "exs": "elixir",
    "go": "go",
    "java": "java",
    "js": "javascript",
    "jsx": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "kt": "kotlin",
    "kts": "kotlin",
    "php": "php",
    "py": "python",
    "rb": "ruby",
    "rs": "rust",
    "ts": "typescript",
    "tsx": "typescript",
    "mts": "typescript",
}


def cleaned(file: str) -> str:
    """Return *file* as the path that it is."""
    return _SCHEME.sub("", file).removeprefix("./").split("?", 1)[0]


def is_own(file: str) -> bool:
    """Whether *file* is one of the project's, as far as its path tells."""
    return bool(file) and _FOREIGN.search(file) is None


def language_of(file: str, otherwise: str) -> str:
    """Return the language of *file*."""
    return _LANGUAGES.get(file.rpartition(".")[2], otherwise)


def innermost(frames: Iterable[brummer.Frame]) -> brummer.Frame | None:
    """Return the first of *frames* that is the project's own."""
    return next((frame for frame in frames if frame.own), None)
