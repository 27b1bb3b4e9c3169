from brummer_tests.detector import TestDetector
from tests.plugins.reading import Reader

MOCHA = """\

  1 passing (3ms)
  2 failing

  1) cart
       adds:
     AssertionError: 1 == 2
      at Context.<anonymous> (cart.js:5:31)

  2) rejects:
     TypeError: no price
      at Context.<anonymous> (cart.js:2:24)

"""


def test_names_over_several_lines_are_put_together() -> None:
    reader = Reader(TestDetector())
    reader.read(MOCHA)

    reader.rest()

    [run] = reader.kept()
    assert run.title == "mocha: 2 failed, 1 passed in 3 ms"
    assert run.details["tests"].split("\n") == ["cart > adds", "rejects"]


def test_a_run_that_follows_gets_none_of_the_names() -> None:
    reader = Reader(TestDetector())
    reader.read(MOCHA)

    reader.read("  3 passing (2ms)\n")
    reader.rest()

    [run] = reader.kept()
    assert run.details["state"] == "passed"
    assert "tests" not in run.details
