import socket
from collections.abc import Callable
from typing import Any

import pytest
import requests
from plivo_sandbox.server.quirks import QUIRKS, WHOLE_NUMBER, QuirkError, Quirks, parse_quirks
from plivo_sandbox.server.rate_limit import LIMIT, RateLimit
from plivo_sandbox.server.running import RunningSandbox
from plivo_sandbox.server.timestamps import as_written

from tests.conftest import (
    AUTH_ID,
    FOR_SALE,
    FOR_SALE_SMS_ONLY,
    FOR_SALE_TOLL_FREE,
    NOT_RENTED,
    NUMBER,
    OTHER_NUMBER,
    OTHER_POOL,
    POOL,
    SHORTCODE,
    SMS_ONLY,
    TOLL_FREE,
)
from tests.contract.conftest import OTHER_AUTH_ID, POWERPACK, SUBACCOUNT, SUBACCOUNT_TOKEN, Plivo, objects

PATH = f"NumberPool/{POOL}/Number/{NUMBER}/"
LIST = f"NumberPool/{POOL}/Number/"
ABSENT = f"NumberPool/{POOL}/Number/{OTHER_NUMBER}/"

COVERED: set[tuple[str, str]] = set()


def under(name: str, value: str) -> pytest.MarkDecorator:
    """Run the test with the quirk, and count the value as tested."""
    COVERED.add((name, WHOLE_NUMBER if value not in QUIRKS[name].values else value))
    return pytest.mark.parametrize("plivo", [{name: value}], indirect=True, ids=[f"{name}={value}"])


def test_every_value_of_every_quirk_has_its_test() -> None:
    assert {(name, value) for name, quirk in QUIRKS.items() for value in quirk.values} == COVERED


def test_the_first_value_is_the_default() -> None:
    assert all(Quirks()[name] == quirk.values[0] for name, quirk in QUIRKS.items())


@pytest.mark.parametrize(
    ("specification", "complaint"),
    [
        ("no-such-quirk=1", "no quirk is named 'no-such-quirk'; there are: .*add-duplicate"),
        ("add-duplicate=maybe", "quirk add-duplicate cannot be 'maybe'; it can be: accept, reject"),
        ("retry-after=-1", "quirk retry-after cannot be '-1'; it can be: none, N"),
        ("add-duplicate", "a quirk is written NAME=VALUE, not 'add-duplicate'"),
    ],
)
def test_a_wrong_quirk_is_a_clear_error(specification: str, complaint: str) -> None:
    with pytest.raises(QuirkError, match=complaint):
        parse_quirks([specification])


@pytest.mark.parametrize(
    ("arguments", "unrented"),
    [
        pytest.param({"params": {"unrent": "true"}}, ("body", "query", "query-only"), id="query"),
        pytest.param({"json": {"unrent": True}}, ("body", "query", "body-only"), id="body"),
        pytest.param(
            {"params": {"unrent": "true"}, "json": {"unrent": False}}, ("query", "query-only"), id="query-says-true"
        ),
        pytest.param(
            {"params": {"unrent": "false"}, "json": {"unrent": True}}, ("body", "body-only"), id="body-says-true"
        ),
        pytest.param(
            {"params": {"unrent": "true"}, "json": {"unrent": True}},
            ("body", "query", "body-only", "query-only"),
            id="both-say-true",
        ),
    ],
)
@pytest.mark.parametrize("source", QUIRKS["delete-arguments"].values)
def test_delete_takes_its_arguments_from_where_the_quirk_says(
    plivo: Plivo, sandbox: RunningSandbox, source: str, arguments: dict[str, object], unrented: tuple[str, ...]
) -> None:
    sandbox.set_quirk("delete-arguments", source)
    plivo.add(NUMBER)

    assert plivo.delete(PATH, **arguments).status_code == 200
    assert plivo.rents(NUMBER) is (source not in unrented)


COVERED |= {("delete-arguments", value) for value in QUIRKS["delete-arguments"].values}


@under("powerpack-delete-status", "204")
def test_a_powerpacks_delete_has_no_content(plivo: Plivo) -> None:
    answer = plivo.delete(f"Powerpack/{POWERPACK}/")
    assert (answer.status_code, answer.content) == (204, b"")


@under("powerpack-delete-status", "200")
def test_a_powerpacks_delete_has_content(plivo: Plivo) -> None:
    answer = plivo.delete(f"Powerpack/{POWERPACK}/")
    assert (answer.status_code, answer.json()["response"]) == (200, "success")


SETTINGS: dict[str, Any] = {
    "sticky_sender": False,
    "local_connect": False,
    "application_type": "xml",
    "application_id": "1101234567890",
    "number_priority": [{"service_type": "SMS", "country_iso": "US", "priority": {"priority1": "longcode"}}],
}
POWERPACK_PATH = f"Powerpack/{POWERPACK}/"


