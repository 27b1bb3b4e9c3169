"""How what the instances offer is called by the client, and whom a name means.

==========  ======================  ====================================================
form        when, by itself         a tool ``logs_search`` of the instance ``shop``
==========  ======================  ====================================================
PLAIN       one instance            ``logs_search``
PREFIXED    a second one            ``shop__logs_search``
COMPACT     a third one             ``logs_search`` with an argument ``instance``
==========  ======================  ====================================================

A list never goes back to an earlier form: names that an agent has learnt stay.  And
each is understood in every form, as long as it means one instance; otherwise nothing is
called, and the answer says how to name one.  Resources are ``hub://shop/`` and their
own address, but for the form PLAIN.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final

from brummer.config.text import hint
from brummer.errors import QUOTED, quoted
from brummer.mcp.hub.link import Peer, PeerState
from brummer.mcp.hub.offer import Offer, Thing
from brummer.mcp.template import matched

#: Between the label of an instance and a name.
SEPARATOR: Final = "__"

#: The argument that names an instance.
INSTANCE: Final = "instance"

_ADDRESS: Final = re.compile(r"hub://([a-z0-9_]+)/(.+)", re.DOTALL)

#: With so many instances each tool is listed once, unless somebody says otherwise.
_MANY: Final = 3


class Form(IntEnum):
    """How names are listed; later ones are for more instances."""

    PLAIN = 0
    PREFIXED = 1
    COMPACT = 2


class Compact(StrEnum):
    """When each tool is listed once for all instances."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"

    def form(self, instances: int) -> Form:
        """Return the form for so many *instances*."""
        if instances <= 1:
            return Form.PLAIN
        many = {Compact.AUTO: _MANY, Compact.ALWAYS: 2}.get(self)
        return Form.COMPACT if many is not None and instances >= many else Form.PREFIXED


class UnroutableError(Exception):
    """A name means no instance, or several; the text says what to do."""


class UnknownError(UnroutableError):
    """Nothing is so called anywhere."""


@dataclass(frozen=True, slots=True)
class Member:
    """An instance that is alive, and what it offers, if that is known."""

    peer: Peer
    offer: Offer | None

    @property
    def label(self) -> str:
        """Its short name."""
        return self.peer.label

    @property
    def place(self) -> str:
        """How to tell a person or an agent which one it is."""
        return f"{self.label} ({self.peer.sighting.directory})"


