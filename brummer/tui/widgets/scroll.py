"""The commands of a log that is on the screen."""

from collections.abc import Callable, Mapping

from brummer.tui.widgets.log import LogPane


def log_commands(pane: LogPane) -> Mapping[str, Callable[[], None]]:
    """Return what the keys that move about in a log do to *pane*."""
    return {
        "move.up": lambda: pane.scroll(-1),
        "move.down": lambda: pane.scroll(1),
        "move.page_up": lambda: pane.page(-1),
        "move.page_down": lambda: pane.page(1),
        "move.half_up": lambda: pane.page(-0.5),
        "move.half_down": lambda: pane.page(0.5),
        "move.top": pane.to_top,
        "move.end": pane.follow,
        "log.follow": pane.toggle_follow,
        "log.wrap": pane.toggle_wrap,
        "log.times": pane.cycle_times,
        "log.summary": pane.toggle_summary,
        "log.left": lambda: pane.sideways(-1),
        "log.right": lambda: pane.sideways(1),
    }
