"""The commands of a log that is on the screen."""

from collections.abc import Callable, Mapping
from functools import partial

from brummer.tui.widgets.log import LogPane


def log_commands(pane: LogPane) -> Mapping[str, Callable[[], None]]:
    """Return what the keys that move about in a log do to *pane*."""
    stand = pane.stand
    moves = {
        "move.up": lambda: stand.move(-1),
        "move.down": lambda: stand.move(1),
        "move.page_up": lambda: stand.page(-1),
        "move.page_down": lambda: stand.page(1),
        "move.half_up": lambda: stand.page(-0.5),
        "move.half_down": lambda: stand.page(0.5),
        "move.top": stand.to_top,
        "move.end": stand.follow,
        "log.follow": stand.toggle_follow,
    }
    return {
        **{name: partial(_by_hand, pane, move) for name, move in moves.items()},
        "log.wrap": pane.toggle_wrap,
        "log.times": pane.cycle_times,
        "log.summary": pane.toggle_summary,
        "log.left": lambda: pane.sideways(-1),
        "log.right": lambda: pane.sideways(1),
    }


def _by_hand(pane: LogPane, move: Callable[[], None]) -> None:
    """Move; whoever waited to be taken elsewhere has changed their mind."""
    pane.lens.stay()
    move()
