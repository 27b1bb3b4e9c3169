import pytest

from brummer_prompts.question import Want, question, shown


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("(Pdb)", Want.DEBUGGER),
        ("(Pdb) next", Want.DEBUGGER),
        ("ipdb>", Want.DEBUGGER),
        ("(gdb) run", Want.DEBUGGER),
        ("(lldb)", Want.DEBUGGER),
        ("(dlv)", Want.DEBUGGER),
        ("(byebug)", Want.DEBUGGER),
        ("(rdbg)", Want.DEBUGGER),
        ("debug>", Want.DEBUGGER),
        ("[1] pry(main)>", Want.DEBUGGER),
        ("irb(main):001:0>", Want.DEBUGGER),
        (">>>", Want.SHELL),
        (">>> 1 +", Want.SHELL),
        ("In [3]:", Want.SHELL),
        ("shop=>", Want.SHELL),
        ("postgres=#", Want.SHELL),
        ("sqlite>", Want.SHELL),
        ("iex(1)>", Want.SHELL),
        ("Password:", Want.HIDDEN),
        ("[sudo] password for dev:", Want.HIDDEN),
        ("Enter passphrase for key '/home/dev/.ssh/id':", Want.HIDDEN),
        ("Verification code:", Want.HIDDEN),
        ("dev@127.0.0.1's password:", Want.HIDDEN),
        ("Press any key to continue . . .", Want.KEY),
        ("Press ENTER or type command to continue", Want.KEY),
        ("--More--(42%)", Want.KEY),
        ("Overwrite? (y/N)", Want.ANSWER),
        ("Overwrite? (y/N) y", Want.ANSWER),
        ("Do you want to continue? [Y/n]", Want.ANSWER),
        ("Continue as root/super user [yes]?", Want.ANSWER),
        ("(yes/no/[fingerprint])?", Want.ANSWER),
        ("Ok to proceed? (y)", Want.ANSWER),
        ("? Which framework \u203a vue", Want.ANSWER),
        ("package name: (site)", Want.ANSWER),
        ("Username for 'http://127.0.0.1:8399':", Want.ANSWER),
        ("remove regular file 'x'?", Want.ANSWER),
        ("Select a number (1-3):", Want.ANSWER),
        ("Please enter your e-mail:", Want.ANSWER),
    ],
)
def test_what_waits_for_somebody_is_a_question(text: str, want: Want) -> None:
    asked = question(text, [])

    assert asked is not None
    assert asked.want is want


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Compiling src/main.c:",
        "Downloading 45%",
        "Waiting for the database...",
        "Building [====>      ] 2/3",
        "Loading>",
        "10:00:01 info:",
        "Listening on http://localhost:3000",
        "> ",
        "passwords are kept elsewhere",
        "Installing (3/7)",
        "Done (yes)!!!!!",
        "GET /orders?page=2",
        "the question (why) is open",
        "press release of the day",
        "error: x: y:",
        "42",
        "{",
    ],
)
def test_what_is_in_the_middle_of_its_work_asks_nothing(text: str) -> None:
    assert question(text, []) is None


def test_a_bare_sign_is_a_prompt_below_a_welcome() -> None:
    asked = question("> 1 + 1", ["Welcome to Node.js v20.20.2."])

    assert asked is not None
    assert asked.want is Want.SHELL


def test_a_question_may_have_its_choices_below() -> None:
    asked = question("\u2514", ["done", "\u25c6  Project name:", "\u2502  shop"])

    assert asked is not None
    assert asked.text == "Project name:"


def test_choices_below_what_was_answered_are_none() -> None:
    assert question("\u2514", ["\u25c7  Project name:", "\u2502  shop"]) is None
    assert question("  two", ["one"]) is None
    assert question("- one", []) is None


def test_no_question_is_endless() -> None:
    asked = question("? " + "why " * 1_000, [])

    assert asked is not None
    assert len(asked.text) <= 200


def test_a_line_that_is_drawn_anew_begins_anew() -> None:
    assert shown(b"one\x1b[1Gtwo\x1b[2K\x1b[Gthree") == b"one\rtwo\r\rthree"
