"""What ``[scripts]`` says about order: who needs whom, and when somebody is ready."""

from collections.abc import Callable, Iterator, Mapping

from brummer.config.settings import ReadySettings, ScriptSettings
from brummer.config.source import Origin, Problem
from brummer.config.text import dotted
from brummer.model.readiness import Need, Readiness, ReadyBy, Until


def needs(setting: ScriptSettings) -> tuple[Need, ...]:
    """Return the other scripts that ``depends_on`` names."""
    return tuple(_need(*entry) for entry in setting.depends_on.items())


def _need(name: str, condition: str) -> Need:
    word, _, pattern = condition.partition(":")
    return Need(script=name, until=Until(word), pattern=pattern)


def readiness(ready: ReadySettings) -> Readiness | None:
    """Return how ``[scripts.NAME.ready]`` wants a process to be seen to be ready."""
    targets = _targets(ready)
    if not targets:
        return None
    by, target = next(iter(targets.items()))
    return Readiness(
        by=by,
        target=target,
        status=ready.status,
        interval=ready.interval,
        timeout=ready.timeout,
        delay=ready.delay,
        failures=ready.failures,
        within=ready.within,
    )


def _targets(ready: ReadySettings) -> Mapping[ReadyBy, str]:
    """Return what is to be looked at, by kind; one of them is allowed."""
    told = {
        ReadyBy.TCP: ready.tcp,
        ReadyBy.HTTP: ready.http,
        ReadyBy.EXEC: ready.exec,
        ReadyBy.LOG: ready.log,
        ReadyBy.URL: "url" if ready.url else "",
    }
    return {by: target for by, target in told.items() if target}


def problems(
    scripts: Mapping[str, ScriptSettings], where: Callable[[str], Origin]
) -> Iterator[Problem]:
    """Yield what is wrong with settings that are right each by itself.

    *where* returns where the key of a dotted name was set.
    """
    for name, setting in scripts.items():
        table = dotted(("scripts", name, "ready"))
        found = _targets(setting.ready)
        if len(found) > 1:
            text = f"{table} has {' and '.join(found)}; one of them is enough"
            yield Problem(where(f"{table}.{list(found)[-1]}"), text)
        elif not found and setting.ready != ReadySettings():
            text = f"{table} lacks what to look at: {', '.join(ReadyBy)}"
            yield Problem(where(table), text)
    for names in _circles(scripts):
        key = dotted(("scripts", names[0], "depends_on", names[1]))
        circle = " -> ".join(names)
        yield Problem(
            where(key), f"these scripts need each other in a circle: {circle}"
        )


def _circles(scripts: Mapping[str, ScriptSettings]) -> Iterator[list[str]]:
    """Yield each circle once, its first name at both ends."""
    done: set[str] = set()
    for start in scripts:
        path, rest = [start], [_below(scripts, start)]
        while path and start not in done:
            name = next(rest[-1], None)
            if name is None:
                done.add(path.pop())
                rest.pop()
                if not path:
                    break
            elif name in path:
                yield [*path[path.index(name) :], name]
            elif name not in done:
                path.append(name)
                rest.append(_below(scripts, name))


def _below(scripts: Mapping[str, ScriptSettings], name: str) -> Iterator[str]:
    return iter(scripts[name].depends_on if name in scripts else ())
