"""Tests of conditions written as expressions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.core.pattern import Pattern
from brummer.logs.claim import HasLevel, HasPriority, HasTag, IsFound, IsOf
from brummer.logs.condition import All, Any, Condition, HasText, IsBetween, IsFrom, Not
from brummer.logs.expression import Known, parse
from brummer.logs.spelling import spelled
from brummer.logs.tag import TAGS
from brummer.model.finding import Finding
from brummer.model.level import Level
from brummer.model.log import Stream
from brummer.model.process import ProcessId


def findings() -> tuple[Finding, ...]:
    return ()


#: Microseconds of this century.
times = st.integers(1, 4_000_000_000_000_000).map(lambda n: round(n / 1e6, 6))

leaves = st.one_of(
    st.builds(
        HasText,
        st.builds(Pattern, st.text(max_size=8), case=st.sampled_from([None, True])),
    ),
    st.builds(HasLevel, st.frozensets(st.sampled_from(list(Level))), st.booleans()),
    st.builds(HasPriority, st.integers(0, 200)),
    st.builds(HasTag, st.sampled_from(TAGS)),
    st.builds(IsOf, st.lists(st.text(max_size=5), min_size=1, max_size=2).map(tuple)),
    st.builds(IsBetween, since=times),
    st.builds(IsBetween, until=times),
    st.just(IsFrom(streams=(Stream.ERR, Stream.NOTE))),
    st.just(IsFound(findings)),
).filter(lambda leaf: leaf != HasLevel(frozenset()))

conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Any, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


@given(conditions)
def test_a_condition_can_be_written_and_read_again(condition: Condition) -> None:
    text = spelled(condition)

    assert parse(text, Known(findings=findings)) == condition


@pytest.mark.parametrize(
    "text",
    [
        "level>=warn",
        "level:warn,none",
        "-/healthz/ level>=info",
        "a or b c",
        "(a or b) c",
        '"two words" -tag:build process:web',
        "(?-i)error priority>=30",
        "-(-a)",
    ],
)
def test_what_is_well_written_stays_as_it_is(text: str) -> None:
    assert spelled(parse(text)) == text


def test_what_no_expression_makes_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="IsFrom"):
        spelled(IsFrom((ProcessId("web-1"),)))
