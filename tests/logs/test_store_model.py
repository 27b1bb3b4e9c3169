"""The log store beside a simple one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.logs import floor, page
from brummer.logs.store import LogStore
from brummer.model.log import Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
API = ProcessId("api-1")

READS = st.lists(
    st.tuples(
        st.sampled_from([WEB, API]),
        st.sampled_from([Stream.OUT, Stream.ERR]),
        st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\n\n", b"\r\n"])).map(b"".join),
        st.sampled_from(["", "publish", "end"]),
    ),
    max_size=60,
)


class Model:
    """What the store should hold, said simply."""

    def __init__(self) -> None:
        self.merged: list[tuple[ProcessId, bytes]] = []
        self.tails: dict[tuple[ProcessId, Stream], bytes] = {}

    def append(self, process: ProcessId, stream: Stream, data: bytes) -> None:
        """Cut all there is of a stream at its line feeds."""
        if not data:
            return
        whole = self.tails.get((process, stream), b"") + data
        *ended, tail = whole.split(b"\n")
        if ended or not tail:
            self.tails.pop((process, stream), None)
        self.merged += [(process, line) for line in ended]
        if tail:
            self.tails[process, stream] = tail

    def end(self, process: ProcessId) -> None:
        for source in [source for source in self.tails if source[0] == process]:
            self.merged.append((process, self.tails.pop(source)))

    def lines(self, process: ProcessId | None, bound: int) -> list[bytes]:
        kept = self.merged[-bound:]
        tails = [(source[0], tail) for source, tail in self.tails.items()]
        return [line for p, line in kept + tails if process in {None, p}]


@pytest.mark.parametrize("runs", [3, page.RUNS])
@given(reads=READS, bound=st.integers(1, 40))
def test_the_store_agrees_with_a_simple_one(
    runs: int, reads: list[tuple[ProcessId, Stream, bytes, str]], bound: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "RUNS", runs)
        patch.setattr(floor, "LINES", 0)
        logs, model = LogStore(max_entries=bound), Model()

        for process, stream, data, then in reads:
            logs.append(process, stream, data, 1.0)
            model.append(process, stream, data)
            if then == "end":
                logs.end(process)
                model.end(process)
            if then:
                logs.publish()
        logs.publish()

    everyone: tuple[ProcessId | None, ...] = (None, WEB, API)
    for log in everyone:
        extent, entries = logs.window(0, 10**6, log)
        assert [e.data for e in entries] == model.lines(log, bound)
        assert [e.number for e in entries] == list(range(extent.first, extent.end))
        for entry in entries:
            alone = logs.window(entry.number, 1, log).entries
            assert alone == (entry,)