def settings(plivo: Plivo) -> dict[str, Any]:
    """Return the settings of the Powerpack `otp`."""
    powerpack = plivo.get(POWERPACK_PATH).json()
    return {name: powerpack[name] for name in ("name", *SETTINGS)}


@under("powerpack-update", "partial")
def test_an_update_keeps_what_it_leaves_out(plivo: Plivo) -> None:
    plivo.post(POWERPACK_PATH, **SETTINGS)
    assert plivo.post(POWERPACK_PATH, sticky_sender=True).status_code == 200
    assert settings(plivo) == {"name": "otp", **SETTINGS, "sticky_sender": True}


@under("powerpack-update", "reset")
def test_an_update_resets_what_it_leaves_out(plivo: Plivo) -> None:
    new = settings(plivo)
    plivo.post(POWERPACK_PATH, **SETTINGS)
    assert settings(plivo) == {"name": "otp", **SETTINGS}
    assert plivo.post(POWERPACK_PATH, local_connect=False).status_code == 200
    assert settings(plivo) == {**new, "local_connect": False}
    plivo.post(POWERPACK_PATH, **SETTINGS)
    assert plivo.post(POWERPACK_PATH, application_id="1101234567890").status_code == 400
    plivo.post(POWERPACK_PATH)
    assert settings(plivo) == new


@under("application-type-case", "given")
def test_an_application_type_is_written_as_it_was_given(plivo: Plivo) -> None:
    plivo.post(POWERPACK_PATH, **{**SETTINGS, "application_type": "Xml"})
    assert settings(plivo)["application_type"] == "Xml"


@under("application-type-case", "upper")
def test_an_application_type_is_written_in_capitals(plivo: Plivo) -> None:
    assert plivo.post(POWERPACK_PATH, **SETTINGS).json()["application_type"] == "XML"
    assert settings(plivo)["application_type"] == "XML"


@under("cleared-application-type", "kept")
def test_a_cleared_application_leaves_its_type(plivo: Plivo) -> None:
    plivo.post(POWERPACK_PATH, **SETTINGS)
    cleared = plivo.post(POWERPACK_PATH, application_id="none").json()
    assert (cleared["application_id"], cleared["application_type"]) == ("", "xml")


@under("cleared-application-type", "emptied")
def test_a_cleared_application_takes_its_type_along(plivo: Plivo) -> None:
    plivo.post(POWERPACK_PATH, **SETTINGS)
    cleared = plivo.post(POWERPACK_PATH, application_id="none", application_type="xml").json()
    assert (cleared["application_id"], cleared["application_type"]) == ("", "")


@under("partial-number-priority", "replaces")
def test_a_number_priority_is_all_there_is(plivo: Plivo) -> None:
    plivo.post(POWERPACK_PATH, number_priority=SETTINGS["number_priority"])
    assert settings(plivo)["number_priority"] == SETTINGS["number_priority"]
    plivo.post(POWERPACK_PATH, number_priority=[])
    assert len(settings(plivo)["number_priority"]) == 4


@under("partial-number-priority", "merges")
def test_a_number_priority_is_merged_by_country_and_service(plivo: Plivo) -> None:
    before = settings(plivo)["number_priority"]
    plivo.post(POWERPACK_PATH, number_priority=SETTINGS["number_priority"])
    assert settings(plivo)["number_priority"] == [*SETTINGS["number_priority"], *before[1:]]


SUBACCOUNT_PATH = f"/v1/Account/{AUTH_ID}/Subaccount/{SUBACCOUNT}/"


@under("sub-account-form", "bare")
def test_a_subaccount_is_told_by_its_id(plivo: Plivo) -> None:
    plivo.post(f"Number/{NUMBER}/", subaccount=SUBACCOUNT)
    assert plivo.get(f"Number/{NUMBER}/").json()["sub_account"] == SUBACCOUNT


@under("sub-account-form", "path")
def test_a_subaccount_is_told_by_its_path(plivo: Plivo, client_of: Callable[[str, str], Plivo]) -> None:
    plivo.post(f"Number/{NUMBER}/", subaccount=SUBACCOUNT)
    assert plivo.get(f"Number/{NUMBER}/").json()["sub_account"] == SUBACCOUNT_PATH
    assert plivo.get(f"Number/{OTHER_NUMBER}/").json()["sub_account"] is None
    assert objects(plivo.get("Number/", subaccount=SUBACCOUNT), "sub_account") == [SUBACCOUNT_PATH]
    assert objects(subaccount(client_of).get("Number/"), "sub_account") == [SUBACCOUNT_PATH]


