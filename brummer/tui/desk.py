"""What every view has at hand: the instance, the time, and a way to say things."""

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from brummer.core.clock import Clock
from brummer.core.instance import Instance
from brummer.errors import BrummerError
from brummer.tui.layers.palette import Choice
from brummer.tui.memory import Memory
from brummer.tui.row import printable
from brummer.tui.theme import Theme

_T = TypeVar("_T")

logger: Final = logging.getLogger(__name__)

#: How long a message stays, in seconds; one about a failure stays until a key.
SECONDS_SHOWN: Final = 3.0

#: A failure that came up more recently than this was not meant by the key.
SECONDS_TO_READ: Final = 0.5

#: Messages that are kept to be shown one after the other.
MESSAGES: Final = 50


class Message(NamedTuple):
    """One line for the last row of the screen."""

    text: str
    failure: bool


@dataclass(frozen=True, slots=True)
class Secrecy:
    """How a question takes an answer that nobody should read.

    *is_asked_for* tells whether a password is what is wanted now; *answer* is
    called with a line that was hidden, and *caption* asks for one.
    """

    caption: str
    is_asked_for: Callable[[], bool]
    answer: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Seeking:
    """How a question looks for something while it is typed.

    *commands* are what some keys do besides, *told* returns what stands behind the
    line: how it is looked for and what was found so far.
    """

    commands: Mapping[str, Callable[[], None]]
    told: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be typed in the last row.

    *answer* is called with each line that is entered.  A question that is
    *repeated* stays for the next line.
    """

    caption: str
    answer: Callable[[str], None]
    text: str = ""
    repeated: bool = False
    #: Called with the text at every key, for a filter that acts at once.
    typed: Callable[[str], None] | None = None
    #: Called when the line is left without an answer.
    left: Callable[[], None] | None = None
    #: Where it may ask for a password.
    secrecy: Secrecy | None = None
    #: What was answered before, oldest first.
    earlier: Sequence[str] = ()
    seeking: Seeking | None = None


class _Ending(NamedTuple):
    """Something that is done: *take* is called with it, or raises why it failed."""

    take: Callable[[], None]
    otherwise: Callable[[str], None]


class Desk:
    """Runs commands for the views and shows what came of them.

    Threads: the main thread only, except that the futures of commands are done
    on any thread; those only leave their result in a queue and call *wake*.
    """

    def __init__(
        self,
        instance: Instance,
        clock: Clock,
        theme: Theme,
        wake: Callable[[], None],
        send: Callable[[str], None],
    ) -> None:
        """Begin with no messages; *send* puts text into the clipboard."""
        self.instance = instance
        self.clock = clock
        self.theme = theme
        #: Asks for a refresh soon; safe from any thread.
        self.wake = wake
        self._send = send
        #: Appended to by any thread, emptied by the main thread; either is one
        #: atomic step of a deque.  As long as the commands under way.
        self._done: deque[_Ending] = deque()
        self._messages: deque[Message] = deque(maxlen=MESSAGES)
        self._shown_since = 0.0
        #: What is being asked in the last row.
        self.question: Question | None = None
        #: What can be chosen from, until it is shown.
        self.choices: Sequence[Choice] = ()
        self.memory: Final = Memory()
        #: Numbers of what was handed to agents, until somebody has taken it.
        self.handed: Final[set[int]] = set()

    def run(
        self,
        command: str,
        /,
        then: Callable[[object], None] = lambda _: None,
        *,
        otherwise: Callable[[str], None] | None = None,
        **arguments: object,
    ) -> None:
        """Run a command; call *then* with its answer.

        If it fails, *otherwise* is called with the reason, which else is shown.
        """
        future = self.instance.run(command, **arguments)
        self.wait(future, then, otherwise=otherwise)

    def wait(
        self,
        future: Future[_T],
        then: Callable[[_T], None],
        *,
        otherwise: Callable[[str], None] | None = None,
    ) -> None:
        """Call *then* with what *future* brings.

        If it fails, *otherwise* is called with the reason, which else is shown.
        """
        ending = _Ending(lambda: then(future.result()), otherwise or self.fail)
        future.add_done_callback(lambda _: self._put(ending))

    def _put(self, ending: "_Ending") -> None:
        self._done.append(ending)
        self.wake()

    def settle(self) -> None:
        """Deal with the commands that are done."""
        while self._done:
            take, otherwise = self._done.popleft()
            try:
                take()
            except (Exception, CancelledError) as error:
                is_told = isinstance(error, BrummerError)
                logger.info("a command failed: %s", error, exc_info=not is_told)
                otherwise(str(error) or type(error).__name__)

    def copy(self, text: str, what: str) -> None:
        """Send *text* to the clipboard and say so; *what* names it: ``3 lines``."""
        try:
            self._send(text)
        except BrummerError as error:
            self.fail(str(error))
        else:
            self.say(f"sent to the clipboard: {what}")

    # Messages.

    def say(self, text: str) -> None:
        """Show a message for a while."""
        self._add(Message(printable(text), failure=False))

    def unsay(self, text: str) -> None:
        """Show *text* no more, which is not true any longer."""
        message = Message(printable(text), failure=False)
        if self._messages and self._messages[-1] == message:
            self._messages.pop()

    def fail(self, text: str) -> None:
        """Show what went wrong until a key is pressed."""
        self._add(Message(printable(text), failure=True))

    def _add(self, message: Message) -> None:
        newest = self._messages[-1] if self._messages else None
        if newest is not None and not newest.failure:
            self._messages.pop()
        if message not in self._messages:
            self._messages.append(message)
            self._shown_since = self.clock.monotonic()

    def message(self) -> Message | None:
        """Return what to show now: failures one by one, of the rest the newest."""
        while self._messages:
            first = self._messages[0]
            age = self.clock.monotonic() - self._shown_since
            if first.failure or age < SECONDS_SHOWN:
                return first
            self._messages.popleft()
        return None

    def seen(self) -> None:
        """Put a failure away that was there to read when a key was pressed."""
        age = self.clock.monotonic() - self._shown_since
        if self._messages and self._messages[0].failure and age >= SECONDS_TO_READ:
            self._messages.popleft()
            self._shown_since = self.clock.monotonic()

    def offer(self, choices: Sequence[Choice]) -> None:
        """Have one of *choices* chosen."""
        self.choices = choices

    def ask(self, question: Question) -> None:
        """Have something typed in the last row."""
        self.question = question
