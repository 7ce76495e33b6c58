from collections.abc import Callable

import pytest

from tests.conftest import (
    AUTH_ID,
    FOR_SALE,
    FOR_SALE_SMS_ONLY,
    FOR_SALE_TOLL_FREE,
    NO_POOL,
    NOT_RENTED,
    NUMBER,
    OTHER_NUMBER,
    POOL,
    SMS_ONLY,
    TOLL_FREE,
)
from tests.contract.conftest import OTHER_AUTH_ID, SUBACCOUNT, Plivo, objects

ClientOf = Callable[[str, str], Plivo]

FIELDS = {
    *("active", "added_on", "alias", "application", "carrier", "city", "cnam_lookup", "country", "mms_enabled"),
    *("mms_rate", "monthly_rental_rate", "number", "number_type", "region", "renewal_date", "resource_uri"),
    *("sms_enabled", "sms_rate", "sub_account", "sub_account_name", "tendlc_campaign_id"),
    *("tendlc_registration_status", "toll_free_sms_verification", "toll_free_sms_verification_id"),
    *("toll_free_sms_verification_order_status", "voice_enabled", "voice_rate", "compliance_application_id"),
    "compliance_status",
}
OFFER_FIELDS = {
    *("city", "country", "lata", "mms_enabled", "mms_rate", "monthly_rental_rate", "number", "prefix", "rate_center"),
    *("region", "resource_uri", "restriction", "restriction_text", "setup_rate", "sms_enabled", "sms_rate", "sub_type"),
    *("type", "voice_enabled", "voice_rate"),
}


def test_a_number_has_the_documented_fields(plivo: Plivo) -> None:
    answer = plivo.get(f"Number/{NUMBER}/")

    assert answer.status_code == 200
    assert set(answer.json()) == {"api_id", *FIELDS}
    assert answer.json()["number"] == NUMBER
    assert answer.json()["resource_uri"] == f"/v1/Account/{plivo.auth_id}/Number/{NUMBER}/"
    assert answer.json()["mms_enabled"] is True
    assert plivo.get(f"Number/{SMS_ONLY}/").json()["mms_enabled"] is False


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_number_that_the_account_does_not_rent_is_a_404(plivo: Plivo, method: str) -> None:
    assert plivo.call(method, f"Number/{NOT_RENTED}/").status_code == 404


def test_the_list_is_in_pages_with_null_at_the_ends(plivo: Plivo) -> None:
    answer = plivo.get("Number/", limit=5, offset=5)

    assert len(objects(answer)) == 5
    assert answer.json()["meta"]["total_count"] == 11
    assert plivo.get("Number/").json()["meta"]["next"] is None


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"type": "tollfree"}, 1),
        ({"type": "toll-free"}, 1),
        ({"type": "fixed"}, 10),
        ({"type": "local"}, 0),
        ({"type": "", "alias": "", "subaccount": "", "renewal_date": "", "services": "", "number_startswith": ""}, 11),
        ({"number_startswith": "1415555010"}, 9),
        ({"number_startswith": "415"}, 0),
        ({"services": "mms"}, 10),
        ({"services": "sms,voice"}, 11),
        ({"alias": "front desk"}, 1),
        ({"subaccount": SUBACCOUNT}, 1),
        ({"subaccount": "SANOSUCHACCOUNT00001"}, 0),
        ({"toll_free_sms_verification": "VERIFIED"}, 1),
        ({"tendlc_registration_status": "COMPLETED"}, 0),
        ({"limit": "5", "offset": "5"}, 11),
        ({"renewal_date__gt": "2020-01-01"}, 11),
        ({"renewal_date__gte": "2020-01-01"}, 11),
        ({"renewal_date__lt": "2020-01-01"}, 0),
        ({"renewal_date__lte": "2020-01-01"}, 0),
        ({"renewal_date": "2020-01-01"}, 0),
    ],
)
def test_the_list_has_the_documented_filters(plivo: Plivo, query: dict[str, str], count: int) -> None:
    plivo.post(f"Number/{NUMBER}/", alias="front desk", subaccount=SUBACCOUNT)

    assert plivo.get("Number/", **query).json()["meta"]["total_count"] == count


@pytest.mark.parametrize(
    "query",
    [
        {"services": "fax"},
        {"services": "sms,fax"},
        {"type": "fax"},
        {"type": "any"},
        {"subaccount": "front desk"},
        {"number_startswith": "+1415"},
        {"renewal_date": "soon"},
        {"renewal_date__lt": "01/31/2026"},
        {"starts_with": "415"},
        {"sub_account": SUBACCOUNT},
        {"number": NUMBER},
        {"cursor": "abc"},
    ],
)
def test_a_filter_that_the_list_does_not_know_is_a_400_and_not_ignored(plivo: Plivo, query: dict[str, str]) -> None:
    assert plivo.get("Number/", **query).status_code == 400


