from brummer.config.merge import MOST, Chosen, Merge
from brummer.config.source import Assignment, Origin, SourceKind, Typed
from brummer.config.text import KeyPath

FAR = Origin(kind=SourceKind.FILE, name="/far.toml", line=1)
NEAR = Origin(kind=SourceKind.FILE, name="/near.toml", line=2)


def merged(*said: tuple[KeyPath, object, Origin]) -> Merge:
    """Return the merge of assignments, the weakest first."""
    merge = Merge()
    merge.add(Assignment(*one) for one in said)
    return merge


def problems(path: KeyPath, value: object) -> list[str]:
    """Return what is wrong with one assignment."""
    return [one.text for one in merged((path, value, NEAR)).problems]


def test_the_last_that_speaks_wins() -> None:
    merge = merged((("mcp_port",), 1, FAR), (("mcp_port",), 2, NEAR))

    assert merge.tree == {"mcp_port": Chosen(2, NEAR)}


def test_a_bad_value_leaves_the_weaker_one_in_place() -> None:
    merge = merged((("mcp_port",), 1, FAR), (("mcp_port",), -2, NEAR))

    assert merge.tree == {"mcp_port": Chosen(1, FAR)}
    assert [str(one) for one in merge.problems] == [
        "/near.toml:2: mcp_port is -2, but takes a whole number from 0 to 65535"
    ]


def test_a_plugins_value_gives_way_to_a_table_and_back() -> None:
    a, ab = ("plugins", "x", "a"), ("plugins", "x", "a", "b")

    table = merged((a, 1, FAR), (ab, 2, NEAR))
    value = merged((ab, 2, FAR), (a, 1, NEAR))

    assert table.tree == {"plugins": {"x": {"a": {"b": Chosen(2, NEAR)}}}}
    assert value.tree == {"plugins": {"x": {"a": Chosen(1, NEAR)}}}


def test_an_empty_table_takes_nothing_away() -> None:
    web = ("scripts", "web")

    merge = merged(((*web, "tty"), False, FAR), (web, {}, NEAR))

    assert merge.tree == {"scripts": {"web": {"tty": Chosen(value=False, origin=FAR)}}}
    assert merge.tables == {web: NEAR}


def test_a_value_in_the_place_of_a_table_is_a_problem() -> None:
    assert problems(("eventbus",), 3) == ["eventbus is 3, but it is a table"]
    assert problems(("scripts", "web"), "npm") == [
        "scripts.web is 'npm', but it is a table"
    ]


def test_a_table_in_the_place_of_a_value_is_a_problem() -> None:
    assert problems(("mcp_port",), {}) == [
        "mcp_port is {}, but takes a whole number from 0 to 65535"
    ]


def test_an_unknown_table_is_one_problem_however_much_is_in_it() -> None:
    merge = merged(
        (("evntbus",), {}, FAR), (("evntbus", "a"), 1, FAR), (("evntbus", "b"), 1, FAR)
    )

    assert len(merge.problems) == 1


def test_a_wrong_file_is_not_told_to_its_end() -> None:
    merge = Merge()

    merge.add(Assignment((f"wrong{n}",), n, FAR) for n in range(MOST + 10))
    merge.add([Assignment(("wrong",), 1, NEAR)])

    assert len(merge.problems) == MOST + 2
    assert "was not looked at" in merge.problems[MOST].text
    assert merge.problems[MOST + 1].origin is NEAR


def test_an_old_name_works_and_is_told() -> None:
    merge = merged((("resources", "max_goroutines"), 99, NEAR))

    assert merge.tree == {"resources": {"max_threads": Chosen(99, NEAR)}}
    assert [str(one) for one in merge.notices] == [
        "/near.toml:2: resources.max_goroutines is now resources.max_threads"
    ]


def test_the_new_name_beats_the_old_one_in_one_file_whichever_comes_first() -> None:
    old = (("resources", "max_goroutines"), 99, NEAR)
    new = (("resources", "max_threads"), 50, NEAR)

    assert merged(old, new).tree == merged(new, old).tree
    assert merged(old, new).tree == {"resources": {"max_threads": Chosen(50, NEAR)}}


def test_what_has_no_use_any_more_is_told_once() -> None:
    merge = merged(
        (("ai_coders", "enabled"), True, FAR),
        (("ai_coders", "providers", "x", "model"), "y", FAR),
        (("use_robust_networking",), True, NEAR),
    )

    assert merge.problems == []
    assert [one.text for one in merge.notices] == [
        "ai_coders is not used; agents connect through MCP",
        "use_robust_networking is not used; connections are always kept and retried",
    ]


def test_what_is_typed_means_what_its_key_wants() -> None:
    merge = merged(
        (("mcp_port",), Typed("8"), NEAR),
        (("no_mcp",), Typed("yes"), NEAR),
        (("env_files",), Typed(".env, x"), NEAR),
        (("proxy_url",), Typed('"x"'), NEAR),
        (("process_manager", "grace"), Typed("2m"), NEAR),
    )

    assert merge.problems == []
    assert merge.tree == {
        "mcp_port": Chosen(8, NEAR),
        "no_mcp": Chosen(value=True, origin=NEAR),
        "env_files": Chosen((".env", "x"), NEAR),
        "proxy_url": Chosen('"x"', NEAR),
        "process_manager": {"grace": Chosen(120.0, NEAR)},
    }


def test_an_option_may_be_written_as_in_a_file() -> None:
    merge = merged(
        (("env_files",), Typed('["a,b", "c"]', toml=True), NEAR),
        (("proxy_url",), Typed('"x"', toml=True), NEAR),
        (("scripts", "a", "dir"), Typed("2024", toml=True), NEAR),
        (("scripts", "a", "restart"), Typed("always", toml=True), NEAR),
    )

    assert merge.problems == []
    assert merge.tree == {
        "env_files": Chosen(("a,b", "c"), NEAR),
        "proxy_url": Chosen("x", NEAR),
        "scripts": {
            "a": {"dir": Chosen("2024", NEAR), "restart": Chosen("always", NEAR)}
        },
    }


def test_a_list_with_a_mistake_in_it_is_no_text_with_commas() -> None:
    assert problems(("env_files",), Typed('["a", 3]', toml=True))
    assert problems(("env_files",), Typed("[.env]", toml=True))


def test_what_is_typed_for_a_plugin_is_toml_or_text() -> None:
    merge = merged(
        (("plugins", "x", "a"), Typed("[1, 2]"), NEAR),
        (("plugins", "x", "b"), Typed("red"), NEAR),
    )

    assert merge.tree == {
        "plugins": {"x": {"a": Chosen([1, 2], NEAR), "b": Chosen("red", NEAR)}}
    }
