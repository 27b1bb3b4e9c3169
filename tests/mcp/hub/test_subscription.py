"""Tests of the names of resources that a client wants to hear of."""

from typing_extensions import override

from brummer.mcp.hub.roster import Roster, Target
from brummer.mcp.hub.subscription import Subscriptions
from brummer.mcp.interest import Interest
from tests.mcp.hub.test_roster import member, roster


def test_a_resource_may_be_wanted_by_several_names() -> None:
    interest = Interest()
    alone = roster(member("shop"))
    subscriptions = Subscriptions(interest, lambda: alone)

    interest.add(["logs://recent", "hub://shop/logs://recent", "process://web-1"])

    assert subscriptions.wanted("shop-id") == {"logs://recent", "process://web-1"}
    assert sorted(subscriptions.names("shop-id", "logs://recent")) == [
        "hub://shop/logs://recent",
        "logs://recent",
    ]
    assert len(subscriptions.names("shop-id")) == 3


def test_each_instance_is_asked_for_its_own() -> None:
    interest = Interest()
    two = roster(member("api"), member("shop"))
    subscriptions = Subscriptions(interest, lambda: two)

    interest.add(["hub://api/logs://recent"])

    assert subscriptions.wanted("api-id") == {"logs://recent"}
    assert subscriptions.wanted("shop-id") == set()
    assert subscriptions.names("shop-id", "logs://recent") == []


def test_what_means_nothing_now_may_mean_something_later() -> None:
    interest = Interest()
    members = [member("api")]
    subscriptions = Subscriptions(interest, lambda: roster(*members))
    interest.add(["hub://shop/logs://recent"])

    before = subscriptions.wanted("shop-id")
    is_known_before = subscriptions.is_known("hub://shop/logs://recent")
    members.append(member("shop"))

    assert not before
    assert not is_known_before
    assert subscriptions.wanted("shop-id") == {"logs://recent"}
    assert subscriptions.is_known("hub://shop/logs://recent")


class Counted(Roster):
    """A roster that counts what is looked up in it."""

    lookups = 0

    @override
    def resource(self, uri: str) -> Target:
        type(self).lookups += 1
        return super().resource(uri)


def test_each_name_is_looked_up_once_for_each_roster() -> None:
    interest = Interest()
    counted = Counted((member("shop"),))
    subscriptions = Subscriptions(interest, lambda: counted)
    names = [f"process://web-{number}" for number in range(100)]
    interest.add(names)

    for name in names:
        assert subscriptions.names("shop-id", name) == [name]
    assert Counted.lookups == 100
    interest.remove(names[1:])

    assert subscriptions.wanted("shop-id") == {"process://web-0"}
    assert Counted.lookups == 101
