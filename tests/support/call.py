"""A call of a tool, by a client that replies what a test says."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future

from brummer.model.tool import Asking, CannotAskError, Question, Replies, Unanswered


class FakeCall:
    """Implements :class:`brummer.model.tool.Call`.

    *replies* are by the keys of the questions.  With *anew*, a call that asks for what
    is not there has to be begun again; else that fails the test.  *deaf* clients
    cannot be asked.

    Threads: any; a test looks at what it noted when the call is done.
    """

    def __init__(
        self,
        replies: Mapping[str, Mapping[str, object]] | None = None,
        *,
        anew: bool = False,
        deaf: bool = False,
    ) -> None:
        self._replies = dict(replies or {})
        self._anew = anew
        self._deaf = deaf
        self._stops: list[Callable[[], object]] = []
        #: What was asked, by key.
        self.asked: dict[str, Question] = {}
        #: How far it was told to be, oldest first.
        self.told: list[tuple[float, float | None, str]] = []
        #: What was sent as messages.
        self.logged: list[tuple[str, object]] = []
        self.is_cancelled = False
        self.may_last = False

    def cancel(self) -> None:
        """Say that nobody waits any more."""
        self.is_cancelled = True
        for stop in self._stops:
            stop()

    def on_cancel(self, stop: Callable[[], object]) -> None:
        """Have *stop* called when nobody waits."""
        self._stops.append(stop)

    def progress(self, done: float, total: float | None = None, text: str = "") -> None:
        """Note how far it is."""
        self.told.append((done, total, text))

    def log(self, level: str, data: object) -> None:
        """Note a message."""
        self.logged.append((level, data))

    def offers(self, of: Asking) -> bool:
        """Whether it can be asked that."""
        return of is Asking.PERSON and not self._deaf

    def ask(self, questions: Mapping[str, Question]) -> Future[Replies]:
        """Reply, if there are replies."""
        self.asked.update(questions)
        asked: Future[Replies] = Future()
        if self._deaf:
            asked.set_exception(CannotAskError(Asking.PERSON))
        elif missing := questions.keys() - self._replies.keys():
            assert self._anew, f"nobody replies to {missing}"
            asked.set_exception(Unanswered(questions))
        else:
            asked.set_result({key: self._replies[key] for key in questions})
        return asked


def filled(**content: object) -> Mapping[str, object]:
    """Return the reply of a person who filled something in."""
    return {"action": "accept", "content": content}


REFUSED: Mapping[str, object] = {"action": "decline"}