def test_an_update_is_a_202_and_changes_what_it_names(plivo: Plivo) -> None:
    plivo.post(f"Number/{NUMBER}/", alias="front desk")

    answer = plivo.post(f"Number/{NUMBER}/", app_id="77")

    assert (answer.status_code, answer.json()["message"]) == (202, "changed")
    number = plivo.get(f"Number/{NUMBER}/").json()
    assert number["alias"] == "front desk"
    assert number["application"] == f"/v1/Account/{plivo.auth_id}/Application/77/"


@pytest.mark.parametrize(
    "arguments",
    [
        {"alias": 7},
        {"app_id": 7},
        {"subaccount": 7},
        {"subaccount": "SANOSUCHACCOUNT00001"},
        {"subaccount": OTHER_AUTH_ID},
    ],
)
def test_a_wrong_update_is_a_400(plivo: Plivo, arguments: dict[str, object]) -> None:
    before = plivo.get(f"Number/{NUMBER}/").json()

    assert plivo.post(f"Number/{NUMBER}/", **arguments).status_code == 400

    assert {**plivo.get(f"Number/{NUMBER}/").json(), "api_id": ""} == {**before, "api_id": ""}


def test_a_subaccount_is_given_a_number_by_its_id_and_loses_it_by_none(plivo: Plivo) -> None:
    plivo.post(f"Number/{NUMBER}/", subaccount=SUBACCOUNT)
    given = plivo.get(f"Number/{NUMBER}/").json()

    plivo.post(f"Number/{NUMBER}/", subaccount="", app_id="")

    taken = plivo.get(f"Number/{NUMBER}/").json()
    assert (given["sub_account"], given["sub_account_name"]) == (SUBACCOUNT, "front desk")
    assert (taken["sub_account"], taken["sub_account_name"], taken["application"]) == (None, None, None)


def test_unrenting_is_a_204_and_leaves_every_pool(plivo: Plivo) -> None:
    plivo.add(NUMBER, OTHER_NUMBER)

    answer = plivo.delete(f"Number/{NUMBER}/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert plivo.members() == {OTHER_NUMBER: "sms"}
    assert plivo.get(f"NumberPool/{POOL}/Number/{NUMBER}/").status_code == 404
    assert plivo.delete(f"Number/{NUMBER}/").status_code == 404
    assert plivo.state()["unrented"] == [NUMBER]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [FOR_SALE, FOR_SALE_TOLL_FREE]),
        ({"type": "tollfree"}, [FOR_SALE_TOLL_FREE]),
        ({"type": "fixed"}, [FOR_SALE]),
        ({"type": "local"}, [FOR_SALE]),
        ({"type": "mobile"}, []),
        ({"type": "national"}, []),
        ({"type": "any", "services": "sms,mms"}, [FOR_SALE, FOR_SALE_TOLL_FREE]),
        ({"pattern": "415"}, [FOR_SALE]),
        ({"pattern": "41555501"}, [FOR_SALE]),
        ({"pattern": "1415"}, []),
        ({"pattern": "5550"}, []),
        ({"pattern": "", "type": "", "region": "", "city": "", "lata": ""}, [FOR_SALE, FOR_SALE_TOLL_FREE]),
        ({"region": "california"}, [FOR_SALE]),
        ({"city": "san francisco"}, [FOR_SALE]),
        ({"city": "Fresno"}, []),
        ({"lata": "722"}, []),
        ({"rate_center": "SNFC CNTRL"}, []),
        ({"npanxx": "415555"}, [FOR_SALE]),
        ({"country_iso2": "US", "service": "sms"}, [FOR_SALE, FOR_SALE_TOLL_FREE]),
        ({"limit": 1, "offset": 1}, [FOR_SALE_TOLL_FREE]),
    ],
)
def test_the_search_finds_what_is_for_sale(plivo: Plivo, query: dict[str, str], found: list[str]) -> None:
    assert objects(plivo.get("PhoneNumber/", country_iso="US", **query)) == found


@pytest.mark.parametrize(
    "query",
    [{"type": "fax"}, {"pattern": "4*5"}, {"services": "fax"}, {"eligible": "true"}, {"number_startswith": "1"}],
)
def test_a_search_that_is_not_known_is_a_400(plivo: Plivo, query: dict[str, str]) -> None:
    assert plivo.get("PhoneNumber/", country_iso="US", **query).status_code == 400


def test_an_offer_has_the_documented_fields(plivo: Plivo) -> None:
    local, toll_free = plivo.get("PhoneNumber/", country_iso="us").json()["objects"]

    assert set(local) == set(toll_free) == OFFER_FIELDS
    assert (local["type"], local["sub_type"], local["prefix"]) == ("fixed", "local", "415")
    assert (toll_free["type"], toll_free["sub_type"]) == ("tollfree", "tollfree")
    assert (local["country"], local["region"], local["city"]) == ("UNITED STATES", "California", "San Francisco")
    assert (local["monthly_rental_rate"], local["setup_rate"]) == ("0.50000", "0.25000")
    assert [local[key] for key in ("restriction", "restriction_text", "lata", "rate_center")] == [None] * 4


