"""Questions: lines without an end at which a program waits for somebody to type."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

#: Characters of a question that are kept.
_LONGEST: Final = 200

#: What moves to the beginning of the line or clears it: what follows stands alone.
_RETURN: Final = re.compile(rb"\x1b\[(?:[01]?G|2K|[01]?J)")


#: Compiles an expression once, for the first question: not at the start.
_compiled: Final = cache(re.compile)


class Want(StrEnum):
    """What is waited for."""

    DEBUGGER = "debugger"
    SHELL = "shell"
    HIDDEN = "password"
    KEY = "key"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in the words of the program, and what it waits for."""

    text: str
    want: Want


@dataclass(frozen=True, slots=True)
class _Form:
    """How questions look; *below* is what has to stand above them, if anything."""

    want: Want
    match: str
    below: str = ""


# Quantifiers with a second plus keep what they took: output may be anything, and
# some blanks in a row must not be tried in all the ways in which they can be shared.

#: Prompts of debuggers, with what was typed after them.
_DEBUGGER: Final = r"""(?x)
    ^(?: \( (?: Pdb(?:\+\+)? | rdb | gdb | lldb | dlv | byebug | rdbg(?:@[\w.\#:-]+)? )
         \) (?:\ |$)
      | (?: ipdb | debug | jdb | \(jdb\) ) > (?:\ |$)
      | \[\d+\] \s (?:pry|byebug) \( .{0,80}? \) (?: :\d+ )? [>*] (?:\ |$)
      | irb \( .{0,80}? \) : \d+ (?: :\d+ )? [>*"'] (?:\ |$)
    )
"""

#: Prompts of interactive shells of languages and databases.
_SHELL: Final = r"""(?x)
    ^(?: >>> (?:\ |$)
      | In\ \[\d+\]: (?:\ |$)
      | [\w-]{1,63} [=(] [>\#] (?:\ |$)
      | (?: sqlite | mysql | php | scala | ghci | redis | cqlsh | mongosh | rusty ) >
        (?:\ |$)
      | MariaDB\ \[.{0,60}\]> (?:\ |$)
      | iex \( \d+ \) > (?:\ |$)
    )
"""

#: Node prompts with nothing but a sign, so something has to say who it is.
_NODE: Final = r"^> "
_WELCOME: Final = r"^Welcome to Node\.js v"

_HIDDEN: Final = r"""(?xi)
    \b(?: pass(?:word|phrase|code) | pass\ phrase | passwort | mot\ de\ passe
        | contrase\u00f1a | senha | pin | otp | token | api\ key
        | (?:verification|one-time|authentication|access)\ code )\b
    [^:?>]{0,100} (?: for\ .{1,100} )? [:?>\u203a] \s*+ [*\u2022]*+ \s*+ $
"""

_KEY: Final = r"""(?xi)
    \b(?:press|hit|strike)\b .{0,40} \b(?:any\ key|key|enter|return|space)\b .{0,60} $
    | ^ -- \s? more \s? -- | ^ \(END\) $
"""

#: ``(y/N)``, ``[Y/n]``, ``(yes/no/[fingerprint])``, ``(y or n)``, ``(y)``, with what
#: was typed after it.
_YES_NO: Final = r"""(?xi)
    [\[(] \s*+ \[?(?: y | yes | n | no )\]?
    (?: (?: \s*+[/|,]\s*+ | \ or\ )
        \[?(?: n | no | y | yes | a | all | q | \w{3,12} )\]? ){0,4}
    \s*+ [\])] \s*+ [:?>]? \s*+ \S{0,4} $
"""

#: How Inquirer and its relatives mark what they ask.
_MARKED: Final = r"^\s{0,4}[?\u25c6] {1,3}\S."
#: What stands below such a question: choices, and the frame of Clack.
_CHOICE: Final = (
    r"^\s{0,4}(?:[>\u276f\u203a\u25cf\u25cb\u25c9\u25ef\u25fb\u25fc\u25a1\u2502\u2514\u25aa]"
    r"|\(use |\(Use |\d+[.)] |[\u2191\u2193]|\s{2,}\S|- )"
)

#: Words that begin what asks for something, where a colon ends it.
_FIELD: Final = r"""(?xi)
    ^\s{0,8} (?: \S{1,40}: \s )?
    (?: enter | type | choose | select | pick | input | provide | specify | username
      | user\ name | login | user | e-?mail
      | (?:package|project|app|full|first|your)\ name
      | name | version | description | entry\ point | test\ command | git\ repository
      | keywords | author | license | which | what | continue | overwrite | proceed
      | confirm | please\ (?:enter|type|choose|select|confirm) | new | retype | repeat
    )\b .{0,160}? [:>\u203a] \s*+ (?: [\[(] .{0,80} [\])] \s*+ )? $
"""

_QUESTION: Final = r"\w.{0,200}\?\s*+(?:[\[(][^\[\]()]{0,60}[\])]\s*+)?[:>]?\s*+$"

_FORMS: Final = (
    _Form(Want.DEBUGGER, _DEBUGGER),
    _Form(Want.SHELL, _SHELL),
    _Form(Want.SHELL, _NODE, _WELCOME),
    _Form(Want.HIDDEN, _HIDDEN),
    _Form(Want.KEY, _KEY),
    _Form(Want.ANSWER, _YES_NO),
    _Form(Want.ANSWER, _MARKED),
    _Form(Want.ANSWER, _FIELD),
    _Form(Want.ANSWER, _QUESTION),
)

#: Lines above in which a question is looked for that has its choices below.
ABOVE: Final = 20


def question(text: str, above: Sequence[str]) -> Question | None:
    """Return what *text*, at which a program rests, asks; ``None`` for nothing.

    *above* are the lines before it, the nearest last.
    """
    for form in _FORMS:
        if _finds(form.match, text) and _stands_below(form, above):
            return Question(_cleaned(text), form.want)
    return _chosen(text, above)


def _finds(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None


def _stands_below(form: _Form, above: Sequence[str]) -> bool:
    return not form.below or any(_finds(form.below, line) for line in above)


def _chosen(text: str, above: Sequence[str]) -> Question | None:
    """Return the question whose choices end with *text*."""
    lines = [*above, text] if text else [*above]
    if not lines or not _finds(_CHOICE, lines[-1]):
        return None
    for line in reversed(lines[:-1]):
        if _finds(_MARKED, line):
            return Question(_cleaned(line), Want.ANSWER)
        if line and not _finds(_CHOICE, line):
            return None
    return None


def _cleaned(text: str) -> str:
    """Return a question without the mark before it and blanks around it."""
    words, _, _ = text.strip().partition(" \u203a - Use ")
    return words.removeprefix("\u25c6").lstrip("? ").strip()[:_LONGEST]


def shown(data: bytes) -> bytes:
    """Return a line with what returns to its beginning as a carriage return."""
    return _RETURN.sub(b"\r", data) if b"\x1b" in data else data
