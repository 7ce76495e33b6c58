import re
import uuid
from typing import Any

import pytest

from tests.conftest import NO_POOL, NUMBER, OTHER_NUMBER, POOL, SHORTCODE, TOLL_FREE
from tests.contract.conftest import OTHER_POWERPACK, POWERPACK, Plivo, objects

PATH = f"Powerpack/{POWERPACK}/"
PRIORITY = {"service_type": "SMS", "country_iso": "US", "priority": {"priority1": "longcode", "priority2": None}}


def test_the_list_holds_every_powerpack(plivo: Plivo) -> None:
    answer = plivo.get("Powerpack/")

    assert answer.status_code == 200
    assert objects(answer, "name") == ["otp", "alerts"]
    assert answer.json()["meta"] == {"limit": 20, "offset": 0, "total_count": 2, "next": None, "previous": None}


def test_the_list_can_be_had_in_pages(plivo: Plivo) -> None:
    first, second = plivo.get("Powerpack/", limit=1), plivo.get("Powerpack/", limit=1, offset=1)

    assert objects(first, "name") + objects(second, "name") == ["otp", "alerts"]
    assert first.json()["meta"]["next"] == f"/v1/Account/{plivo.auth_id}/Powerpack/?limit=1&offset=1"
    assert second.json()["meta"]["next"] is None
    assert second.json()["meta"]["previous"] == f"/v1/Account/{plivo.auth_id}/Powerpack/?limit=1&offset=0"


def test_a_powerpack_has_the_documented_fields(plivo: Plivo) -> None:
    answer = plivo.get(PATH)

    assert answer.status_code == 200
    powerpack = answer.json()
    assert set(powerpack) == {
        *("api_id", "application_id", "application_type", "created_on", "local_connect", "name", "number_pool"),
        *("number_priority", "sticky_sender", "uuid"),
    }
    assert powerpack["uuid"] == POWERPACK
    assert powerpack["number_pool"] == f"/v1/Account/{plivo.auth_id}/NumberPool/{POOL}/"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z", powerpack["created_on"])


def test_a_new_powerpack_gets_the_defaults_and_an_empty_pool(plivo: Plivo) -> None:
    answer = plivo.post("Powerpack/", name="new")

    assert answer.status_code == 200
    powerpack = answer.json()
    assert (powerpack["sticky_sender"], powerpack["local_connect"]) == (True, True)
    assert (powerpack["application_type"], powerpack["application_id"]) == ("", "")
    preferred = {
        (each["country_iso"], each["service_type"]): list(each["priority"].values())
        for each in powerpack["number_priority"]
    }
    assert preferred == {
        ("US", "SMS"): ["shortcode", "tollfree", "longcode"],
        ("US", "MMS"): ["shortcode", "tollfree", "longcode"],
        ("CA", "SMS"): ["shortcode", "longcode", "tollfree"],
        ("CA", "MMS"): ["shortcode", "longcode", "tollfree"],
    }
    assert uuid.UUID(powerpack["uuid"]).version == 4
    pool = powerpack["number_pool"].split("/")[5]
    assert plivo.get(f"NumberPool/{pool}/Number/").json()["meta"]["total_count"] == 0


def test_a_new_powerpack_keeps_every_argument(plivo: Plivo) -> None:
    arguments = {
        "name": "new",
        "sticky_sender": False,
        "local_connect": False,
        "application_type": "xml",
        "application_id": "1101234567890",
        "number_priority": [PRIORITY],
    }

    created = plivo.post("Powerpack/", **arguments).json()

    read = plivo.get(f"Powerpack/{created['uuid']}/").json()
    assert {name: read[name] for name in arguments} == arguments


