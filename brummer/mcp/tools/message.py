"""Tools that pass messages between agents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from brummer.core.clock import Clock
from brummer.core.pulse import Pulse
from brummer.errors import BrummerError, RefusedError
from brummer.mcp import schema
from brummer.mcp.activity import CURRENT
from brummer.mcp.handover import Handover
from brummer.mcp.moment import ago
from brummer.mcp.queue import MAX_TTL, TTL, Delivery, Message, MessageQueue
from brummer.mcp.size import ENVELOPE, ROOM, cleaned, compact, fitted, size
from brummer.mcp.subscriptions import Subscriptions
from brummer.mcp.table import Listing, Row, cells, cut, listed
from brummer.mcp.tools.adapt import MOST, blocking, renamed, without_nothing
from brummer.mcp.tools.handed import handed_lines
from brummer.mcp.tools.process import fields
from brummer.mcp.tools.shown import framed
from brummer.mcp.tools.waiting import check
from brummer.model.agent import HANDOVER
from brummer.model.tool import ADDS, ENDS, READS, Answer, Call, Tool, answer

#: The group of tools that few agents need.
MORE: Final = "queue-more"

#: Bytes of a message as JSON, which an answer has twice; characters of the name of a
#: channel, and of a kind.
MAX_PAYLOAD: Final = 6_000
_NAME: Final = 100
_KIND: Final = 60

_CHANNEL: Final = schema.text("name of a channel")


@dataclass(frozen=True, slots=True)
class MessageTools:
    """Tools around the message queue.

    Threads: the server's loop.
    """

    queue: MessageQueue
    clock: Clock
    pulse: Pulse
    handover: Handover
    subscriptions: Subscriptions
    #: Whether messages can be received by subscription.
    has_subscriptions: bool = False

    def table(self) -> Iterator[Tool]:
        """Yield the tools."""
        yield from self._passing()
        yield from self._subscribing()

    def _passing(self) -> Iterator[Tool]:
        yield Tool(
            name="queue_send",
            title="Send a message",
            description=(
                "Leave a message for other agents in a channel. It stays until ttl is"
                " over, and everybody may read it."
            ),
            run=self.send,
            parameters=schema.arguments(
                channel=_CHANNEL,
                payload=schema.anything("what to say, any JSON object"),
                type=schema.text("what kind of message it is", "message"),
                ttl=schema.number(
                    "seconds that it is kept", TTL, least=1, most=MAX_TTL
                ),
            ),
            result=schema.result(number={"type": "integer"}, id={"type": "string"}),
            effect=ADDS,
            group="queue",
            brief=True,
            # What was the default once means it still.
            adapt=without_nothing("ttl", 0),
        )
        yield self._receiving()
        yield Tool(
            name="queue_list_channels",
            title="List channels",
            description="List the channels, and how many messages each has.",
            run=self.channels,
            parameters=schema.arguments(
                first=schema.whole("leave out so many at the beginning", 0)
            ),
            result=schema.listing("channels", "channel, messages"),
            effect=READS,
            group="queue",
            brief=True,
        )

    def _receiving(self) -> Tool:
        return Tool(
            name="queue_receive",
            title="Receive messages",
            description=(
                "Read the messages of a channel after cursor (0: all that there are),"
                " the oldest first; go on with the cursor that is answered. With wait_s"
                " it waits for one if there is none. In the channel 'handover' people"
                " hand errors and log lines to you."
            ),
            run=self.receive,
            parameters=schema.arguments(
                **self._whose(),
                cursor=schema.whole("number of the last message that was read", 0),
                limit=schema.whole("so many at most", 50, least=1, most=500),
                wait_s=schema.whole("seconds to wait for one", 0, most=MOST),
            ),
            result=schema.result(
                messages=schema.items("number, type, payload, sent"),
                cursor={"type": "integer"},
                missed={"type": "integer"},
                left_out={"type": "integer"},
            ),
            effect=READS,
            group="queue",
            adapt=blocking,
        )

    def _subscribing(self) -> Iterator[Tool]:
        yield Tool(
            name="queue_subscribe",
            title="Subscribe to a channel",
            description=(
                "Keep a place at the end of a channel: queue_receive with the"
                " subscription_id returns each message that comes from now on once."
            ),
            run=self.subscribe,
            parameters=schema.arguments(channel=_CHANNEL),
            result=schema.result(subscription_id={"type": "string"}),
            effect=ADDS,
            group=MORE,
            brief=True,
        )
        yield Tool(
            name="queue_unsubscribe",
            title="End a subscription",
            description="Forget the place that queue_subscribe made.",
            run=self.unsubscribe,
            parameters=schema.arguments(
                subscription_id=schema.text("what queue_subscribe answered")
            ),
            result=schema.result(channel={"type": "string"}),
            effect=ENDS,
            group=MORE,
            brief=True,
            adapt=renamed(subscriptionId="subscription_id"),
        )
        yield Tool(
            name="queue_stats",
            title="Count messages",
            description="How many messages, channels and subscriptions there are.",
            run=self.stats,
            parameters=schema.arguments(),
            result=schema.result(
                total_messages={"type": "integer"},
                total_channels={"type": "integer"},
                total_subscriptions={"type": "integer"},
                bytes={"type": "integer"},
            ),
            effect=READS,
            group=MORE,
            brief=True,
        )

    def _whose(self) -> Mapping[str, schema.Schema]:
        """Return the arguments that say what is received."""
        if not self.has_subscriptions:
            return {"channel": _CHANNEL}
        return {
            "channel": schema.text("name of a channel; none with a subscription", ""),
            "subscription_id": schema.text("what queue_subscribe answered", ""),
        }

    async def send(
        self,
        _: Call,
        channel: str,
        payload: Mapping[str, object],
        *,
        ttl: float,
        **more: str,
    ) -> Answer:
        """Put a message into a channel.

        :raises BrummerError: if it is the one in which people hand things over, or the
            message is too large.
        """
        if channel == HANDOVER:
            raise RefusedError(
                f"{HANDOVER!r} is for what people hand to agents; take another channel"
            )
        _check_name(channel)
        if (taken := size(payload)) > MAX_PAYLOAD:
            raise BrummerError(
                f"a payload has {MAX_PAYLOAD:,} bytes at most, this one {taken:,};"
                " write it to a file and send the path"
            )
        kind = cut(" ".join(more["type"].split()), _KIND)
        sent = self.queue.send(channel, payload, type_=kind, ttl=ttl, size=taken)
        return answer(
            f"message {sent.number} of {channel}; it is kept for"
            f" {ago(sent.expires - sent.sent)}",
            {"number": sent.number, "id": sent.id},
        )

    async def receive(
        self, call: Call, channel: str, cursor: int, *, limit: int, **more: Any
    ) -> Answer:
        """Return the messages after a cursor, and wait for one if there is none."""
        name = str(more.get("subscription_id", ""))
        if not name and not channel:
            raise BrummerError("say which channel; queue_list_channels lists them")
        began = self.pulse.time()
        while True:
            if name:
                channel, cursor = self.subscriptions.place(name)
            found = self.queue.receive(channel, cursor, limit)
            left = more["wait_s"] - (self.pulse.time() - began)
            if found.messages or left <= 0 or call.is_cancelled:
                break
            check(self.pulse)
            await self.pulse.next(left)
        return self._told(channel, found, name)

    def _told(self, channel: str, found: Delivery, name: str) -> Answer:
        """Return the messages that fit, and where to go on after them."""
        rows, lines = self._fitting(found.messages)
        self._note(channel, found.messages[: len(rows)])
        cursor = found.messages[len(rows) - 1].number if rows else found.cursor
        self.subscriptions.move(name, cursor)
        said = lines or ["no messages"]
        if lines and channel != HANDOVER:
            said = framed(lines, f"channel {channel}")
        if found.missed:
            said.insert(0, f"{found.missed} before these are over their time")
        left = found.more + len(found.messages) - len(rows)
        if left:
            said.append(f"... {left} more: queue_receive with this cursor")
        said.append(f"cursor: {cursor}")
        return answer(
            "\n".join(said),
            {
                "messages": rows,
                "cursor": cursor,
                "missed": found.missed,
                "left_out": left,
            },
        )

    def _fitting(self, messages: Sequence[Message]) -> tuple[list[Row], list[str]]:
        """Return the first messages that fit into an answer, one at least."""
        rows: list[Row] = []
        lines: list[str] = []
        room = ROOM - ENVELOPE
        for message in messages:
            row = self._row(message)
            line = _line(row)
            room -= size(row) + size(line)
            if room < 0 and rows:
                break
            rows.append(row)
            lines.append(line)
        return rows, lines

    def _row(self, message: Message) -> Row:
        row: dict[str, object] = {
            "number": message.number,
            "id": message.id,
            "type": message.type,
            "payload": _carried(message.payload),
            "sent": round(message.sent, 1),
        }
        if message.channel == HANDOVER:
            takers = self.handover.takers(message.number)
            return {**row, "taken_by": ", ".join(takers)}
        return row

    def _note(self, channel: str, messages: Sequence[Message]) -> None:
        """Take note of who took what a person handed over."""
        current = CURRENT.get()
        if channel == HANDOVER and messages:
            client = current.client if current is not None else "an agent"
            self.handover.take(messages, client)

    async def channels(self, _: Call, first: int) -> Answer:
        """Return the channels."""
        return listed(
            Listing("channels", "no channels", "queue_list_channels first="),
            tuple(self.queue.counts().items()),
            lambda one: {"channel": one[0], "messages": one[1]},
            lambda row: cells(row["channel"], row["messages"]),
            first,
        )

    async def subscribe(self, _: Call, channel: str) -> Answer:
        """Keep a place at the end of a channel."""
        _check_name(channel)
        name = self.subscriptions.subscribe(channel, self.queue.last(channel))
        return answer(
            f"subscription_id: {name}; queue_receive with it reads what comes now",
            {"subscription_id": name},
        )

    async def unsubscribe(self, _: Call, subscription_id: str) -> Answer:
        """Forget a place in a channel."""
        channel = self.subscriptions.unsubscribe(subscription_id)
        return answer(f"no longer subscribed to {channel}", {"channel": channel})

    async def stats(self, _: Call) -> Answer:
        """Return how many of everything there are."""
        counts = self.queue.counts()
        row = {
            "total_messages": sum(counts.values()),
            "total_channels": len(counts),
            "total_subscriptions": sum(self.subscriptions.counts().values()),
            "bytes": self.queue.size,
        }
        return answer("\n".join([*fields(row), "queue_list_channels has each"]), row)


def _check_name(channel: str) -> None:
    """Find that a channel can be called so.

    :raises BrummerError: if it cannot.
    """
    if not channel.strip() or len(channel) > _NAME or not channel.isprintable():
        raise BrummerError(f"a channel has a name of 1 to {_NAME} visible characters")


def _carried(payload: Mapping[str, object]) -> Mapping[str, object]:
    """Return what was said, or the beginning of it: people may hand over more."""
    if size(payload) <= MAX_PAYLOAD:
        return dict(payload)
    return {"cut": fitted(compact(cleaned(payload)), MAX_PAYLOAD)}


def _line(row: Row) -> str:
    if "taken_by" in row:
        return "\n".join(handed_lines(row))
    return f"{row['number']} {row['type']} {compact(row['payload'])}"
