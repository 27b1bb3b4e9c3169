"""What belongs to the project."""

import pytest

from brummer_errors.place import cleaned, is_own, language_of


@pytest.mark.parametrize(
    "file", ["app.py", "src/cart.ts", "/srv/web/app.js", "C:\\web\\app.cs", "lib/x.rb"]
)
def test_files_of_the_project_are_its_own(file: str) -> None:
    assert is_own(file)


@pytest.mark.parametrize(
    "file",
    [
        "",
        "<string>",
        "node:internal/main",
        "/srv/web/node_modules/x/y.js",
        "node_modules/x.js",
        "/srv/web/.venv/lib/python3.11/site-packages/x.py",
        "/usr/lib/python3.11/json/decoder.py",
        "/usr/local/go/src/runtime/panic.go",
        "/home/me/go/pkg/mod/x/y.go",
        "/rustc/0123/library/std/src/panicking.rs",
        "_testmain.go",
    ],
)
def test_files_of_others_are_not(file: str) -> None:
    assert not is_own(file)


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("file:///srv/web/app.mjs", "/srv/web/app.mjs"),
        ("./main.go", "main.go"),
        ("webpack-internal:///(rsc)/./app/page.js", "app/page.js"),
        ("src/app.ts?t=123", "src/app.ts"),
    ],
)
def test_a_file_is_shown_as_its_path(file: str, path: str) -> None:
    assert cleaned(file) == path


def test_the_name_of_a_file_tells_its_language() -> None:
    assert language_of("a.ts", "javascript") == "typescript"
    assert language_of("a.unknown", "c") == "c"
