"""Tools that pass messages between agents."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from brummer.core.clock import Clock
from brummer.core.pulse import Pulse
from brummer.errors import RefusedError
from brummer.mcp import schema
from brummer.mcp.activity import CURRENT
from brummer.mcp.handover import Handover
from brummer.mcp.queue import MAX_TTL, TTL, Message, MessageQueue
from brummer.mcp.table import Row, fitting
from brummer.mcp.tools.adapt import MOST
from brummer.model.agent import HANDOVER
from brummer.model.tool import ADDS, READS, Answer, Call, Tool, answer

_CHANNEL = schema.text("name of a channel")


@dataclass(frozen=True, slots=True)
class MessageTools:
    """Tools around the message queue.

    Threads: the server's loop.
    """

    queue: MessageQueue
    clock: Clock
    pulse: Pulse
    handover: Handover

    def table(self) -> Iterator[Tool]:
        """Yield the tools."""
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
                ttl=schema.number("seconds that it is kept", TTL, most=MAX_TTL),
            ),
            result=schema.result(number={"type": "integer"}, id={"type": "string"}),
            effect=ADDS,
            group="queue",
        )
        yield Tool(
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
                channel=_CHANNEL,
                cursor=schema.whole("number of the last message that was read", 0),
                limit=schema.whole("so many at most", 50, least=1, most=500),
                wait_s=schema.whole("seconds to wait for one", 0, most=MOST),
            ),
            result=schema.result(
                messages=schema.items("number, type, payload, sent"),
                cursor={"type": "integer"},
                missed={"type": "integer"},
            ),
            effect=READS,
            group="queue",
        )
        yield Tool(
            name="queue_list_channels",
            title="List channels",
            description="List the channels, and how many messages each has.",
            run=self.channels,
            parameters=schema.arguments(),
            result=schema.result(
                channels=schema.items("channel, messages"), bytes={"type": "integer"}
            ),
            effect=READS,
            group="queue",
        )

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

        :raises BrummerError: if it is the one in which people hand things over.
        """
        if channel == HANDOVER:
            raise RefusedError(
                f"{HANDOVER!r} is for what people hand to agents; take another channel"
            )
        size = len(json.dumps(payload))
        sent = self.queue.send(channel, payload, type_=more["type"], ttl=ttl, size=size)
        return answer(
            f"message {sent.number} of {channel}",
            {"number": sent.number, "id": sent.id},
        )

    async def receive(
        self, call: Call, channel: str, cursor: int, *, limit: int, wait_s: int
    ) -> Answer:
        """Return the messages after a cursor, and wait for one if there is none."""
        began = self.pulse.time()
        found = self.queue.receive(channel, cursor, limit)
        while not found.messages and not call.is_cancelled:
            left = wait_s - (self.pulse.time() - began)
            if left <= 0 or self.pulse.has_ended:
                break
            await self.pulse.next(left)
            found = self.queue.receive(channel, cursor, limit)
        rows = [self._row(message) for message in found.messages]
        lines = [_line(row) for row in rows]
        count = fitting(lines)
        self._note(channel, found.messages[:count])
        cursor = found.messages[count - 1].number if count else found.cursor
        said = [*lines[:count]] or ["no messages"]
        if found.missed:
            said.insert(0, f"{found.missed} before these are over their time")
        said.append(f"cursor: {cursor}")
        return answer(
            "\n".join(said),
            {"messages": rows[:count], "cursor": cursor, "missed": found.missed},
        )

    def _row(self, message: Message) -> Row:
        row: dict[str, object] = {
            "number": message.number,
            "id": message.id,
            "type": message.type,
            "payload": dict(message.payload),
            "sent": message.sent,
        }
        if message.channel == HANDOVER:
            takers = self.handover.takers(message.number)
            return {**row, "taken_by": ", ".join(takers) or "nobody else"}
        return row

    def _note(self, channel: str, messages: Sequence[Message]) -> None:
        """Take note of who took what a person handed over."""
        current = CURRENT.get()
        if channel == HANDOVER and messages:
            client = current.client if current is not None else "an agent"
            self.handover.take(messages, client)

    async def channels(self, _: Call) -> Answer:
        """Return the channels."""
        counts = self.queue.counts()
        rows = [{"channel": name, "messages": n} for name, n in counts.items()]
        said = "\n".join(f"{name}  {count}" for name, count in counts.items())
        return answer(
            said or "no channels", {"channels": rows, "bytes": self.queue.size}
        )


def _line(row: Row) -> str:
    payload = json.dumps(row["payload"], ensure_ascii=False)
    taken = f" (taken by {row['taken_by']})" if "taken_by" in row else ""
    return f"{row['number']} {row['type']}{taken} {payload}"