def test_the_application_id_none_reads_back_as_empty(plivo: Plivo) -> None:
    assert plivo.post("Powerpack/", name="new", application_id="none").json()["application_id"] == ""


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"name": ""},
        {"name": 7},
        {"name": "new", "sticky_sender": "true"},
        {"name": "new", "local_connect": 1},
        {"name": "new", "application_id": "1101234567890"},
        {"name": "new", "application_id": 1101234567890, "application_type": "xml"},
        {"name": "new", "application_id": "1101234567890", "application_type": "json"},
        {"name": "new", "number_priority": "local,tollfree"},
        {"name": "new", "number_priority": ["SMS"]},
        {"name": "new", "number_priority": [{**PRIORITY, "service_type": "FAX"}]},
        {"name": "new", "number_priority": [{**PRIORITY, "country_iso": "GB"}]},
        {"name": "new", "number_priority": [{**PRIORITY, "priority": {"priority1": "pigeon"}}]},
        {"name": "new", "number_priority": [{**PRIORITY, "priority": {"priority4": "longcode"}}]},
        {"name": "new", "number_priority": [{**PRIORITY, "priority": None}]},
    ],
)
def test_wrong_arguments_are_a_400_and_create_nothing(plivo: Plivo, arguments: dict[str, Any]) -> None:
    assert plivo.post("Powerpack/", **arguments).status_code == 400
    assert plivo.get("Powerpack/").json()["meta"]["total_count"] == 2


def test_an_update_changes_what_it_names_and_answers_with_everything(plivo: Plivo) -> None:
    before = plivo.get(PATH).json()

    answer = plivo.post(PATH, sticky_sender=False)

    assert answer.status_code == 200
    after = plivo.get(PATH).json()
    assert {**before, "sticky_sender": False, "api_id": ""} == {**after, "api_id": ""}
    assert {**answer.json(), "api_id": ""} == {**after, "api_id": ""}


def test_an_update_may_keep_the_name_and_may_be_empty(plivo: Plivo) -> None:
    assert plivo.post(PATH, name="otp").status_code == 200
    assert plivo.post(PATH).json()["name"] == "otp"


@pytest.mark.parametrize("arguments", [{"name": "alerts"}, {"name": ""}, {"sticky_sender": None}])
def test_a_wrong_update_is_a_400_and_changes_nothing(plivo: Plivo, arguments: dict[str, Any]) -> None:
    assert plivo.post(PATH, **arguments).status_code == 400
    assert plivo.get(PATH).json()["name"] == "otp"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_powerpack_is_a_404(plivo: Plivo, method: str) -> None:
    assert plivo.call(method, f"Powerpack/{NO_POOL}/").status_code == 404


def test_deleting_a_powerpack_takes_its_pool_and_keeps_its_numbers_rented(plivo: Plivo) -> None:
    plivo.add(NUMBER, TOLL_FREE)

    answer = plivo.delete(PATH)

    assert (answer.status_code, answer.content) == (204, b"")
    assert plivo.get(PATH).status_code == 404
    assert plivo.get(plivo.in_pool("Number/")).status_code == 404
    assert plivo.rents(NUMBER)
    assert plivo.rents(TOLL_FREE)


def test_deleting_a_powerpack_with_unrent_numbers_gives_up_the_numbers_of_its_pool_only(plivo: Plivo) -> None:
    plivo.add(NUMBER, TOLL_FREE)

    assert plivo.delete(PATH, json={"unrent_numbers": True}).status_code == 204

    assert plivo.state()["unrented"] == [NUMBER, TOLL_FREE]
    assert plivo.rents(OTHER_NUMBER)
    assert plivo.get(plivo.in_pool("")).status_code == 404


@pytest.mark.parametrize("value", ["False", "true", 1, None])
def test_unrent_numbers_must_be_a_json_boolean(plivo: Plivo, value: object) -> None:
    assert plivo.delete(PATH, json={"unrent_numbers": value}).status_code == 400
    assert plivo.get(PATH).status_code == 200


def test_unrent_numbers_may_come_in_the_query(plivo: Plivo) -> None:
    plivo.add(NUMBER)

    assert plivo.delete(PATH, params={"unrent_numbers": "true"}).status_code == 204
    assert not plivo.rents(NUMBER)


def test_a_deleted_powerpack_leaves_its_name_and_numbers_free(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    plivo.delete(PATH)

    created = plivo.post("Powerpack/", name="otp").json()

    pool = created["number_pool"].split("/")[5]
    assert plivo.post(f"NumberPool/{pool}/Number/{NUMBER}/").status_code == 200
    assert SHORTCODE not in plivo.state()["pools"][pool]["shortcodes"]
    assert plivo.get(f"Powerpack/{OTHER_POWERPACK}/").status_code == 200
