from brummer_builds.rule import Step, rule


def test_literals_are_lower_case_bytes() -> None:
    made = rule("vite", Step.WORKED, "Built in |\u2713", r"^built", needs=True)

    assert made.literals == (b"built in ", "\u2713".encode())
    assert made.needs
    assert made.expression().match("built in 3s")
