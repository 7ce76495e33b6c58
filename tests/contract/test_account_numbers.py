import pytest

from tests.conftest import NOT_RENTED, NUMBER, OTHER_NUMBER, POOL, SMS_ONLY, TOLL_FREE
from tests.contract.conftest import FOR_SALE, FOR_SALE_TOLL_FREE, Plivo, objects

FIELDS = {
    *("active", "added_on", "alias", "application", "carrier", "city", "cnam_lookup", "country", "mms_enabled"),
    *("mms_rate", "monthly_rental_rate", "number", "number_type", "region", "renewal_date", "resource_uri"),
    *("sms_enabled", "sms_rate", "sub_account", "tendlc_campaign_id", "tendlc_registration_status"),
    *("toll_free_sms_verification", "voice_enabled", "voice_rate"),
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
        ({"type": "fixed"}, 10),
        ({"number_startswith": "1415555010"}, 9),
        ({"number_startswith": "415"}, 0),
        ({"services": "mms"}, 10),
        ({"services": "sms,voice"}, 11),
        ({"alias": "front desk"}, 1),
        ({"subaccount": "SASUBACCOUNT00000001"}, 1),
        ({"renewal_date__gt": "2020-01-01"}, 11),
        ({"renewal_date__gte": "2020-01-01"}, 11),
        ({"renewal_date__lt": "2020-01-01"}, 0),
        ({"renewal_date__lte": "2020-01-01"}, 0),
        ({"renewal_date": "2020-01-01"}, 0),
    ],
)
def test_the_list_has_the_documented_filters(plivo: Plivo, query: dict[str, str], count: int) -> None:
    plivo.post(f"Number/{NUMBER}/", alias="front desk", subaccount="SASUBACCOUNT00000001")

    assert plivo.get("Number/", **query).json()["meta"]["total_count"] == count


def test_unknown_services_are_a_400(plivo: Plivo) -> None:
    assert plivo.get("Number/", services="fax").status_code == 400


def test_an_update_is_a_202_and_changes_what_it_names(plivo: Plivo) -> None:
    plivo.post(f"Number/{NUMBER}/", alias="front desk")

    answer = plivo.post(f"Number/{NUMBER}/", app_id="77")

    assert (answer.status_code, answer.json()["message"]) == (202, "changed")
    number = plivo.get(f"Number/{NUMBER}/").json()
    assert number["alias"] == "front desk"
    assert number["application"] == f"/v1/Account/{plivo.auth_id}/Application/77/"


def test_a_wrong_update_is_a_400(plivo: Plivo) -> None:
    assert plivo.post(f"Number/{NUMBER}/", alias=7).status_code == 400


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
        ({"type": "any", "services": "sms,mms"}, [FOR_SALE, FOR_SALE_TOLL_FREE]),
        ({"pattern": "415"}, [FOR_SALE]),
        ({"region": "california"}, [FOR_SALE]),
        ({"limit": 1, "offset": 1}, [FOR_SALE_TOLL_FREE]),
    ],
)
def test_the_search_finds_what_is_for_sale(plivo: Plivo, query: dict[str, str], found: list[str]) -> None:
    assert objects(plivo.get("PhoneNumber/", country_iso="US", **query)) == found


def test_the_search_needs_a_country(plivo: Plivo) -> None:
    assert plivo.get("PhoneNumber/").status_code == 400
    assert objects(plivo.get("PhoneNumber/", country_iso="CA")) == []


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


@pytest.mark.parametrize("number", [NUMBER, TOLL_FREE, NOT_RENTED])
def test_a_number_that_is_rented_or_not_for_sale_cannot_be_bought(plivo: Plivo, number: str) -> None:
    assert plivo.post(f"PhoneNumber/{number}/").status_code == 404


def test_an_unrented_number_is_not_for_sale_again(plivo: Plivo) -> None:
    plivo.delete(f"Number/{NUMBER}/")

    assert plivo.post(f"PhoneNumber/{NUMBER}/").status_code == 404
