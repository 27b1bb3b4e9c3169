"""Tests of the names of resources that a client wants to hear of."""

from brummer.mcp.hub.subscription import Subscriptions
from brummer.mcp.interest import Interest
from tests.mcp.hub.test_roster import member, roster


def test_a_resource_may_be_wanted_by_several_names() -> None:
    interest = Interest()
    alone = roster(member("shop"))
    subscriptions = Subscriptions(interest, alone.resource)

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
    subscriptions = Subscriptions(interest, two.resource)

    interest.add(["hub://api/logs://recent"])

    assert subscriptions.wanted("api-id") == {"logs://recent"}
    assert subscriptions.wanted("shop-id") == set()
    assert subscriptions.names("shop-id", "logs://recent") == []


def test_what_means_nothing_now_may_mean_something_later() -> None:
    interest = Interest()
    members = [member("api")]
    subscriptions = Subscriptions(
        interest, lambda name: roster(*members).resource(name)
    )
    interest.add(["hub://shop/logs://recent"])

    before = subscriptions.wanted("shop-id")
    is_known_before = subscriptions.is_known("hub://shop/logs://recent")
    members.append(member("shop"))

    assert not before
    assert not is_known_before
    assert subscriptions.wanted("shop-id") == {"logs://recent"}
    assert subscriptions.is_known("hub://shop/logs://recent")