@dataclass(frozen=True, slots=True)
class Target:
    """What is meant: *name* as the instance knows it."""

    member: Member
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Roster:
    """All instances that are alive, by label, and the form in which they are listed.

    *absent* are those that have ended, and those that run no server.
    """

    members: tuple[Member, ...] = ()
    form: Form = Form.PLAIN
    absent: tuple[Peer, ...] = ()

    def tools(self) -> list[Thing]:
        """Return the tools, as they are listed, by name."""
        if self.form is not Form.COMPACT:
            return self._prefixed(lambda offer: offer.tools)
        offered: dict[str, list[Member]] = {}
        for member in self.members:
            for name in member.offer.tools if member.offer else ():
                offered.setdefault(name, []).append(member)
        found: list[Thing] = []
        for name, members in offered.items():
            tools = [member.offer.tools[name] for member in members if member.offer]
            if _is_same(tools):
                found.append(_joined(tools[0], [member.label for member in members]))
            else:
                pairs = zip(members, tools, strict=True)
                found += [_named(member, tool) for member, tool in pairs]
        return sorted(found, key=_name)

    def prompts(self) -> list[Thing]:
        """Return the prompts, as they are listed, by name."""
        return self._prefixed(lambda offer: offer.prompts)

    def resources(self) -> list[Thing]:
        """Return the resources that have one address, by that."""
        return self._addressed(lambda offer: offer.resources, "uri")

    def templates(self) -> list[Thing]:
        """Return the resources that have many, by their template."""
        return self._addressed(lambda offer: offer.templates, "uriTemplate")

    def _prefixed(self, kind: Callable[[Offer], Mapping[str, Thing]]) -> list[Thing]:
        pairs = self._things(kind)
        if self.form is Form.PLAIN:
            return sorted((thing for _, thing in pairs), key=_name)
        return sorted((_named(member, thing) for member, thing in pairs), key=_name)

    def _addressed(
        self, kind: Callable[[Offer], Mapping[str, Thing]], key: str
    ) -> list[Thing]:
        found = [
            {**_titled(self.form, member, thing), key: self.address(member, thing[key])}
            for member, thing in self._things(kind)
        ]
        return sorted(found, key=lambda thing: str(thing[key]))

    def _things(
        self, kind: Callable[[Offer], Mapping[str, Thing]]
    ) -> Iterator[tuple[Member, Thing]]:
        for member in self.members:
            if member.offer is not None:
                for thing in kind(member.offer).values():
                    yield member, thing

    def address(self, member: Member, uri: str) -> str:
        """Return what the client calls the resource *uri* of an instance."""
        return uri if self.form is Form.PLAIN else f"hub://{member.label}/{uri}"

    def tool(self, name: str, arguments: Mapping[str, Any]) -> Target:
        """Return which tool of which instance is meant.

        :raises UnroutableError: if that is none, or not clear.
        """
        split = self._split(name)
        for member, rest in split:
            if member.offer is None or rest in member.offer.tools:
                return Target(member, rest, arguments)
        wanted = arguments.get(INSTANCE)
        if isinstance(wanted, str) and not self._takes_instance(name):
            rest_of_them = {k: v for k, v in arguments.items() if k != INSTANCE}
            return Target(self._called(wanted), name, rest_of_them)
        if split and not self._is_offered(name):
            # The instance itself knows best why it has none.
            return Target(*split[0], arguments)
        return Target(
            self._only(name, lambda offer: name in offer.tools, "tool"), name, arguments
        )

    def prompt(self, name: str) -> Target:
        """Return which prompt of which instance is meant.

        :raises UnroutableError: if that is none, or not clear.
        """
        for member, rest in self._split(name):
            if member.offer is None or rest in member.offer.prompts:
                return Target(member, rest, {})
        member = self._only(name, lambda offer: name in offer.prompts, "prompt")
        return Target(member, name, {})

    def resource(self, uri: str) -> Target:
        """Return which resource of which instance is meant.

        :raises UnroutableError: if that is none, or not clear.
        """
        if found := _ADDRESS.fullmatch(uri):
            return Target(self._called(found[1]), found[2], {})
        member = self._only(uri, lambda offer: _has(offer, uri), "resource")
        return Target(member, uri, {})

    def _split(self, name: str) -> list[tuple[Member, str]]:
        """Return whose label *name* may begin with, the longest first."""
        for peer in self.absent:
            if name.startswith(peer.label + SEPARATOR):
                raise UnroutableError(self._gone(peer))
        found = [
            (member, name.removeprefix(member.label + SEPARATOR))
            for member in self.members
            if name.startswith(member.label + SEPARATOR)
        ]
        return sorted(found, key=lambda pair: len(pair[1]))

    def _is_offered(self, name: str) -> bool:
        return any(m.offer is not None and name in m.offer.tools for m in self.members)

    def _takes_instance(self, name: str) -> bool:
        """Whether a tool so called has an argument of that name itself."""
        return any(
            INSTANCE in _properties(member.offer.tools.get(name, {}))
            for member in self.members
            if member.offer is not None
        )

    def _called(self, wanted: str) -> Member:
        """Return the instance that *wanted* names: label, id, folder or name."""
        for names in (
            lambda member: {member.label, member.peer.id},
            lambda member: {str(member.peer.sighting.directory)},
            lambda member: {member.peer.sighting.name},
        ):
            found = [member for member in self.members if wanted in names(member)]
            if len(found) == 1:
                return found[0]
        for peer in self.absent:
            if wanted in {peer.label, peer.id, str(peer.sighting.directory)}:
                raise UnroutableError(self._gone(peer))
        raise UnroutableError(f"there is no instance {wanted!r}; {self._whom()}")

    def _only(self, name: str, has: Callable[[Offer], bool], kind: str) -> Member:
        """Return the one instance that has what *name* is, or may have it."""
        if len(self.members) == 1:
            return self.members[0]
        if not self.members:
            raise UnroutableError(
                "no Brummer is running that could do this; start brum in the project"
                " (brum --no-tui from a script), then try again. instances_list tells"
                " what is wrong with one that should be there"
            )
        # What one offers that is just connecting nobody knows: it is not passed over.
        found = [m for m in self.members if m.offer is None or has(m.offer)]
        if not found or (len(found) == 1 and found[0].offer is None):
            near = self._near(name[:QUOTED]) if kind == "tool" else ""
            raise UnknownError(
                f"no instance has a {kind} {quoted(name)}; {self._whom()}{near}"
            )
        if len(found) > 1:
            raise UnroutableError(
                f"{len(found)} instances may be meant by {name!r};"
                f" {self._how(name, kind)}; {self._whom()}"
            )
        return found[0]

    def _near(self, name: str) -> str:
        """Return what is added where nobody has the tool *name*."""
        offers = [member.offer for member in self.members if member.offer is not None]
        names = {tool for offer in offers for tool in offer.tools}
        listed = {str(tool["name"]) for tool in self.tools()}
        # Settings may leave it out, which the instance knows and we do not.
        label = self.members[0].label
        ask = f"call {label}{SEPARATOR}{name} to learn why {label} has none"
        near = hint(name, sorted(names | listed))
        if SEPARATOR in name:
            return near
        return f"{near} {ask}" if near else f"; {ask}"

    def _how(self, name: str, kind: str) -> str:
        label = self.members[0].label
        if kind == "resource":
            return f"read it as hub://{label}/{name}"
        if kind == "tool" and not self._takes_instance(name):
            return f"call it with instance={label!r}, or as {label}{SEPARATOR}{name}"
        return f"call it {label}{SEPARATOR}{name}"

    def _gone(self, peer: Peer) -> str:
        if peer.state is not PeerState.DEAD:
            return (
                f"{peer.label} ({peer.sighting.directory}) runs no MCP server; start"
                " brum there again, without --no-mcp, or take another one;"
                f" {self._whom()}"
            )
        return (
            f"{peer.label} ({peer.sighting.directory}) is {peer.state.value}:"
            f" {peer.problem or 'it has ended'}; start brum there again, or take"
            f" another one; {self._whom()}"
        )

    def _whom(self) -> str:
        places = ", ".join(member.place for member in self.members)
        return f"instances: {places or 'none is running'}"


