from pathlib import Path

from brummer_node.nx import Target, read_targets
from tests.plugins.project import write


def test_targets_of_projects_anywhere_are_found(root: Path) -> None:
    write(
        root,
        {
            "nx.json": "{ /* Nx */ }",
            "project.json": {"name": "all", "targets": {"check": {}}},
            "apps/shop/project.json": {"name": "web", "targets": {"serve": {}}},
            "libs/deep/down/project.json": {"targets": {"build": {}, "test": {}}},
            "node_modules/x/project.json": {"targets": {"no": {}}},
        },
    )

    targets = [(t.project, t.target) for t in read_targets(root, [])]

    assert targets == [
        ("all", "check"),
        ("web", "serve"),
        ("down", "build"),
        ("down", "test"),
    ]


def test_without_nx_there_are_no_targets(root: Path) -> None:
    write(root, {"project.json": {"targets": {"serve": {}}}})

    assert list(read_targets(root, [])) == []


def test_a_broken_project_costs_only_itself(root: Path) -> None:
    write(
        root,
        {
            "nx.json": {},
            "a/project.json": "{",
            "b/project.json": {"targets": {"serve": {}}},
        },
    )
    problems: list[str] = []

    targets = [target.target for target in read_targets(root, problems)]

    assert targets == ["serve"]
    assert len(problems) == 1
    assert problems[0].startswith(str(root / "a" / "project.json"))


def test_names_are_quoted_for_the_shell() -> None:
    target = Target(folder=Path(), project="my app", target="serve; rm -r /")

    assert target.command == "nx run 'my app:serve; rm -r /'"


def test_a_target_that_cannot_be_printed_is_left_out(root: Path) -> None:
    write(root, {"nx.json": {}, "a/project.json": {"targets": {"x\x1b": {}, "y": {}}}})

    assert [target.target for target in read_targets(root, [])] == ["y"]