def application_after_an_alias(plivo: Plivo, client_of: Callable[[str, str], Plivo]) -> str:
    """Return the application of a number of another account, whose default is 88, after its alias was changed."""
    number = {"number": "12125550121"}
    account = {"auth_id": "MADEFAULTAPP00000001", "auth_token": "x", "default_app_id": "88", "numbers": [number]}
    plivo.sandbox.seed({"accounts": [account]})
    client = client_of("MADEFAULTAPP00000001", "x")
    client.post("Number/12125550121/", app_id="77")
    assert client.get("Number/12125550121/").json()["application"].endswith("/Application/77/")
    client.post("Number/12125550121/", alias="front desk")
    application: str = client.get("Number/12125550121/").json()["application"]
    return application


@under("update-without-app-id", "default")
def test_an_update_assigns_the_default_application(plivo: Plivo, client_of: Callable[[str, str], Plivo]) -> None:
    assert application_after_an_alias(plivo, client_of).endswith("/Application/88/")


@under("update-without-app-id", "keep")
def test_an_update_leaves_the_application(plivo: Plivo, client_of: Callable[[str, str], Plivo]) -> None:
    assert application_after_an_alias(plivo, client_of).endswith("/Application/77/")


@under("empty-search", "plain")
def test_a_search_in_vain_is_an_empty_list(plivo: Plivo) -> None:
    assert set(plivo.get("PhoneNumber/", country_iso="GB").json()) == {"api_id", "meta", "objects"}


@under("empty-search", "error")
def test_a_search_in_vain_has_an_error_in_a_200(plivo: Plivo) -> None:
    answer = plivo.get("PhoneNumber/", country_iso="GB")
    assert (answer.status_code, answer.json()["objects"], bool(answer.json()["error"])) == (200, [], True)
    assert "error" not in plivo.get("PhoneNumber/", country_iso="US").json()


@under("bought-number", "fulfilled")
def test_a_bought_number_is_in_the_account_at_once(plivo: Plivo) -> None:
    assert plivo.post(f"PhoneNumber/{FOR_SALE}/").json()["status"] == "fulfilled"
    assert plivo.rents(FOR_SALE)


@under("bought-number", "pending")
def test_a_bought_number_can_be_pending(plivo: Plivo) -> None:
    answer = plivo.post(f"PhoneNumber/{FOR_SALE}/")
    assert (answer.status_code, answer.json()["status"]) == (201, "pending")
    assert answer.json()["numbers"] == [{"number": FOR_SALE, "status": "pending"}]
    assert plivo.get(f"Number/{FOR_SALE}/").status_code == 404
    assert plivo.post(f"PhoneNumber/{FOR_SALE}/").status_code == 404


