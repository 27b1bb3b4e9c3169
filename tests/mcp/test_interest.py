from brummer.mcp.interest import ALL, Follower, Interest


def followed(interest: Interest) -> list[str]:
    """Return a list that tells what is followed, from now on."""
    told: list[str] = []
    interest.follow(
        Follower(lambda uri: told.append(f"+{uri}"), lambda uri: told.append(f"-{uri}"))
    )
    return told


def test_a_follower_hears_of_the_first_who_wants_something_and_the_last() -> None:
    interest = Interest()
    told = followed(interest)

    interest.add(["a"])
    interest.add(["a", "b"])
    interest.remove(["a"])
    interest.remove(["a"])

    assert told == ["+a", "+b", "-a"]
    assert interest.wanted == {"b"}


def test_a_follower_that_comes_late_hears_of_what_is_wanted_already() -> None:
    interest = Interest()
    interest.add(["a"])

    assert followed(interest) == ["+a"]


def test_nothing_is_left_of_what_nobody_wants() -> None:
    interest = Interest()
    told = followed(interest)

    interest.add(["a"])
    interest.remove(["a"])
    interest.add(["a"])

    assert told == ["+a", "-a", "+a"]
    assert interest.wanted == {"a"}


def test_every_teller_hears_of_a_touch() -> None:
    interest = Interest()
    told: list[str] = []
    interest.tell(told.append)
    interest.tell(told.append)

    interest.touch("a")

    assert told == ["a", "a"]


def test_it_says_when_there_is_no_room_for_more() -> None:
    interest = Interest()
    interest.add(["a"] * (ALL - 1))
    is_full = interest.is_full

    interest.add(["a"])

    assert not is_full
    assert interest.is_full
