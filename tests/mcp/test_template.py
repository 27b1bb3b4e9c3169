import pytest

from brummer.mcp.template import matched


@pytest.mark.parametrize(
    ("template", "uri", "found"),
    [
        ("logs://process/{id}", "logs://process/web-1", {"id": "web-1"}),
        ("logs://process/{id}", "logs://process/", None),
        ("logs://process/{id}", "logs://process/a/b", None),
        ("logs://process/{id}", "logs://process/a%2Fb%20c", {"id": "a/b c"}),
        ("file://{+path}", "file:///a/b", {"path": "/a/b"}),
        (
            "logs://{id}/{first}-{last}",
            "logs://w/1-9",
            {"id": "w", "first": "1", "last": "9"},
        ),
        ("logs://a.b/{id}", "logs://axb/1", None),
        ("logs://recent", "logs://recent", {}),
        ("logs://{id}{?from,to}", "logs://w", {"id": "w"}),
        ("logs://{id}{?from,to}", "logs://w?", {"id": "w"}),
        ("logs://{id}{?from,to}", "logs://w?to=9", {"id": "w", "to": "9"}),
        (
            "logs://{id}{?from,to}",
            "logs://a%3Fb?to=9&from=%31",
            {"id": "a?b", "from": "1", "to": "9"},
        ),
        ("logs://{id}{?from,to}", "logs://w?form=1", None),
        ("logs://{id}{?from,to}", "logs://w?to=1&to=2", None),
        ("logs://{id}{?from,to}", "logs://?to=1", None),
        ("logs://{id}{?from,to}", "logs://w?" + "to=1&" * 100, None),
        ("db://q?name={name}", "db://q?name=a", {"name": "a"}),
        ("db://{a,b}", "db://1,2", None),
        ("db://{a}/{a}", "db://1/2", {"a": "2"}),
        ("db://{a}{b}{c}{d}/x", "db://" + "y" * 1_900, None),
        ("db://\u00e4/{a}", "db://\u00e4/\u00f6", {"a": "\u00f6"}),
        ("db://{a}", "db://\ud800", None),
        ("db://{a\u00b2}", "db://1", {"a\u00b2": "1"}),
    ],
)
def test_variables_are_found_in_addresses(
    template: str, uri: str, found: object
) -> None:
    assert matched(template, uri) == found
