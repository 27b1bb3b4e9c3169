"""A program that is sent a signal at one moment of its run, the same each time.

::

    python fire.py PROGRAM MOMENT SIGNAL [ARGUMENT ...]

runs ``brum`` or ``brumctl`` with the arguments.  A moment is a number of calls and
returns that the main thread has made since the program answers Ctrl-C (before that
Python does, and nobody can help it): that hits every line from the first to the
last step of the interpreter's end, however fast the machine is.  With ``0`` no
signal comes, and their whole number is the last line on standard error.
"""

import atexit
import itertools
import os
import signal
import sys

CALLS = itertools.count(1)


def main() -> int:
    program = sys.argv.pop(1)
    moment, number = int(sys.argv.pop(1)), int(sys.argv.pop(1))

    def wait(*_: object) -> None:
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            sys.setprofile(look)

    def look(*_: object) -> None:
        if next(CALLS) == moment:
            signal.raise_signal(number)

    if not moment:
        atexit.register(lambda: os.write(2, b"%d\n" % next(CALLS)))
    if program == "brumctl":
        from brummer.cli.ctl import main
    else:
        from brummer.cli.main import main
    sys.setprofile(wait)
    return main()


if __name__ == "__main__":
    sys.exit(main())
