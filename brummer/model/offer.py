"""What agents may read and be helped with: resources and prompts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from brummer.model.tool import Content, Resource, Tool

#: Returns what is at an address; raises :class:`LookupError` if nothing is.  This one
#: and the next may be ``async``.
Reader: TypeAlias = Callable[[str], Resource | Awaitable[Resource]]

#: The arguments, or variables, that were chosen before, by name.
Chosen: TypeAlias = Mapping[str, str]

#: Returns what an argument may be that begins with a text, where others are chosen.
Completer: TypeAlias = Callable[[str, Chosen], Sequence[str] | Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A resource, or many of one form.

    *uri* is its address, or a template with ``{variables}`` in it.  *completers*
    know what a variable may be.
    """

    uri: str
    name: str
    title: str
    description: str
    read: Reader
    mime_type: str = "application/json"
    completers: Mapping[str, Completer] | None = None

    @property
    def is_template(self) -> bool:
        """Whether it stands for many."""
        return "{" in self.uri


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """Something that a prompt is made with."""

    name: str
    description: str
    required: bool = False
    complete: Completer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A prompt: what to ask of a model, made from arguments and the present state.

    *make* gets a :class:`~brummer.model.tool.Call` and the arguments by name, and
    returns what the user says; it may be ``async``.
    """

    name: str
    title: str
    description: str
    make: Callable[..., Sequence[Content] | Awaitable[Sequence[Content]]]
    arguments: tuple[Argument, ...] = ()


class Offers(NamedTuple):
    """All that somebody offers to agents."""

    tools: tuple[Tool, ...] = ()
    sources: tuple[Source, ...] = ()
    recipes: tuple[Recipe, ...] = ()
