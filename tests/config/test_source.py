from pathlib import Path

from brummer.config.source import DEFAULT, Assignment, Problem, file_origin, leaves


def test_an_origin_reads_as_editors_understand_it() -> None:
    file = Path("/home/me/.brum.toml")

    assert str(file_origin(file)) == "/home/me/.brum.toml"
    assert str(file_origin(file, 3)) == "/home/me/.brum.toml:3"
    assert str(file_origin(file, 3, 7)) == "/home/me/.brum.toml:3:7"


def test_a_problem_is_one_line_that_a_terminal_only_shows() -> None:
    problem = Problem(file_origin(Path("/a\n\x1b[2J"), 1), "bad")

    assert str(problem).isprintable()


def test_a_table_is_taken_apart_to_its_leaves() -> None:
    value = {"a": {"b": 1, "c": {}}, "d": [{"e": 1}]}

    assert list(leaves(("x",), value, DEFAULT)) == [
        Assignment(("x", "a", "b"), 1, DEFAULT),
        Assignment(("x", "a", "c"), {}, DEFAULT),
        Assignment(("x", "d"), [{"e": 1}], DEFAULT),
    ]
