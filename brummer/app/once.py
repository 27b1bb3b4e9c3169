"""Telling the user what is wrong, once."""

from collections.abc import Callable


class Once:
    """Tells a sentence about a component, unless that was the last one about it.

    Threads: any may call.  Two that say the same at once tell it twice, and no
    more than that: one assignment to a dictionary's item is one step.
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell
        #: The last sentence about each component; as many as there are components.
        self._last: dict[str, str] = {}

    def __call__(self, component: str, text: str) -> None:
        """Tell *text* about *component*."""
        if self._last.get(component) != text:
            self._last[component] = text
            self._tell(f"{component}: {text}")

    def forget(self, component: str) -> None:
        """Let the next sentence about *component* be told whatever it is."""
        self._last.pop(component, None)
