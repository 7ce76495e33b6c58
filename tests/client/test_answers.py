"""The client survives every shape that Plivo's answers are known to have."""

import json

import pytest
from pulumi_plivo.api import ApiError, Client, MemberKind

from tests.client.conftest import Scripted, ScriptedServer
from tests.conftest import NUMBER, POOL, TOLL_FREE

MEMBER = {"number": NUMBER, "number_pool_uuid": POOL, "country_iso2": "US", "type": "fixed"}


def body(value: object) -> bytes:
    """Return `value` as JSON."""
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (body({"api_id": "1", "error": "not found"}), "not found"),
        (body({"error": {"error": "nested"}}), "nested"),
        (body({"error": {"message": "deeper"}}), "deeper"),
        (body({"message": "spoken"}), "spoken"),
        (body({"global_error": "global"}), "global"),
        (body({}), "no text"),
        (b"<h1>Bad Gateway</h1>", "<h1>Bad Gateway</h1>"),
        (b"", "no text"),
        (body(["list"]), "['list']"),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_every_shape_of_an_error_is_understood(
    client: Client, server: ScriptedServer, payload: bytes, text: str
) -> None:
    server.answers(Scripted(404, payload))
    with pytest.raises(ApiError) as raised:
        client.pool_members.get(MemberKind.NUMBER, POOL, NUMBER)
    assert raised.value.text == text
    assert raised.value.is_not_found


def test_an_error_tells_all_that_support_will_ask_for(client: Client, server: ScriptedServer) -> None:
    server.answers(Scripted(400, body({"api_id": "abc-1", "error": "no"})))
    with pytest.raises(ApiError) as raised:
        client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER)
    error = raised.value
    assert (error.status, error.text, error.api_id, error.method) == (400, "no", "abc-1", "POST")
    assert error.path == f"NumberPool/{POOL}/Number/{NUMBER}/"
    assert error.is_refusal


def test_control_characters_of_a_server_never_reach_the_terminal(client: Client, server: ScriptedServer) -> None:
    server.answers(Scripted(400, body({"api_id": "\x1b[2J", "error": "\x1b[31mred\r\n\x07" + "x" * 999})))
    with pytest.raises(ApiError) as raised:
        client.powerpacks.get(POOL)
    assert str(raised.value).isprintable()
    assert len(raised.value.text) <= 300


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"null", b"<html>"])
def test_a_success_without_readable_json_is_a_lost_answer(
    client: Client, server: ScriptedServer, payload: bytes
) -> None:
    server.answers(Scripted(200, payload))
    with pytest.raises(ApiError) as raised:
        client.pool_members.get(MemberKind.NUMBER, POOL, NUMBER)
    assert raised.value.is_answer_lost
    assert raised.value.attempts == 3


@pytest.mark.parametrize("payload", [b"", body({"response": "success"}), body({})])
@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_2xx_is_a_delete_that_worked(client: Client, server: ScriptedServer, status: int, payload: bytes) -> None:
    server.answers(Scripted(status, b"" if status == 204 else payload))
    client.pool_members.remove(MemberKind.NUMBER, POOL, NUMBER)
    assert len(server.requests) == 1


def test_a_204_with_a_body_is_understood(client: Client, server: ScriptedServer) -> None:
    server.answers(Scripted(204, body({"response": "success"})))
    client.pool_members.remove(MemberKind.NUMBER, POOL, NUMBER)
    client.pool_members.remove(MemberKind.NUMBER, POOL, NUMBER)
    # Bytes of the body may be taken for the next answer; then that call is sent once more.
    assert [method for method, *_ in server.requests][:2] == ["DELETE", "DELETE"]


def test_missing_keys_are_none(client: Client, server: ScriptedServer) -> None:
    server.answers(Scripted(200, body({"number": NUMBER})))
    member = client.pool_members.get(MemberKind.NUMBER, POOL, NUMBER)
    assert (member.service, member.type, member.country_iso2, member.added_on) == (None, None, None, None)
    assert member.number_pool_uuid == POOL


def test_the_older_names_of_keys_are_understood(client: Client, server: ScriptedServer) -> None:
    server.answers(Scripted(200, body({"tollfree": TOLL_FREE, "numberpool_uuid": POOL, "service": "SMS"})))
    member = client.pool_members.get(MemberKind.TOLL_FREE, POOL, TOLL_FREE)
    assert (member.digits, member.number_pool_uuid, member.service) == (TOLL_FREE, POOL, "sms")


def test_an_answer_about_another_number_is_not_believed(client: Client, server: ScriptedServer) -> None:
    server.answers(Scripted(200, body({**MEMBER, "number": "14155550199"})))
    with pytest.raises(ApiError, match="14155550199"):
        client.pool_members.get(MemberKind.NUMBER, POOL, NUMBER)


@pytest.mark.parametrize(
    "meta",
    [
        None,
        {"total_count": 1},
        {"next": ""},
        {"next": None, "previous": None},
        {"next": "", "previous": "", "limit": 20, "offset": 0, "total_count": 1},
    ],
)
def test_every_form_of_the_last_page_ends_the_list(
    client: Client, server: ScriptedServer, meta: dict[str, object] | None
) -> None:
    server.answers(Scripted(200, body({"objects": [MEMBER], **({} if meta is None else {"meta": meta})})))
    assert [member.digits for member in client.pool_members.all(MemberKind.NUMBER, POOL)] == [NUMBER]
    assert len(server.requests) == 1


@pytest.mark.parametrize("pool_path", ["", None, "/v1/Account/MA/NumberPool/" + POOL + "/"])
def test_a_powerpack_tells_its_pool_where_it_has_one(
    client: Client, server: ScriptedServer, pool_path: str | None
) -> None:
    server.answers(Scripted(200, body({"uuid": POOL, "number_pool": pool_path})))
    assert client.powerpacks.get(POOL).number_pool_uuid == (POOL if pool_path else None)


@pytest.mark.parametrize("payload", [b"<html>signed in</html>", body({"error": "no"}), body(["x"]), b"{"])
def test_a_delete_whose_answer_is_no_plain_success_counts_as_a_lost_answer(
    client: Client, server: ScriptedServer, payload: bytes
) -> None:
    server.answers(Scripted(200, payload))
    with pytest.raises(ApiError) as raised:
        client.pool_members.remove(MemberKind.NUMBER, POOL, NUMBER)
    assert raised.value.is_answer_lost


def test_a_powerpack_whose_pool_is_no_uuid_has_none(client: Client, server: ScriptedServer) -> None:
    server.answers(Scripted(200, body({"uuid": POOL, "number_pool": "/v1/Account/X/NumberPool/soon/"})))
    assert client.powerpacks.get(POOL).number_pool_uuid is None
