"""Tests of filters as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brummer.core.pattern import Pattern
from brummer.errors import UsageError
from brummer.logs.claim import HasLevel, HasPriority, HasTag, IsOf
from brummer.logs.condition import All, Any, Condition, HasText, IsFrom, Not
from brummer.logs.expression import DEEPEST, LONGEST, ExpressionError, Known, parse
from brummer.logs.spelling import spelled
from brummer.model.level import Level
from brummer.model.log import Stream

SAVED = Known(
    filters={
        "quiet": "-/healthz/ level>=info",
        "mine": "@quiet process:web",
        "round": "a @about",
        "about": "b @round",
        "broken": "level>=loud",
        "blank": " ",
    }
)


def has(text: str, *, case: bool | None = None) -> HasText:
    return HasText(Pattern(text, case=case))


def regex(text: str) -> HasText:
    return HasText(Pattern(text, is_regex=True))


SERIOUS = HasLevel(frozenset({Level.WARN, Level.ERROR, Level.FATAL}))
NOT_TRACE = HasLevel(frozenset(Level) - {Level.TRACE, Level.DEBUG}, unsaid=True)

TABLE: list[tuple[str, Condition]] = [
    ("", All(())),
    ("  ", All(())),
    ("timeout", has("timeout")),
    ('"two words"', has("two words")),
    (r'"a \"quote\" and a \\"', has('a "quote" and a \\')),
    ("/rege(x)/", regex("rege(x)")),
    (r"/a\/b \d/", regex(r"a/b \d")),
    ("/api/users", has("/api/users")),
    ("/usr/lib/", has("/usr/lib/")),
    ("(?i)Error", has("Error", case=False)),
    ('(?-i)"an error"', has("an error", case=True)),
    ("http://localhost:3000", has("http://localhost:3000")),
    ("key=value", has("key=value")),
    ("main()", has("main()")),
    ("--force", has("--force")),
    ("a b", All((has("a"), has("b")))),
    ("a and b", All((has("a"), has("b")))),
    ("a AND b or c", Any((All((has("a"), has("b"))), has("c")))),
    ("a (b or c)", All((has("a"), Any((has("b"), has("c")))))),
    ("-a", Not(has("a"))),
    ("not a", Not(has("a"))),
    ("not(a b)", Not(All((has("a"), has("b"))))),
    ("-(a or -b)", Not(Any((has("a"), Not(has("b")))))),
    ("android order notes", All((has("android"), has("order"), has("notes")))),
    ("level>=warn", SERIOUS),
    ("level>info", HasLevel(SERIOUS.levels | {Level.NOTICE})),
    ("level>=info", NOT_TRACE),
    ("level<info", HasLevel(frozenset({Level.TRACE, Level.DEBUG}))),
    ("level:error,FATAL", HasLevel(frozenset({Level.ERROR, Level.FATAL}))),
    ("level:none", HasLevel(frozenset(), unsaid=True)),
    ("level!=warning", Not(HasLevel(frozenset({Level.WARN})))),
    ("priority>=30", HasPriority(30)),
    ("priority<30", Not(HasPriority(30))),
    ("priority>30", HasPriority(31)),
    ("process:web,api-*", IsOf(("web", "api-*"))),
    ('process:"my app",web', IsOf(("my app", "web"))),
    ("process!=web", Not(IsOf(("web",)))),
    ("stream:stderr", IsFrom(streams=(Stream.ERR,))),
    ("stream:out,note", IsFrom(streams=(Stream.OUT, Stream.NOTE))),
    ("tag:build,test", Any((HasTag("build"), HasTag("test")))),
    ("@quiet", All((Not(regex("healthz")), NOT_TRACE))),
]


@pytest.mark.parametrize(("text", "condition"), TABLE, ids=[text for text, _ in TABLE])
def test_an_expression_makes_a_condition(text: str, condition: Condition) -> None:
    assert parse(text, SAVED) == condition


@pytest.mark.parametrize("text", [text for text, _ in TABLE])
def test_what_was_written_can_be_written_again(text: str) -> None:
    condition = parse(text, SAVED)

    assert parse(spelled(condition), SAVED) == condition


def test_a_saved_filter_may_use_another() -> None:
    assert parse("@mine", SAVED) == All((parse("@quiet", SAVED), IsOf(("web",))))


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("a (b", 3, "this bracket is not closed"),
        ("a b)", 4, "nothing is open"),
        ("()", 2, "is missing here"),
        ("a or", 5, "is missing at the end"),
        ("a and ", 7, "is missing at the end"),
        ('a "b', 3, "this quote is not closed"),
        ("a /(/", 3, "is no pattern"),
        ("a level>=loud", 10, "level is trace, debug"),
        ("a level>=warn,info", 10, "one level can stand behind >="),
        ("level>=eror1", 8, "did you mean"),
        ("a level>=", 10, "level takes"),
        ("levle>=warn", 1, "did you mean level?"),
        ("stream:stdin", 8, "stdout, stderr, note"),
        ("tag:bulid", 5, "did you mean build?"),
        ("is:odd", 4, "finding"),
        ("priority:high", 10, "priority takes >="),
        ("process>web", 9, "process takes : before its value"),
        ("since:noon", 7, "since is a time"),
        ("until>=10m", 8, "until takes : before"),
        ("a @quite", 3, "did you mean quiet?"),
        ("@blank", 1, "is blank"),
        ("x @broken", 3, "in the filter 'broken': column 8: level is"),
        ("@round", 1, "no filter is called 'round'"),
        ("not " * (DEEPEST + 1) + "a", 4 * DEEPEST + 1, "negations"),
        ("(" * 1000, DEEPEST + 1, "brackets"),
        ("a" * (LONGEST + 1), LONGEST + 1, "characters"),
    ],
)
def test_an_error_tells_the_column(text: str, column: int, problem: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text, SAVED)

    assert caught.value.column == column
    assert problem in str(caught.value)


@given(st.text(alphabet='ab /()"\\-@:>=,.*not or level process warn', max_size=40))
def test_what_people_type_is_read_or_refused(text: str) -> None:
    try:
        condition = parse(text, SAVED)
    except UsageError:
        return

    assert parse(spelled(condition), SAVED) == condition


@given(st.text(max_size=60))
def test_any_text_can_be_read_or_refused(text: str) -> None:
    try:
        condition = parse(text)
    except UsageError:
        return

    assert parse(spelled(condition)) == condition
