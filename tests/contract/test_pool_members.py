import re

import pytest

from tests.conftest import (
    FOR_SALE,
    FOR_SALE_TOLL_FREE,
    NO_POOL,
    NOT_RENTED,
    NUMBER,
    OTHER_NUMBER,
    OTHER_POOL,
    POOL,
    SHORTCODE,
    SMS_ONLY,
    TOLL_FREE,
)
from tests.contract.conftest import POWERPACK, Plivo

PATH = f"NumberPool/{POOL}/Number/{NUMBER}/"
REFUSED_DELETE = "invalid powerpack number delete request"


def test_a_pool_names_its_subresources(plivo: Plivo) -> None:
    answer = plivo.get(f"NumberPool/{POOL}/")

    root = f"/v1/Account/{plivo.auth_id}/NumberPool/{POOL}"
    assert answer.status_code == 200
    assert answer.json() == {
        "api_id": answer.json()["api_id"],
        "numbers": f"{root}/Number/",
        "shortcodes": f"{root}/Shortcode/",
        "uuid": POOL,
    }


def test_an_added_number_is_answered_with_the_documented_fields(plivo: Plivo) -> None:
    answer = plivo.post(PATH)

    assert answer.status_code == 200
    entry = answer.json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z", entry.pop("added_on"))
    assert entry.pop("api_id")
    assert entry == {
        "account_phone_number_resource": f"/v1/Account/{plivo.auth_id}/Number/{NUMBER}/",
        "country_iso2": "US",
        "number": NUMBER,
        "number_pool_uuid": POOL,
        "service": "sms",
        "type": "fixed",
    }
    assert plivo.members() == {NUMBER: "sms"}


@pytest.mark.parametrize("service", ["sms", "mms"])
def test_a_number_is_added_for_the_service_that_was_asked_for(plivo: Plivo, service: str) -> None:
    assert plivo.post(PATH, service=service).json()["service"] == service
    assert plivo.members() == {NUMBER: service}


@pytest.mark.parametrize("service", ["fax", "SMS", "", 1, ["sms"]])
def test_an_unknown_service_is_a_400(plivo: Plivo, service: object) -> None:
    assert plivo.post(PATH, service=service).status_code == 400
    assert plivo.get(PATH, service=str(service)).status_code == 400
    assert plivo.members() == {}


def test_a_number_without_mms_cannot_be_added_for_mms(plivo: Plivo) -> None:
    path = plivo.in_pool(f"Number/{SMS_ONLY}/")

    assert plivo.post(path, service="mms").status_code == 400
    assert plivo.post(path, service="sms").status_code == 200


@pytest.mark.parametrize("number", [NOT_RENTED, FOR_SALE])
def test_a_number_that_the_account_does_not_rent_cannot_be_added(plivo: Plivo, number: str) -> None:
    assert plivo.post(plivo.in_pool(f"Number/{number}/")).status_code == 404


@pytest.mark.parametrize("rent", ["true", True])
@pytest.mark.parametrize(("route", "number"), [("Number", FOR_SALE), ("Tollfree", FOR_SALE_TOLL_FREE)])
def test_rent_buys_the_number_and_adds_it(plivo: Plivo, route: str, number: str, rent: object) -> None:
    assert plivo.post(plivo.in_pool(f"{route}/{number}/"), rent=rent).status_code == 200
    assert plivo.rents(number)
    assert number in plivo.members()


