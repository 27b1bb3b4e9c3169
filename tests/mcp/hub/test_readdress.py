"""Tests of addresses in answers."""

from brummer.mcp.hub.readdress import readdressed


def shown(uri: str) -> str:
    return f"hub://shop/{uri}"


def test_links_and_resources_of_a_tool_are_called_as_the_client_reads_them() -> None:
    result = {
        "content": [
            {"type": "text", "text": "see a://b"},
            {"type": "resource_link", "uri": "a://b", "name": "b"},
            {"type": "resource", "resource": {"uri": "a://c", "text": "c"}},
        ],
        "structuredContent": {"uri": "a://b"},
    }

    assert readdressed(result, shown) == {
        "content": [
            {"type": "text", "text": "see a://b"},
            {"type": "resource_link", "uri": "hub://shop/a://b", "name": "b"},
            {"type": "resource", "resource": {"uri": "hub://shop/a://c", "text": "c"}},
        ],
        "structuredContent": {"uri": "a://b"},
    }


def test_so_are_what_was_read_and_what_a_prompt_or_a_task_holds() -> None:
    part = {"type": "resource", "resource": {"uri": "a://b"}}
    renamed = {"type": "resource", "resource": {"uri": "hub://shop/a://b"}}

    assert readdressed({"contents": [{"uri": "a://b"}]}, shown) == {
        "contents": [{"uri": "hub://shop/a://b"}]
    }
    assert readdressed({"messages": [{"content": part}]}, shown) == {
        "messages": [{"content": renamed}]
    }
    assert readdressed({"taskId": "1", "result": {"content": [part]}}, shown) == {
        "taskId": "1",
        "result": {"content": [renamed]},
    }


def test_what_is_of_another_form_stays() -> None:
    odd = {"content": "text", "contents": [1, None], "messages": {}, "result": 3}

    assert readdressed(odd, shown) == odd


def test_the_answer_that_was_given_is_not_changed() -> None:
    result = {"content": [{"type": "resource_link", "uri": "a://b"}]}

    readdressed(result, shown)

    assert result == {"content": [{"type": "resource_link", "uri": "a://b"}]}
