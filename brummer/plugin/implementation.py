"""What a plugin implements, looked at before any of it is called."""

import difflib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any, Final

import pluggy
from typing_extensions import override

from brummer.plugin import hookspecs
from brummer.plugin.handle import Handle

_PREFIX: Final = "brummer_"

#: Every hook by name, in the order of the specification.
HOOKS: Final[Mapping[str, FunctionType]] = MappingProxyType(
    {
        name: function
        for name, function in vars(hookspecs).items()
        if name.startswith(_PREFIX) and isinstance(function, FunctionType)
    }
)

#: The names of the arguments of every hook.
ARGUMENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {name: tuple(inspect.signature(hook).parameters) for name, hook in HOOKS.items()}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """One function of one plugin that implements one hook."""

    hook: str
    handle: Handle
    function: Callable[..., object]
    wanted: tuple[str, ...]

    def call(self, arguments: Mapping[str, object]) -> object:
        """Call the function with those of *arguments* that it takes."""
        return self.function(**{name: arguments[name] for name in self.wanted})


class Relay(pluggy.PluginManager):
    """pluggy's register of plugins, which leaves out what we refused."""

    def __init__(self) -> None:
        super().__init__(hookspecs.PROJECT)
        self.add_hookspecs(hookspecs)
        self._refused: frozenset[str] = frozenset()

    def enlist(self, plugin: object, handle: Handle) -> tuple[Implementation, ...]:
        """Register *plugin*; report what is wrong with it and leave that out.

        :raises ValueError: if the very same object is registered already.
        """
        problems = self._problems(plugin)
        self._refused = frozenset(problems)
        try:
            self.register(plugin, handle.name)
        finally:
            self._refused = frozenset()
        for name, problem in problems.items():
            if problem:
                handle.refused(f"{name} {problem}")
        return tuple(
            Implementation(
                hook=caller.name,
                handle=handle,
                function=found.function,
                wanted=wanted(caller.name, found.function),
            )
            for caller in self.get_hookcallers(plugin) or ()
            for found in caller.get_hookimpls()
            if found.plugin is plugin
        )

    @override
    def parse_hookimpl_opts(
        self, plugin: object, name: str
    ) -> pluggy.HookimplOpts | None:
        """Return the options of the implementation *name*, ``None`` to leave it out."""
        if name in self._refused:
            return None
        return super().parse_hookimpl_opts(plugin, name)

    def _problems(self, plugin: object) -> Mapping[str, str]:
        """Return what to leave out, and why; an empty reason is not told."""
        found = {}
        for name in dir(plugin):
            options = self.parse_hookimpl_opts(plugin, name)
            if options is not None:
                function = inspect.getattr_static(plugin, name)
                problem = problem_of(options, name, getattr(plugin, name, function))
            else:
                problem = unmarked(plugin, name)
            if problem or (options is not None and not known(options, name)):
                found[name] = problem
        return found


def known(options: Mapping[str, Any], name: str) -> bool:
    """Whether the hook that *name* implements is there."""
    return (options.get("specname") or name) in HOOKS


def problem_of(options: Mapping[str, Any], name: str, function: Any) -> str:
    """Return why an implementation cannot be used, empty if it can."""
    hook = options.get("specname") or name
    if hook not in HOOKS:
        # An optional hook may be one that a later Brummer has; nothing is wrong.
        return "" if options.get("optionalhook") else f"is no hook{_nearest(hook)}"
    if options.get("wrapper") or options.get("hookwrapper"):
        return "is a wrapper, which no plugin may put around the others"
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "is async, but hooks are plain functions"
    for parameter in inspect.signature(function).parameters.values():
        if problem := _parameter_problem(parameter, ARGUMENTS[hook]):
            return problem
    return ""


def _parameter_problem(parameter: inspect.Parameter, known: tuple[str, ...]) -> str:
    if parameter.kind in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}:
        return ""
    if parameter.kind is parameter.POSITIONAL_ONLY:
        return f"takes {parameter.name!r} by position, but hooks are called by name"
    if parameter.name in known or parameter.default is not parameter.empty:
        return ""
    has = f"has {', '.join(known)}" if known else "has no arguments"
    return f"takes {parameter.name!r}, but the hook {has}"


def unmarked(plugin: object, name: str) -> str:
    """Return that a function looks like a hook but is not marked, else empty."""
    if not name.startswith(_PREFIX):
        return ""
    function = inspect.getattr_static(plugin, name, None)
    if not inspect.isfunction(function):
        return ""
    # A plugin may well use functions of somebody else with such a name.
    home = plugin.__name__ if isinstance(plugin, ModuleType) else function.__module__
    if function.__module__ != home:
        return ""
    if name in HOOKS:
        return "is not marked with @brummer.hookimpl, so nobody calls it"
    hint = _nearest(name)
    return f"is no hook{hint}" if hint else ""


def _nearest(name: str) -> str:
    """Return a hint at the hook that looks like *name*, empty for none."""
    # The prefix that all of them share would make everything look alike.
    rest = {hook.removeprefix(_PREFIX): hook for hook in HOOKS}
    close = difflib.get_close_matches(name.removeprefix(_PREFIX), rest, n=1)
    return f"; did you mean {rest[close[0]]}?" if close else ""


def wanted(hook: str, function: Callable[..., object]) -> tuple[str, ...]:
    """Return which arguments of *hook* the function takes."""
    parameters = inspect.signature(function).parameters
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return ARGUMENTS[hook]
    return tuple(name for name in ARGUMENTS[hook] if name in parameters)
