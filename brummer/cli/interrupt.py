"""Ctrl-C, for the whole life of a program."""

import signal


def end_quietly() -> None:
    """Let Ctrl-C end the program from here on as it ends any other.

    Python would answer it with an exception between any two steps, in the middle
    of an import or of the interpreter's own end, and then with a traceback.
    Whoever starts something that must not be left behind notes signals meanwhile;
    before and after that there is nothing to lose.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
