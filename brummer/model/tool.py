"""What an agent may call: tools, and what they answer.

Values for plugins and for the MCP server.  Nothing here knows the protocol.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from brummer.errors import BrummerError


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a call of a tool may do, so that a client can decide whether to ask.

    The defaults are the worst: a tool that says nothing is taken for one that
    destroys something, somewhere else, and again each time.
    """

    read_only: bool = False
    destructive: bool = True
    idempotent: bool = False
    open_world: bool = True


#: Looks and changes nothing.
READS = Effect(read_only=True, destructive=False, idempotent=True, open_world=False)
#: Brings about a state, and does nothing where it is there already.
ENSURES = Effect(destructive=False, idempotent=True, open_world=False)
#: Adds something, each time.
ADDS = Effect(destructive=False, open_world=False)
#: Ends or removes something of this project.
ENDS = Effect(idempotent=True, open_world=False)
#: Runs whatever the project or the caller wants.
RUNS = Effect()


class LongRun(StrEnum):
    """Whether a tool may go on after its call was answered, as a task to ask for."""

    NEVER = "never"
    OPTIONAL = "optional"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Something to read."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture or a sound, as its *mime_type* says."""

    data: bytes
    mime_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource, with all that is in it; *content* is text or bytes."""

    uri: str
    mime_type: str
    content: str | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where there is more to read."""

    uri: str
    name: str
    description: str = ""
    mime_type: str = ""


Content: TypeAlias = Text | Media | Resource | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a call.

    *content* says everything: many clients show nothing else.  *data* is the same
    for programs, something that JSON can carry; ``None`` for none.  An answer that
    *failed* tells an agent what went wrong and what to do next.  One that is *shared*
    is given to several who ask the same, and nothing in it ever changes: it is made
    ready to be sent only once.
    """

    content: tuple[Content, ...]
    data: object = None
    failed: bool = False
    shared: bool = False


def answer(text: str, data: object = None) -> Answer:
    """Return an answer of some text, and the same as *data*."""
    return Answer(content=(Text(text=text),), data=data)


def failure(text: str, data: object = None) -> Answer:
    """Return the answer of a call that failed, in words that say what to do."""
    return Answer(content=(Text(text=text),), data=data, failed=True)


class Asking(StrEnum):
    """What can be asked of a client in the middle of a call."""

    PERSON = "elicitation/create"
    MODEL = "sampling/createMessage"
    ROOTS = "roots/list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to ask of a client.

    To ask a :attr:`Asking.PERSON` *parameters* are a ``message`` and a flat JSON
    schema, ``requestedSchema``; the reply has an ``action`` (``accept``, ``decline``
    or ``cancel``) and what was filled in as ``content``.
    """

    of: Asking = Asking.PERSON
    parameters: Mapping[str, object] = field(default_factory=dict)


#: What clients replied, by the keys of the questions.
Replies: TypeAlias = Mapping[str, Mapping[str, object]]


class Unanswered(BaseException):
    """A call has to be begun again when *questions* are answered.

    No :class:`Exception`: a tool must not take it for one of its own.
    """

    def __init__(self, questions: Mapping[str, Question]) -> None:
        super().__init__(", ".join(questions))
        self.questions = questions


class CannotAskError(BrummerError):
    """The client does not say that it can be asked for that."""

    def __init__(self, of: Asking) -> None:
        super().__init__(f"this needs a client that can be asked: {of.value}")
        self.of = of


class Call(Protocol):
    """One call of a tool in progress.

    Threads: every method is safe from any thread, and returns at once.
    """

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody waits for the answer any more."""

    @property
    def may_last(self) -> bool:
        """Whether it may last longer than clients wait, since it is a task."""

    def on_cancel(self, stop: Callable[[], object]) -> None:
        """Have *stop* called, on any thread, when nobody waits any more."""

    def progress(self, done: float, total: float | None = None, text: str = "") -> None:
        """Tell the client how far it is; *done* has to grow from call to call."""

    def log(self, level: str, data: object) -> None:
        """Send a message of one of the levels of syslog, such as ``info``."""

    def offers(self, of: Asking) -> bool:
        """Whether the client says that it can be asked that."""

    def ask(self, questions: Mapping[str, Question]) -> Future[Replies]:
        """Ask the client; the future has the replies, or is cancelled with the call.

        Towards some clients a call cannot wait: it is answered with the questions,
        and begun again when the replies are there.  So ask before anything is done.

        :raises CannotAskError: by the future, if the client cannot be asked that.
        :raises Unanswered: by the future, if the call is begun again; let it pass.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something that an agent may call.

    *run* gets the :class:`Call` first and the arguments by name, and returns an
    :class:`Answer`.  An ordinary function may take its time, on a worker; an ``async``
    one runs in the server's loop and must not.  It raises
    :class:`~brummer.errors.BrummerError` for what the agent can act on.

    *parameters* and *result* are JSON schemas of objects.  A tool of a *group* that
    the setting ``mcp.groups`` does not name is not offered.
    """

    name: str
    title: str
    description: str
    run: Callable[..., object]
    parameters: Mapping[str, object] = field(
        default_factory=lambda: {"type": "object", "properties": {}}
    )
    result: Mapping[str, object] | None = None
    effect: Effect = field(default_factory=Effect)
    group: str = "plugins"
    long_run: LongRun = LongRun.NEVER
    #: Whether it ends in some seconds by itself, and tells nothing meanwhile: clients
    #: get its answer in one piece.
    brief: bool = False
    #: Whether a long run begins when all that it asks is answered.
    asks_first: bool = False
    #: Returns the arguments of a call by the names of *parameters*, where clients
    #: know other ones from elsewhere; called before they are checked.
    adapt: Callable[[Mapping[str, object]], Mapping[str, object]] | None = None
