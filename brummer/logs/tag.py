"""What lines are about: builds, tests, requests and the like, by their words."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from brummer.core.pattern import Pattern

#: The words of each tag, for RE2 and in any case.  They stand alone: not within
#: another word, and not in the name of a file.
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "build": "builds?|building|built|rebuil(?:d|ding|t)|compil(?:e|ed|ing|ation)"
        "|recompil(?:e|ed|ing)|bundl(?:e|ed|ing)|transpil(?:ed|ing)|linking|webpack"
        "|vite|rollup|esbuild|turbopack|tsc|gradle|cargo|cmake|ninja|HMR|hot updated?",
        "test": "tests?|tested|testing|specs?|test suites?|passed|failing|passing"
        "|pytest|jest|vitest|mocha|rspec|junit|--- (?:PASS|FAIL)|not ok|assertion",
        "lint": "lint|lints|linted|linting|eslint|stylelint|ruff|flake8|pylint|mypy"
        "|clippy|prettier|rubocop|shellcheck|golangci-lint|biome",
        "http": "(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [/h*][^ ]*|HTTP/[0-9.]+"
        "|status(?:code)?[=: ]+[1-5][0-9][0-9]|requests?|webhook",
        "sql": "SELECT .+ FROM|INSERT INTO|UPDATE .+ SET|DELETE FROM|CREATE TABLE"
        "|CREATE INDEX|ALTER TABLE|DROP TABLE|BEGIN|COMMIT|ROLLBACK|sql|mysql"
        "|postgres(?:ql)?|sqlite|quer(?:y|ies)|migrations?|deadlock",
        "install": "npm|pnpm|yarn|pip|poetry|uv|bundler|composer|install(?:s|ed|ing)?"
        "|added [0-9]+ packages?|download(?:s|ed|ing)|lock ?file",
        "network": "ECONN[A-Z]+|ENOTFOUND|ETIMEDOUT|EADDRINUSE|connection|connected"
        "|disconnected|websocket|socket|DNS|TLS|timeout|timed out|listening",
        "deprecation": "deprecat(?:ed|ion|ions|es)|DEP[0-9]{4}|DeprecationWarning",
        "security": "vulnerabilit(?:y|ies)|CVE-[0-9-]+|unauthori[sz]ed|forbidden"
        "|access denied|permission denied|csrf|cors",
        "restart": "restart(?:s|ed|ing)?|reload(?:s|ed|ing)?|starting|started"
        "|stopp(?:ed|ing)|shutting down|exited|SIG[A-Z]{3,5}",
    }
)

#: The tags there are.
TAGS: Final = tuple(_WORDS)


def tags_of(line: bytes) -> tuple[str, ...]:
    """Return what a line without escape sequences is about."""
    return tuple(tag for tag in TAGS if words_of(tag).matches(line))


@lru_cache(len(TAGS))
def words_of(tag: str) -> Pattern:
    """Return what every line has that is about *tag*, one of :data:`TAGS`."""
    pattern = rf"(?:^|[^\w./@\\-])(?:{_WORDS[tag]})(?:[^\w/@\\.-]|[.-](?:\W|$)|$)"
    return Pattern(pattern, is_regex=True, case=False)
