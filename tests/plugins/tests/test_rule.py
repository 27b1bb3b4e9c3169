from brummer_tests.rule import Step, rule


def test_literals_are_lower_case_bytes() -> None:
    made = rule("jest", Step.ENDS, "Ran all|\u25cf ", r"^Ran")

    assert made.literals == (b"ran all", "\u25cf ".encode())
    assert (made.needs, made.after) == (False, "")
    assert made.expression().match("Ran all")


def test_a_rule_may_ask_for_a_known_run_and_for_the_line_before() -> None:
    made = rule("jest", Step.ENDS, "x", "x", needs=True, after="^y$")

    assert made.needs
    assert made.after == "^y$"