def _name(thing: Thing) -> str:
    return str(thing["name"])


def _titled(form: Form, member: Member, thing: Thing) -> dict[str, Any]:
    """Return *thing* with its instance in its title, where there are several."""
    if form is Form.PLAIN or not thing.get("title"):
        return dict(thing)
    return {**thing, "title": f"{thing['title']} ({member.label})"}


def _named(member: Member, thing: Thing) -> Thing:
    name = f"{member.label}{SEPARATOR}{thing['name']}"
    return {**_titled(Form.PREFIXED, member, thing), "name": name}


def _properties(tool: Thing) -> Mapping[str, Any]:
    schema = tool.get("inputSchema")
    found = schema.get("properties") if isinstance(schema, dict) else None
    return found if isinstance(found, dict) else {}


def _is_same(tools: Sequence[Thing]) -> bool:
    """Whether one entry does for all: several, alike, that can take the argument."""
    first = tools[0]
    return (
        len(tools) > 1
        and all(tool == first for tool in tools)
        and INSTANCE not in _properties(first)
    )


def _joined(tool: Thing, labels: Sequence[str]) -> Thing:
    """Return a tool with an argument for the instance."""
    schema = tool.get("inputSchema") or {"type": "object"}
    required = schema.get("required")
    instance = {
        "type": "string",
        "enum": list(labels),
        "description": "Which Brummer; instances_list tells their folders.",
    }
    return {
        **tool,
        "inputSchema": {
            **schema,
            "properties": {INSTANCE: instance, **_properties(tool)},
            "required": [INSTANCE, *(required if isinstance(required, list) else ())],
        },
    }


def _has(offer: Offer, uri: str) -> bool:
    return uri in offer.resources or any(
        matched(template, uri) is not None for template in offer.templates
    )
