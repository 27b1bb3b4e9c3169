import pytest

from brummer_urls.label import label


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("[api] ", "Api"),
        ("[12:00:01] [billing] server on ", "Billing"),
        ("API: server started at ", "API"),
        ("Billing server listening on ", "Billing"),
        ("Uvicorn running on ", "Uvicorn"),
        ("Prisma Studio is up on ", "Prisma Studio"),
        ("Storybook started at ", "Storybook"),
        ("frontend ready at ", "Frontend"),
        ("  ➜  Local:   ", "Local"),
        ("On Your Network (IPv4): ", "Network"),
        ("the admin lives at ", "Admin"),
        ("", "shop"),
        ("Listening on ", "shop"),
        ("[INFO] Listening at: ", "shop"),
        ("[4242] ", "shop"),
        (" * Running on ", "shop"),
        ("[shop] ", "shop"),
        ("url: ", "shop"),
    ],
)
def test_a_label_comes_from_the_words_before(before: str, expected: str) -> None:
    assert label(before, "", "shop") == expected


def test_a_role_may_stand_behind_the_address() -> None:
    assert label("open ", " for the dashboard", "shop") == "Dashboard"


def test_a_label_that_repeats_the_process_is_none() -> None:
    assert label("[API] the backend is at ", "", "api") == "Backend"
    assert label("api: ", "", "api") == "api"


def test_a_label_is_short_however_long_the_line() -> None:
    assert len(label("[" + "a" * 30 + "] " + "b" * 10_000, "", "shop")) <= 40
    assert len(label("word " * 10_000 + "running at ", "", "shop")) <= 40
