"""Old output, packed."""

from hypothesis import given
from hypothesis import strategies as st

from brummer.logs.page import packed
from brummer.model.log import Segment, Stream
from brummer.model.process import ProcessId

WEB = ProcessId("web-1")
API = ProcessId("api-1")

RUNS = st.lists(
    st.builds(
        lambda process, stream, lines, time: Segment(
            process, stream, time, b"line\n" * lines, lines
        ),
        st.sampled_from([WEB, API]),
        st.sampled_from(list(Stream)),
        st.integers(1, 5),
        st.floats(0, 1e10),
    ),
    min_size=1,
    max_size=30,
)


def numbered(runs: list[Segment], first: int) -> list[tuple[int, Segment]]:
    """Return *runs*, each with its number among those of its process."""
    ends = {WEB: first, API: first + 100}
    result = []
    for run in runs:
        result.append((ends[run.process], run))
        ends[run.process] += run.lines
    return result


@given(RUNS, st.integers(0, 10**9))
def test_a_page_gives_back_what_was_put_on_it(runs: list[Segment], first: int) -> None:
    page = packed(first, numbered(runs, 7))

    assert [run for _, run in page.segments(None, first)] == runs
    for process in {run.process for run in runs}:
        expected = [(n, run) for n, run in numbered(runs, 7) if run.process == process]
        assert list(page.segments(process, 0)) == expected


@given(RUNS)
def test_a_page_is_read_from_the_run_with_a_line_on(runs: list[Segment]) -> None:
    page = packed(50, numbered(runs, 7))

    for line in range(50, page.numberings[None].end):
        number, run = next(page.segments(None, line))
        assert number <= line < number + run.lines


@given(RUNS)
def test_a_page_counts_the_lines_before_a_line(runs: list[Segment]) -> None:
    page = packed(50, numbered(runs, 7))

    printed = [run.process for run in runs for _ in range(run.lines)]
    for line in range(len(printed)):
        for process in set(printed):
            before = page.lines_before(process, 50 + line)
            assert before == printed[:line].count(process)
        assert page.lines_before(None, 50 + line) == line


@given(RUNS)
def test_a_page_gives_the_lines_that_were_asked_for(runs: list[Segment]) -> None:
    page = packed(50, numbered(runs, 7))

    printed = [(run.process, run.time) for run in runs for _ in range(run.lines)]
    for first in range(50, 50 + len(printed)):
        for stop in range(first, 52 + len(printed)):
            found = page.entries(None, first, stop)
            assert [(entry.process, entry.time) for entry in found] == printed[
                first - 50 : stop - 50
            ]
            assert all(entry.data == b"line" for entry in found)
