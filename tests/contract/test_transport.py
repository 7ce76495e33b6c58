import uuid
from typing import Any

import pytest
import requests

from tests.conftest import NO_POOL, NUMBER, POOL
from tests.contract.conftest import POWERPACK, Plivo


@pytest.mark.parametrize(
    "path",
    [
        "NumberPool",
        f"NumberPool/{POOL}/Numbers/",
        f"NumberPool/{POOL}/Number/{NUMBER}/more/",
        f"Powerpack/{POWERPACK}/Number/{NUMBER}/",
        "Application/",
        "",
    ],
)
def test_an_unknown_route_is_a_404_in_plivos_shape(plivo: Plivo, path: str) -> None:
    answer = plivo.get(path)

    assert answer.status_code == 404
    assert answer.json() == {"api_id": answer.json()["api_id"], "error": "not found"}


@pytest.mark.parametrize("path", ["/", "/v1/", "/v2/Account/X/Powerpack/", "/favicon.ico"])
def test_a_path_outside_the_accounts_is_a_404(plivo: Plivo, path: str) -> None:
    assert requests.get(plivo.origin + path, timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "Powerpack/"),
        ("PUT", f"Powerpack/{POWERPACK}/"),
        ("POST", f"NumberPool/{POOL}/"),
        ("POST", f"NumberPool/{POOL}/Number/"),
        ("PATCH", f"NumberPool/{POOL}/Number/{NUMBER}/"),
        ("POST", f"NumberPool/{POOL}/Shortcode/77777/"),
        ("POST", "Number/"),
        ("POST", "PhoneNumber/"),
    ],
)
def test_a_wrong_method_is_a_405_in_plivos_shape(plivo: Plivo, method: str, path: str) -> None:
    answer = plivo.call(method, path)

    assert answer.status_code == 405
    assert set(answer.json()) == {"api_id", "error"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "Powerpack/"),
        ("POST", f"Powerpack/{POWERPACK}/"),
        ("DELETE", f"Powerpack/{POWERPACK}/"),
        ("POST", f"NumberPool/{POOL}/Number/{NUMBER}/"),
        ("DELETE", f"NumberPool/{POOL}/Number/{NUMBER}/"),
        ("POST", f"Number/{NUMBER}/"),
        ("POST", "PhoneNumber/14155550190/"),
    ],
)
@pytest.mark.parametrize("body", ["{", "[]", '"text"', "1", "null", "\xff", "[" * 100_000, '{"name": "\\ud800"}'])
def test_a_body_that_is_no_json_object_is_a_400(plivo: Plivo, method: str, path: str, body: str) -> None:
    answer = plivo.call(method, path, data=body.encode("latin-1"))

    assert answer.status_code == 400
    assert set(answer.json()) == {"api_id", "error"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "Powerpack/", 200),
        ("GET", "Number/", 200),
        ("GET", f"NumberPool/{POOL}/Number/{NUMBER}/", 200),
        ("DELETE", f"NumberPool/{POOL}/Number/{NUMBER}/", 200),
        ("DELETE", f"NumberPool/{POOL}/Shortcode/77777/", 200),
        ("DELETE", f"Powerpack/{POWERPACK}/", 204),
        ("DELETE", f"Number/{NUMBER}/", 204),
    ],
)
def test_an_empty_json_string_as_the_body_of_a_get_or_delete_counts_as_none(
    plivo: Plivo, method: str, path: str, status: int
) -> None:
    plivo.add(NUMBER)

    assert plivo.call(method, path, data='""').status_code == status
    assert plivo.rents(NUMBER) is (path != f"Number/{NUMBER}/")


def test_an_empty_json_string_leaves_a_delete_the_arguments_of_its_query(plivo: Plivo) -> None:
    plivo.add(NUMBER)

    plivo.call("DELETE", plivo.in_pool(f"Number/{NUMBER}/"), params={"unrent": "true"}, data='""')

    assert not plivo.rents(NUMBER)


def test_the_body_is_judged_before_the_state(plivo: Plivo) -> None:
    assert plivo.post(f"NumberPool/{NO_POOL}/Number/{NUMBER}/", service="fax").status_code == 400


@pytest.mark.parametrize("path", ["Powerpack//", "//Powerpack/", f"NumberPool/{POOL}//Number//?limit=1&search=hack"])
def test_a_doubled_slash_counts_as_one(plivo: Plivo, path: str) -> None:
    assert plivo.get(path).status_code == 200


def test_unknown_query_arguments_and_body_keys_are_ignored(plivo: Plivo) -> None:
    path = plivo.in_pool(f"Number/{NUMBER}/")

    assert plivo.call("POST", path, params={"what": 1}, json={"id": "x", "secondaryId": None}).status_code == 200
    assert plivo.delete(path, json={"id": "x", "unrent": False}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"), [("Powerpack/", 200), (f"NumberPool/{POOL}/", 200), (f"NumberPool/{NO_POOL}/", 404)]
)
def test_every_answer_has_an_api_id_of_uuid_version_1(plivo: Plivo, path: str, status: int) -> None:
    answer = plivo.get(path)

    assert answer.status_code == status
    assert uuid.UUID(answer.json()["api_id"]).version == 1


def test_no_two_answers_share_an_api_id(plivo: Plivo) -> None:
    ids = {plivo.get("Powerpack/").json()["api_id"] for _ in range(20)}

    assert len(ids) == 20


def test_bytes_that_are_no_text_in_path_and_query_are_not_found(plivo: Plivo) -> None:
    answer = plivo.get("NumberPool/%FF/Number/%FE/?starts_with=%FF")

    assert answer.status_code == 404
    assert plivo.sandbox.calls[-1].query == "starts_with=%FF"


@pytest.mark.parametrize(
    "number", ["%2e%2e", "..%2F..%2FPowerpack", "+14155550100", "1415555010x", "%00", "'; DROP TABLE accounts; --"]
)
def test_what_is_no_number_is_not_found(plivo: Plivo, number: str) -> None:
    request: Any = requests.Request("GET", f"{plivo.origin}/x", auth=plivo.session.auth).prepare()
    request.url = f"{plivo.origin}/v1/Account/{plivo.auth_id}/NumberPool/{POOL}/Number/{number}/"

    assert plivo.session.send(request, timeout=10).status_code == 404