def test_the_search_needs_a_country(plivo: Plivo) -> None:
    assert plivo.get("PhoneNumber/").status_code == 400
    assert plivo.get("PhoneNumber/", country_iso="").status_code == 400
    assert objects(plivo.get("PhoneNumber/", country_iso="CA")) == [FOR_SALE_SMS_ONLY]
    assert objects(plivo.get("PhoneNumber/", country_iso="GB")) == []


def test_a_bought_number_is_rented_and_no_longer_for_sale(plivo: Plivo) -> None:
    answer = plivo.post(f"PhoneNumber/{FOR_SALE}/")

    assert answer.status_code == 201
    assert answer.json() == {
        "api_id": answer.json()["api_id"],
        "message": "created",
        "numbers": [{"number": FOR_SALE, "status": "Success"}],
        "status": "fulfilled",
    }
    assert plivo.rents(FOR_SALE)
    assert FOR_SALE not in objects(plivo.get("PhoneNumber/", country_iso="US"))
    assert plivo.post(f"PhoneNumber/{FOR_SALE}/").status_code == 404


def test_a_number_is_bought_for_an_application(plivo: Plivo) -> None:
    assert plivo.post(f"PhoneNumber/{FOR_SALE}/", app_id=7).status_code == 400
    plivo.post(f"PhoneNumber/{FOR_SALE}/", app_id="77")
    plivo.post(f"PhoneNumber/{FOR_SALE_TOLL_FREE}/")

    assert plivo.get(f"Number/{FOR_SALE}/").json()["application"] == f"/v1/Account/{AUTH_ID}/Application/77/"
    assert plivo.get(f"Number/{FOR_SALE_TOLL_FREE}/").json()["application"] is None


def test_a_number_gets_the_accounts_default_application_when_none_is_named(plivo: Plivo, client_of: ClientOf) -> None:
    auth_id = "MADEFAULTAPP00000001"
    powerpack = {"name": "own", "number_pool_uuid": NO_POOL}
    plivo.sandbox.seed(
        {"accounts": [{"auth_id": auth_id, "auth_token": "x", "default_app_id": "88", "powerpacks": [powerpack]}]}
    )
    client = client_of(auth_id, "x")

    client.post(f"PhoneNumber/{FOR_SALE}/")
    client.post(f"PhoneNumber/{FOR_SALE_SMS_ONLY}/", app_id="")
    client.post(client.in_pool(f"Tollfree/{FOR_SALE_TOLL_FREE}/", NO_POOL), rent=True)

    default = f"/v1/Account/{auth_id}/Application/88/"
    assert client.get(f"Number/{FOR_SALE}/").json()["application"] == default
    assert client.get(f"Number/{FOR_SALE_SMS_ONLY}/").json()["application"] is None
    assert client.get(f"Number/{FOR_SALE_TOLL_FREE}/").json()["application"] == default


def test_a_local_number_is_a_fixed_one_in_a_pool(plivo: Plivo) -> None:
    plivo.post(f"PhoneNumber/{FOR_SALE}/")

    added = plivo.post(plivo.in_pool(f"Number/{FOR_SALE}/")).json()

    assert plivo.get(f"Number/{FOR_SALE}/").json()["number_type"] == "local"
    assert added["type"] == plivo.get(plivo.in_pool(f"Number/{FOR_SALE}/")).json()["type"] == "fixed"
    assert objects(plivo.get(plivo.in_pool("Number/"), type="fixed"), "type") == ["fixed"]


def test_a_bought_number_is_what_was_on_offer_and_costs_what_was_asked(plivo: Plivo) -> None:
    told = ("region", "city", "sms_enabled", "mms_enabled", "voice_enabled", "monthly_rental_rate")
    for number, country in ((FOR_SALE, "US"), (FOR_SALE_TOLL_FREE, "US"), (FOR_SALE_SMS_ONLY, "CA")):
        offers = plivo.get("PhoneNumber/", country_iso=country).json()["objects"]
        offer = next(each for each in offers if each["number"] == number)

        plivo.post(f"PhoneNumber/{number}/")

        rented = plivo.get(f"Number/{number}/").json()
        assert {key: rented[key] for key in told} == {key: offer[key] for key in told}
    assert plivo.get(f"Number/{FOR_SALE}/").json()["monthly_rental_rate"] == "0.50000"
    assert plivo.get(f"Number/{FOR_SALE_TOLL_FREE}/").json()["monthly_rental_rate"] == "1.00000"
    assert plivo.get(f"Number/{FOR_SALE_SMS_ONLY}/").json()["monthly_rental_rate"] == "0.80000"
    assert plivo.get(f"Number/{FOR_SALE_SMS_ONLY}/").json()["mms_enabled"] is False


@pytest.mark.parametrize("number", [NUMBER, TOLL_FREE, NOT_RENTED])
def test_a_number_that_is_rented_or_not_for_sale_cannot_be_bought(plivo: Plivo, number: str) -> None:
    assert plivo.post(f"PhoneNumber/{number}/").status_code == 404


def test_an_unrented_number_is_not_for_sale_again(plivo: Plivo) -> None:
    plivo.delete(f"Number/{NUMBER}/")

    assert plivo.post(f"PhoneNumber/{NUMBER}/").status_code == 404
