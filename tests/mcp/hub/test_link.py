"""Tests of what the hub knows of an instance."""

from pathlib import Path

from brummer.mcp.hub.link import Address, Peer, PeerState
from brummer.mcp.hub.sighting import Sighting

SHOP = Sighting(
    id="shop-1",
    name="shop",
    directory=Path("/work/shop"),
    pid=41,
    port=7777,
    token="secret",
)


def test_a_peer_is_known_by_the_id_of_its_instance() -> None:
    peer = Peer(label="shop", sighting=SHOP)

    assert peer.id == "shop-1"
    assert peer.state is PeerState.DISCOVERED
    assert peer.link is None


def test_a_token_is_shown_nowhere() -> None:
    address = Address(instance="shop-1", url="http://x/mcp", token="secret")

    assert "secret" not in f"{address} {SHOP} {Peer(label='shop', sighting=SHOP)}"