def test_rent_buys_nothing_when_the_add_is_refused(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Tollfree/{FOR_SALE}/"), rent=True).status_code == 400
    assert not plivo.rents(FOR_SALE)
    assert plivo.post(f"PhoneNumber/{FOR_SALE}/").status_code == 201


@pytest.mark.parametrize(
    ("rent", "status"), [("false", 200), (False, 200), (True, 200), ("maybe", 400), (1, 400), (0, 400)]
)
def test_rent_does_nothing_for_a_rented_number_and_must_be_a_boolean(plivo: Plivo, rent: object, status: int) -> None:
    assert plivo.post(PATH, rent=rent).status_code == status


def test_rent_of_a_number_that_is_not_for_sale_is_a_404(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Number/{NOT_RENTED}/"), rent=True).status_code == 404


def test_adding_the_same_again_answers_with_the_same_entry(plivo: Plivo) -> None:
    first, second = plivo.post(PATH), plivo.post(PATH)

    assert second.status_code == 200
    assert {**first.json(), "api_id": ""} == {**second.json(), "api_id": ""}


def test_a_number_in_the_pool_cannot_be_added_for_another_service(plivo: Plivo) -> None:
    plivo.add(NUMBER)

    assert plivo.post(PATH, service="mms").status_code == 400
    assert plivo.members() == {NUMBER: "sms"}


def test_a_number_in_another_pool_cannot_be_added(plivo: Plivo) -> None:
    plivo.add(NUMBER, pool=OTHER_POOL)

    assert plivo.post(PATH).status_code == 400
    assert plivo.members() == {}


def test_a_toll_free_number_cannot_be_added_as_a_number_nor_a_number_as_toll_free(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool(f"Number/{TOLL_FREE}/")).status_code == 400
    assert plivo.post(plivo.in_pool(f"Tollfree/{NUMBER}/")).status_code == 400
    assert plivo.members() == {}


def test_the_powerpacks_application_is_applied_to_an_added_number(plivo: Plivo) -> None:
    plivo.post(f"Powerpack/{POWERPACK}/", application_type="xml", application_id="1101234567890")
    plivo.add(NUMBER)

    application = f"/v1/Account/{plivo.auth_id}/Application/1101234567890/"
    assert plivo.get(f"Number/{NUMBER}/").json()["application"] == application


def test_get_of_one_number_has_every_field_but_service(plivo: Plivo) -> None:
    added = plivo.post(PATH).json()

    answer = plivo.get(PATH)

    assert answer.status_code == 200
    assert {**answer.json(), "api_id": "", "service": "sms"} == {**added, "api_id": ""}


def test_get_of_one_number_with_service_finds_only_that(plivo: Plivo) -> None:
    plivo.post(PATH, service="mms")

    assert plivo.get(PATH, service="mms").status_code == 200
    assert plivo.get(PATH, service="sms").status_code == 404


def test_a_number_keeps_its_country(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool("Number/442071838750/")).json()["country_iso2"] == "GB"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("route", [f"Number/{NUMBER}/", f"Tollfree/{TOLL_FREE}/"])
def test_an_unknown_pool_is_a_404(plivo: Plivo, method: str, route: str) -> None:
    assert plivo.call(method, f"NumberPool/{NO_POOL}/{route}").status_code == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("route", [f"Number/{NUMBER}/", f"Tollfree/{TOLL_FREE}/", "Shortcode/88888/"])
def test_what_is_not_in_the_pool_is_a_404(plivo: Plivo, method: str, route: str) -> None:
    assert plivo.call(method, plivo.in_pool(route)).status_code == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_member_is_not_found_by_the_other_route(plivo: Plivo, method: str) -> None:
    plivo.add(NUMBER, TOLL_FREE)

    assert plivo.call(method, plivo.in_pool(f"Tollfree/{NUMBER}/")).status_code == 404
    assert plivo.call(method, plivo.in_pool(f"Number/{TOLL_FREE}/")).status_code == 404
    assert plivo.call(method, plivo.in_pool(f"Shortcode/{NUMBER}/")).status_code == 404
    assert set(plivo.members()) == {NUMBER, TOLL_FREE}


@pytest.mark.parametrize(("route", "number"), [("Number", NUMBER), ("Tollfree", TOLL_FREE)])
def test_a_removed_number_stays_rented(plivo: Plivo, route: str, number: str) -> None:
    plivo.add(number, OTHER_NUMBER)

    answer = plivo.delete(plivo.in_pool(f"{route}/{number}/"))

    assert answer.status_code == 200
    assert answer.json() == {"api_id": answer.json()["api_id"], "response": "success"}
    assert plivo.members() == {OTHER_NUMBER: "sms"}
    assert plivo.rents(number)


@pytest.mark.parametrize(("route", "number"), [("Number", NUMBER), ("Tollfree", TOLL_FREE)])
@pytest.mark.parametrize("arguments", [{"json": {"unrent": True}}, {"params": {"unrent": "true"}}])
def test_unrent_also_gives_the_number_back(plivo: Plivo, route: str, number: str, arguments: dict[str, object]) -> None:
    plivo.add(number)

    assert plivo.delete(plivo.in_pool(f"{route}/{number}/"), **arguments).status_code == 200

    assert plivo.state()["unrented"] == [number]
    assert plivo.get(f"Number/{number}/").status_code == 404
    assert plivo.post(plivo.in_pool(f"{route}/{number}/")).status_code == 404


@pytest.mark.parametrize(
    ("arguments", "unrented"),
    [
        ({}, False),
        ({"json": {}}, False),
        ({"json": {"unrent": False}}, False),
        ({"params": {"unrent": "1"}}, True),
        ({"params": {"unrent": "True"}}, True),
        ({"params": {"unrent": "false"}}, False),
        ({"params": {"unrent": "0"}}, False),
        ({"params": {"unrent": "true"}, "json": {"unrent": False}}, False),
        ({"params": {"unrent": "false"}, "json": {"unrent": True}}, True),
        ({"params": {"unrent": "true"}, "json": {}}, False),
    ],
)
def test_unrent_is_read_from_the_body_or_else_the_query(
    plivo: Plivo, arguments: dict[str, object], unrented: bool
) -> None:
    plivo.add(NUMBER)

    assert plivo.delete(PATH, **arguments).status_code == 200
    assert plivo.rents(NUMBER) is not unrented


@pytest.mark.parametrize("value", ["true", "false", 1, 0, None, []])
@pytest.mark.parametrize("number", [NUMBER, TOLL_FREE])
def test_unrent_in_the_body_must_be_a_json_boolean(plivo: Plivo, number: str, value: object) -> None:
    plivo.add(number)

    route = "Tollfree" if number == TOLL_FREE else "Number"
    answer = plivo.delete(plivo.in_pool(f"{route}/{number}/"), json={"unrent": value})

    assert (answer.status_code, answer.json()["error"]) == (400, REFUSED_DELETE)
    assert number in plivo.members()
    assert plivo.rents(number)


def test_an_unknown_spelling_of_unrent_in_the_query_is_a_400(plivo: Plivo) -> None:
    plivo.add(NUMBER)

    assert plivo.delete(PATH, params={"unrent": "yes"}).status_code == 400
    assert plivo.members() == {NUMBER: "sms"}


def test_a_removed_number_can_be_added_again(plivo: Plivo) -> None:
    plivo.add(NUMBER)
    plivo.delete(PATH)

    assert plivo.post(PATH, service="mms").status_code == 200
    assert plivo.members() == {NUMBER: "mms"}


def test_a_toll_free_number_is_added_with_its_own_type_and_service(plivo: Plivo) -> None:
    path = plivo.in_pool(f"Tollfree/{TOLL_FREE}/")

    added = plivo.call("POST", path)

    assert added.status_code == 200
    assert (added.json()["type"], added.json()["service"]) == ("tollfree", "mms")
    assert {**plivo.get(path).json(), "api_id": "", "service": "mms"} == {**added.json(), "api_id": ""}


def test_a_shortcode_has_the_documented_fields(plivo: Plivo) -> None:
    answer = plivo.get(plivo.in_pool(f"Shortcode/{SHORTCODE}/"))

    assert answer.status_code == 200
    assert set(answer.json()) == {"api_id", "added_on", "country_iso2", "number_pool_uuid", "shortcode"}
    assert answer.json()["shortcode"] == SHORTCODE


@pytest.mark.parametrize("arguments", [{}, {"json": {"unrent": False}}, {"params": {"unrent": "true"}}])
def test_a_removed_shortcode_is_unlinked_and_nothing_is_unrented(plivo: Plivo, arguments: dict[str, object]) -> None:
    path = plivo.in_pool(f"Shortcode/{SHORTCODE}/")

    answer = plivo.delete(path, **arguments)

    assert (answer.status_code, answer.json()["response"]) == (200, "success")
    assert plivo.get(path).status_code == 404
    assert plivo.state()["unrented"] == []
