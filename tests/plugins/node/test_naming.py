from pathlib import Path

from brummer_node.naming import labels

ROOT = Path("/project")


def named(*packages: tuple[str, str]) -> list[str]:
    keys = [(ROOT / folder, name) for folder, name in packages]
    answer = labels(ROOT, keys)
    return [answer[key] for key in keys]


def test_a_label_is_the_name_without_its_scope() -> None:
    assert named(("apps/web", "@acme/web"), ("apps/api", "api")) == ["web", "api"]


def test_a_package_without_a_name_goes_by_its_folder() -> None:
    assert named(("apps/web", "")) == ["web"]


def test_packages_of_one_short_name_go_by_their_full_names() -> None:
    names = named(("a", "@acme/ui"), ("b", "@base/ui"))

    assert names == ["@acme/ui", "@base/ui"]


def test_packages_of_one_full_name_go_by_their_paths() -> None:
    assert named(("a/ui", "ui"), ("b/ui", "ui")) == ["a/ui", "b/ui"]


def test_two_names_of_one_folder_do_not_disturb_each_other() -> None:
    assert named(("apps/web", "@acme/web"), ("apps/web", "web")) == ["web", "web"]


def test_a_name_that_cannot_be_printed_is_not_used() -> None:
    assert named(("apps/web", "we\x1bb")) == ["apps/web"]


def test_labels_are_never_shared() -> None:
    packages = [("x", "b/ui"), ("b/ui", "ui"), ("c", "ui"), ("d", "@ui/ui")]

    assert len(set(named(*packages))) == len(packages)