@under("string-booleans", "reject")
def test_a_string_is_no_boolean(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert plivo.delete(PATH, json={"unrent": "true"}).status_code == 400
    assert plivo.post(f"Powerpack/{POWERPACK}/", sticky_sender="false").status_code == 400
    assert plivo.delete(f"Powerpack/{POWERPACK}/", json={"unrent_numbers": "False"}).status_code == 400


@under("string-booleans", "accept")
def test_a_string_can_be_a_boolean(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert plivo.delete(PATH, json={"unrent": "perhaps"}).status_code == 400
    assert plivo.delete(PATH, json={"unrent": "true"}).status_code == 200
    assert not plivo.rents(NUMBER)
    assert plivo.post(f"Powerpack/{POWERPACK}/", sticky_sender="false").json()["sticky_sender"] is False
    assert plivo.delete(f"Powerpack/{POWERPACK}/", json={"unrent_numbers": "False"}).status_code == 204


@under("get-one-service", "omit")
def test_get_of_one_number_omits_its_service(plivo: Plivo) -> None:
    plivo.add(NUMBER, TOLL_FREE)
    assert "service" not in plivo.get(PATH).json()
    assert "service" not in plivo.get(plivo.in_pool(f"Tollfree/{TOLL_FREE}/")).json()


@under("get-one-service", "present")
def test_get_of_one_number_tells_its_service(plivo: Plivo) -> None:
    plivo.add(NUMBER, TOLL_FREE)
    assert plivo.get(PATH).json()["service"] == "sms"
    assert plivo.get(plivo.in_pool(f"Tollfree/{TOLL_FREE}/")).json()["service"] == "mms"


@under("list-service", "present")
def test_a_list_tells_the_services(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert objects(plivo.get(LIST), "service") == ["sms"]


@under("list-service", "missing")
def test_a_list_keeps_the_services_to_itself(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert "service" not in plivo.get(LIST).json()["objects"][0]


@under("pool-id-key", "number_pool_uuid")
def test_the_pools_uuid_is_called_as_documented(plivo: Plivo) -> None:
    assert plivo.post(PATH).json()["number_pool_uuid"] == POOL


@under("pool-id-key", "numberpool_uuid")
def test_the_pools_uuid_is_called_as_in_2019(plivo: Plivo) -> None:
    assert plivo.post(PATH).json()["numberpool_uuid"] == POOL
    assert objects(plivo.get(plivo.in_pool("Shortcode/")), "numberpool_uuid") == [POOL]
    assert "number_pool_uuid" not in plivo.get(PATH).json()


@under("tollfree-key", "number")
def test_a_toll_free_number_is_called_number(plivo: Plivo) -> None:
    plivo.add(TOLL_FREE)
    assert objects(plivo.get(plivo.in_pool("Tollfree/"))) == [TOLL_FREE]


@under("tollfree-key", "tollfree")
def test_a_toll_free_number_is_called_tollfree_below_its_own_route(plivo: Plivo) -> None:
    plivo.add(TOLL_FREE, NUMBER)
    assert objects(plivo.get(plivo.in_pool("Tollfree/")), "tollfree") == [TOLL_FREE]
    assert plivo.get(plivo.in_pool(f"Tollfree/{TOLL_FREE}/")).json()["tollfree"] == TOLL_FREE
    assert objects(plivo.get(LIST)) == [TOLL_FREE, NUMBER]
    assert plivo.get(PATH).json()["number"] == NUMBER


@under("tollfree-type", "tollfree")
def test_a_toll_free_numbers_type_has_no_dash(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Tollfree/{TOLL_FREE}/")).json()["type"] == "tollfree"


@under("tollfree-type", "toll-free")
def test_a_toll_free_numbers_type_has_a_dash(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Tollfree/{TOLL_FREE}/")).json()["type"] == "toll-free"


@under("empty-list-meta", "full")
def test_an_empty_list_has_meta(plivo: Plivo) -> None:
    assert plivo.get(LIST).json()["meta"]["total_count"] == 0


@under("empty-list-meta", "none")
def test_only_an_empty_list_lacks_meta(plivo: Plivo) -> None:
    assert "meta" not in plivo.get(LIST).json()
    plivo.add(NUMBER)
    assert plivo.get(LIST).json()["meta"]["total_count"] == 1


@under("next-previous", "empty")
def test_the_ends_are_empty_in_pools_and_null_elsewhere(plivo: Plivo) -> None:
    pool, powerpacks = plivo.get(LIST).json()["meta"], plivo.get("Powerpack/").json()["meta"]
    assert (pool["next"], pool["previous"]) == ("", "")
    assert (powerpacks["next"], powerpacks["previous"]) == (None, None)


@under("next-previous", "null")
def test_the_ends_are_null(plivo: Plivo) -> None:
    meta = plivo.get(LIST).json()["meta"]
    assert (meta["next"], meta["previous"]) == (None, None)


@under("next-previous", "missing")
def test_the_ends_are_missing(plivo: Plivo) -> None:
    plivo.add(NUMBER, OTHER_NUMBER)
    assert not {"next", "previous"} & set(plivo.get(LIST).json()["meta"])
    meta = plivo.get(LIST, limit=1).json()["meta"]
    assert "next" in meta
    assert "previous" not in meta


@under("next-form", "v1")
def test_next_is_a_path_of_the_api(plivo: Plivo) -> None:
    meta = plivo.get("Powerpack/", limit=1).json()["meta"]
    assert meta["next"] == f"/v1/Account/{AUTH_ID}/Powerpack/?limit=1&offset=1"


@under("next-form", "api")
def test_next_is_a_path_that_the_api_does_not_have(plivo: Plivo) -> None:
    meta = plivo.get("Powerpack/", limit=1).json()["meta"]
    assert meta["next"] == f"/api/v1/account/{AUTH_ID}/Powerpack?limit=1&offset=1"


@under("error-shape", "standard")
def test_an_error_is_a_text(plivo: Plivo) -> None:
    assert plivo.get(PATH).json()["error"] == "not found"


@under("error-shape", "nested")
def test_an_error_is_nested(plivo: Plivo) -> None:
    assert plivo.get(PATH).json()["error"] == {"error": "not found"}


@under("error-shape", "empty")
def test_an_error_is_empty(plivo: Plivo) -> None:
    answer = plivo.get(PATH)
    assert (answer.status_code, answer.json()) == (404, {})


@under("error-shape", "text")
def test_an_error_is_no_json(plivo: Plivo) -> None:
    answer = plivo.get(PATH)
    assert (answer.status_code, answer.text) == (404, "not found")
    assert answer.headers["Content-Type"].startswith("text/plain")


def raw_delete(plivo: Plivo, path: str) -> bytes:
    """DELETE over a bare socket and return all that comes back until the server closes."""
    host, _, port = plivo.origin.removeprefix("http://").partition(":")
    request = requests.Request("DELETE", f"{plivo.origin}/v1/Account/{AUTH_ID}/{path}")
    prepared = plivo.session.prepare_request(request)
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        authorization = prepared.headers["Authorization"]
        head = f"DELETE {prepared.path_url} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {authorization}\r\n"
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode())
        return connection.makefile("rb").read()


@under("no-content-body", "none")
def test_a_204_has_no_body(plivo: Plivo) -> None:
    head, _, body = raw_delete(plivo, f"Number/{NUMBER}/").partition(b"\r\n\r\n")
    assert (head.split()[1], body) == (b"204", b"")


@under("no-content-body", "json")
def test_a_204_has_a_body_and_the_client_lives_on(plivo: Plivo) -> None:
    head, _, body = raw_delete(plivo, f"Number/{NUMBER}/").partition(b"\r\n\r\n")
    assert head.split()[1] == b"204"
    assert body.endswith(b'"response":"success"}')
    assert plivo.delete(f"Number/{OTHER_NUMBER}/").status_code == 204
    assert plivo.get("Powerpack/").status_code == 200


@under("timestamp-fraction", "trimmed")
def test_a_timestamp_has_no_trailing_zeros(plivo: Plivo) -> None:
    fraction = plivo.post(PATH).json()["added_on"].partition(".")[2]
    assert not fraction.endswith("0Z")
    assert as_written("2020-01-01T00:00:34.011700", Quirks()) == "2020-01-01T00:00:34.0117Z"
    assert as_written("2020-01-01T00:00:34.000000", Quirks()) == "2020-01-01T00:00:34Z"


@under("timestamp-fraction", "none")
def test_a_timestamp_has_no_fraction(plivo: Plivo) -> None:
    assert "." not in plivo.post(PATH).json()["added_on"]


@under("timestamp-fraction", "nanoseconds")
def test_a_timestamp_has_nine_digits(plivo: Plivo) -> None:
    assert len(plivo.post(PATH).json()["added_on"].partition(".")[2]) == len("123456789Z")


@under("default-service", "all")
def test_without_a_service_all_are_looked_through(plivo: Plivo) -> None:
    plivo.post(PATH, service="mms")
    assert plivo.get(PATH).status_code == 200
    assert objects(plivo.get(LIST)) == [NUMBER]


@under("default-service", "sms")
def test_without_a_service_only_sms_is_looked_through(plivo: Plivo) -> None:
    plivo.post(PATH, service="mms")
    assert plivo.get(PATH).status_code == 404
    assert objects(plivo.get(LIST)) == []
    assert plivo.get(PATH, service="mms").status_code == 200
    assert objects(plivo.get(LIST, service="mms")) == [NUMBER]


@under("add-duplicate", "accept")
def test_a_number_can_be_added_twice(plivo: Plivo) -> None:
    assert [plivo.post(PATH).status_code for _ in range(2)] == [200, 200]
    assert objects(plivo.get(LIST)) == [NUMBER]


@under("add-duplicate", "reject")
def test_a_number_cannot_be_added_twice(plivo: Plivo) -> None:
    assert [plivo.post(PATH).status_code for _ in range(2)] == [200, 400]
    assert plivo.members() == {NUMBER: "sms"}


@under("add-other-service", "reject")
def test_another_service_is_refused(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert plivo.post(PATH, service="mms").status_code == 400
    assert plivo.members() == {NUMBER: "sms"}


@under("add-other-service", "change")
def test_another_service_replaces_the_first(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert plivo.post(PATH, service="mms").json()["service"] == "mms"
    assert plivo.members() == {NUMBER: "mms"}


@under("add-other-service", "ignore")
def test_another_service_is_ignored(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert plivo.post(PATH, service="mms").json()["service"] == "sms"
    assert plivo.members() == {NUMBER: "sms"}


@under("add-in-other-pool", "reject")
def test_a_number_is_in_one_pool_only(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert plivo.post(plivo.in_pool(f"Number/{NUMBER}/", OTHER_POOL)).status_code == 400


@under("add-in-other-pool", "accept")
def test_a_number_can_be_in_two_pools_and_unrent_takes_it_out_of_both(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    plivo.add(NUMBER, pool=OTHER_POOL)
    assert plivo.members() == plivo.members(OTHER_POOL) == {NUMBER: "sms"}
    assert plivo.delete(PATH, json={"unrent": True}).status_code == 200
    assert plivo.members() == plivo.members(OTHER_POOL) == {}


@under("add-not-rented", "404")
def test_a_number_that_is_not_rented_is_not_found(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Number/{NOT_RENTED}/")).status_code == 404


@under("add-not-rented", "400")
def test_a_number_that_is_not_rented_is_a_bad_request(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Number/{NOT_RENTED}/")).status_code == 400


@under("add-without-capability", "reject")
def test_a_number_without_mms_is_refused_for_mms(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Number/{SMS_ONLY}/"), service="mms").status_code == 400


@under("add-without-capability", "accept")
def test_a_number_without_mms_is_taken_for_mms(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Number/{SMS_ONLY}/"), service="mms").json()["service"] == "mms"


@under("wrong-route", "reject")
def test_the_wrong_route_is_refused(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Tollfree/{NUMBER}/")).status_code == 400
    plivo.add(NUMBER)
    assert plivo.get(plivo.in_pool(f"Tollfree/{NUMBER}/")).status_code == 404


@under("wrong-route", "accept")
def test_the_wrong_route_works_and_the_number_stays_what_it_is(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Tollfree/{NUMBER}/")).json()["type"] == "fixed"
    assert plivo.post(plivo.in_pool(f"Number/{TOLL_FREE}/")).json()["type"] == "tollfree"
    assert objects(plivo.get(plivo.in_pool("Tollfree/"))) == [TOLL_FREE]
    assert plivo.get(plivo.in_pool(f"Number/{TOLL_FREE}/")).status_code == 200
    assert plivo.delete(plivo.in_pool(f"Tollfree/{NUMBER}/")).status_code == 200
    assert plivo.get(plivo.in_pool(f"Number/{SHORTCODE}/")).status_code == 404
    assert set(plivo.members()) == {TOLL_FREE}


@under("number-list-tollfrees", "include")
def test_the_list_of_numbers_holds_toll_frees(plivo: Plivo) -> None:
    plivo.add(NUMBER, TOLL_FREE)
    assert objects(plivo.get(LIST)) == [NUMBER, TOLL_FREE]


@under("number-list-tollfrees", "exclude")
def test_the_list_of_numbers_holds_no_toll_frees(plivo: Plivo) -> None:
    plivo.add(NUMBER, TOLL_FREE)
    assert objects(plivo.get(LIST)) == [NUMBER]


@under("pool-size", "none")
def test_a_pool_has_no_limit(plivo: Plivo) -> None:
    plivo.add(*(f"1415555010{digit}" for digit in range(8)))
    assert len(plivo.members()) == 8


@under("pool-size", "2")
def test_a_pool_can_be_full(plivo: Plivo) -> None:
    plivo.add(OTHER_NUMBER, TOLL_FREE)
    assert plivo.post(PATH).status_code == 400
    assert plivo.post(ABSENT).status_code == 200
    plivo.delete(ABSENT)
    assert plivo.post(PATH).status_code == 200


@under("remove-absent", "404")
def test_removing_what_is_absent_is_not_found(plivo: Plivo) -> None:
    assert plivo.delete(PATH).status_code == 404


@under("remove-absent", "200")
def test_removing_what_is_absent_succeeds_and_unrents_nothing(plivo: Plivo) -> None:
    assert plivo.delete(PATH, json={"unrent": True}).status_code == 200
    assert plivo.rents(NUMBER)


@under("rent-on-add", "full")
@pytest.mark.parametrize(("route", "number"), [("Number", FOR_SALE), ("Tollfree", FOR_SALE_TOLL_FREE)])
def test_rent_buys_and_adds(plivo: Plivo, route: str, number: str) -> None:
    assert plivo.post(plivo.in_pool(f"{route}/{number}/"), rent=True).status_code == 200
    assert plivo.rents(number)
    assert number in plivo.members()


@under("rent-on-add", "partial-error")
@pytest.mark.parametrize(("route", "number"), [("Number", FOR_SALE), ("Tollfree", FOR_SALE_TOLL_FREE)])
def test_rent_can_buy_and_not_add_and_fails(plivo: Plivo, route: str, number: str) -> None:
    path = plivo.in_pool(f"{route}/{number}/")
    answer = plivo.post(path, rent=True)
    assert (answer.status_code, set(answer.json())) == (500, {"api_id", "error"})
    assert plivo.rents(number)
    assert plivo.members() == {}
    assert plivo.post(f"PhoneNumber/{number}/").status_code == 404
    assert plivo.post(path, rent=True).status_code == 200
    assert plivo.post(plivo.in_pool(f"Number/{NOT_RENTED}/"), rent=True).status_code == 404


@under("rent-when-refused", "nothing")
def test_a_refused_rent_buys_nothing(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Number/{FOR_SALE_SMS_ONLY}/"), rent=True, service="mms").status_code == 400
    assert not plivo.rents(FOR_SALE_SMS_ONLY)
    assert plivo.post(f"PhoneNumber/{FOR_SALE_SMS_ONLY}/").status_code == 201


@under("rent-when-refused", "bought")
def test_a_refused_rent_has_bought(plivo: Plivo) -> None:
    answer = plivo.post(plivo.in_pool(f"Number/{FOR_SALE_SMS_ONLY}/"), rent=True, service="mms")
    assert (answer.status_code, "not an MMS enabled" in answer.json()["error"]) == (400, True)
    assert plivo.rents(FOR_SALE_SMS_ONLY)
    assert plivo.members() == {}


@under("unrented-number", "gone")
def test_what_was_given_back_cannot_be_bought(plivo: Plivo) -> None:
    plivo.delete(f"Number/{NUMBER}/")
    assert plivo.post(f"PhoneNumber/{NUMBER}/").status_code == 404


@under("unrented-number", "on-offer")
def test_what_was_given_back_can_be_bought_again(plivo: Plivo) -> None:
    plivo.add(NUMBER, OTHER_NUMBER, TOLL_FREE)
    plivo.delete(f"Number/{TOLL_FREE}/")
    plivo.delete(PATH, json={"unrent": True})
    plivo.delete(POWERPACK_PATH, json={"unrent_numbers": True})
    on_offer = objects(plivo.get("PhoneNumber/", country_iso="US"))
    assert {NUMBER, OTHER_NUMBER, TOLL_FREE} <= set(on_offer)
    assert plivo.post(f"PhoneNumber/{NUMBER}/").status_code == 201
    assert plivo.get(f"Number/{NUMBER}/").json()["number_type"] == "fixed"


@under("unrent-on-remove", "works")
def test_unrent_gives_the_number_back(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert plivo.delete(PATH, json={"unrent": True}).status_code == 200
    assert not plivo.rents(NUMBER)


@under("unrent-on-remove", "partial")
def test_unrent_can_leave_the_number_rented(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert plivo.delete(PATH, json={"unrent": True}).status_code == 200
    assert plivo.members() == {}
    assert plivo.rents(NUMBER)


@under("unrent-on-remove", "partial-error")
def test_unrent_can_leave_the_number_rented_and_say_so(plivo: Plivo) -> None:
    plivo.add(NUMBER, OTHER_NUMBER)
    assert plivo.delete(PATH, json={"unrent": True}).status_code == 500
    assert plivo.delete(ABSENT).status_code == 200
    assert plivo.members() == {}
    assert plivo.rents(NUMBER)


@under("list-order", "oldest")
def test_a_list_begins_with_the_oldest(plivo: Plivo) -> None:
    plivo.add(NUMBER, OTHER_NUMBER)
    assert objects(plivo.get(LIST)) == [NUMBER, OTHER_NUMBER]


@under("list-order", "newest")
def test_a_list_begins_with_the_newest(plivo: Plivo) -> None:
    plivo.add(NUMBER, OTHER_NUMBER)
    assert objects(plivo.get(LIST)) == [OTHER_NUMBER, NUMBER]
    assert objects(plivo.get(LIST, limit=1, offset=1)) == [NUMBER]


@under("list-delay", "0")
def test_a_list_is_up_to_date(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert objects(plivo.get(LIST)) == [NUMBER]
    plivo.delete(PATH)
    assert objects(plivo.get(LIST)) == []


@under("list-delay", "1")
def test_a_list_lags_behind_by_the_last_change(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert objects(plivo.get(LIST)) == []
    assert plivo.get(PATH).status_code == 200
    plivo.add(OTHER_NUMBER)
    assert objects(plivo.get(LIST)) == [NUMBER]
    plivo.delete(PATH)
    assert objects(plivo.get(LIST)) == [NUMBER, OTHER_NUMBER]
    assert plivo.get(PATH).status_code == 404


@under("list-delay", "99999999999999999999")
def test_a_list_can_lag_behind_by_more_changes_than_there_were(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert objects(plivo.get(LIST)) == []


@under("limit-overflow", "reject")
@pytest.mark.parametrize("query", [{"limit": 21}, {"limit": 0}, {"offset": -1}])
def test_a_limit_out_of_bounds_is_refused(plivo: Plivo, query: dict[str, int]) -> None:
    assert plivo.get(LIST, **query).status_code == 400


@under("limit-overflow", "clamp")
@pytest.mark.parametrize(
    ("query", "limit"), [({"limit": 21}, 20), ({"limit": 0}, 1), ({"limit": -3}, 1), ({"offset": -1}, 20)]
)
def test_a_limit_out_of_bounds_is_clamped(plivo: Plivo, query: dict[str, int], limit: int) -> None:
    meta = plivo.get(LIST, **query).json()["meta"]
    assert (meta["limit"], meta["offset"]) == (limit, 0)
    assert plivo.get(LIST, limit="many").status_code == 400


@under("starts-with-without-country", "reject")
def test_starts_with_needs_a_country(plivo: Plivo) -> None:
    assert plivo.get(LIST, starts_with="999").status_code == 400


@under("starts-with-without-country", "ignore")
def test_starts_with_is_ignored_without_a_country(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    assert objects(plivo.get(LIST, starts_with="999")) == [NUMBER]


@under("duplicate-powerpack-name", "reject")
def test_a_powerpacks_name_is_unique(plivo: Plivo) -> None:
    assert plivo.post("Powerpack/", name="otp").status_code == 400
    assert plivo.post(POWERPACK_PATH, name="alerts").status_code == 400


@under("duplicate-powerpack-name", "conflict")
def test_a_powerpacks_name_is_a_conflict(plivo: Plivo) -> None:
    assert plivo.post("Powerpack/", name="otp").status_code == 409
    assert plivo.post(POWERPACK_PATH, name="alerts").status_code == 409
    assert objects(plivo.get("Powerpack/"), "name") == ["otp", "alerts"]


@under("duplicate-powerpack-name", "accept")
def test_two_powerpacks_can_have_a_name(plivo: Plivo) -> None:
    assert plivo.post("Powerpack/", name="otp").status_code == 200
    assert objects(plivo.get("Powerpack/"), "name") == ["otp", "alerts", "otp"]


@under("plus-in-path", "reject")
def test_a_plus_in_the_path_is_not_found(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Number/+{NUMBER}/")).status_code == 404


@under("plus-in-path", "accept")
def test_a_plus_in_the_path_is_dropped(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Number/+{NUMBER}/")).json()["number"] == NUMBER
    assert plivo.get(f"Number/%2B{NUMBER}/").status_code == 200


@under("missing-slash", "accept")
def test_the_slash_at_the_end_may_be_missing(plivo: Plivo) -> None:
    assert plivo.get("Powerpack").status_code == 200
    assert plivo.get(LIST.removesuffix("/"), limit=1).status_code == 200


@under("missing-slash", "reject")
def test_the_slash_at_the_end_must_be_there(plivo: Plivo) -> None:
    assert plivo.get("Powerpack").status_code == 404
    assert plivo.get("Powerpack/").status_code == 200


@under("wrong-account", "401")
def test_anothers_path_is_unauthorized(plivo: Plivo) -> None:
    plivo.auth_id = OTHER_AUTH_ID
    assert plivo.get("Powerpack/").status_code == 401


@under("wrong-account", "403")
def test_anothers_path_is_forbidden(plivo: Plivo) -> None:
    plivo.auth_id = OTHER_AUTH_ID
    assert plivo.get("Powerpack/").status_code == 403


@under("wrong-account", "404")
def test_anothers_path_is_not_found(plivo: Plivo) -> None:
    plivo.auth_id = OTHER_AUTH_ID
    assert plivo.get("Powerpack/").status_code == 404


def subaccount(client_of: Callable[[str, str], Plivo]) -> Plivo:
    return client_of(SUBACCOUNT, SUBACCOUNT_TOKEN)


@under("subaccount-access", "accept")
@pytest.mark.usefixtures("plivo")
def test_a_subaccount_has_its_own_powerpacks(client_of: Callable[[str, str], Plivo]) -> None:
    assert objects(subaccount(client_of).get("Powerpack/"), "name") == ["own"]


@under("subaccount-access", "reject")
def test_a_subaccount_has_no_access(plivo: Plivo, client_of: Callable[[str, str], Plivo]) -> None:
    assert subaccount(client_of).get("Powerpack/").status_code == 403
    assert subaccount(client_of).get(f"NumberPool/{POOL}/").status_code == 403
    assert subaccount(client_of).get("Number/").status_code == 200
    assert plivo.get("Powerpack/").status_code == 200


@under("unauthorized-body", "no-api-id")
def test_a_401_has_no_api_id(plivo: Plivo) -> None:
    plivo.session.auth = (AUTH_ID, "wrong")
    assert set(plivo.get("Powerpack/").json()) == {"error"}
    plivo.sandbox.set_quirk("error-shape", "nested")
    assert set(plivo.get("Powerpack/").json()["error"]) == {"error"}


@under("unauthorized-body", "standard")
def test_a_401_is_an_error_like_others(plivo: Plivo) -> None:
    plivo.session.auth = (AUTH_ID, "wrong")
    assert set(plivo.get("Powerpack/").json()) == {"api_id", "error"}


@under("unauthorized-body", "text")
def test_a_401_is_plain_text(plivo: Plivo) -> None:
    plivo.session.auth = (AUTH_ID, "wrong")
    answer = plivo.get("Powerpack/")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.fixture
def no_calls_left(sandbox: RunningSandbox) -> None:
    """Let the test account have used up its calls."""
    limit = RateLimit(lambda: 0.0)
    for _ in range(LIMIT):
        limit.count(AUTH_ID)
    sandbox._sandbox.rate_limit = limit


@under("retry-after", "none")
@pytest.mark.usefixtures("no_calls_left")
def test_a_429_does_not_say_when_to_come_back(plivo: Plivo) -> None:
    answer = plivo.get("Powerpack/")
    assert answer.status_code == 429
    assert "Retry-After" not in answer.headers


@under("retry-after", "3")
@pytest.mark.usefixtures("no_calls_left")
def test_a_429_says_when_to_come_back(plivo: Plivo) -> None:
    answer = plivo.get("Powerpack/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")


@under("api-id", "present")
def test_every_answer_has_an_api_id(plivo: Plivo) -> None:
    assert "api_id" in plivo.get("Powerpack/").json()
    assert "api_id" in plivo.get(PATH).json()


@under("api-id", "missing")
def test_no_answer_has_an_api_id(plivo: Plivo) -> None:
    assert "api_id" not in plivo.get("Powerpack/").json()
    assert "api_id" not in plivo.get(PATH).json()
