from collections.abc import Callable

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, POOL
from tests.contract.conftest import (
    OTHER_AUTH_ID,
    OTHER_AUTH_TOKEN,
    POWERPACK,
    SUBACCOUNT,
    SUBACCOUNT_TOKEN,
    Plivo,
    objects,
)

ClientOf = Callable[[str, str], Plivo]


@pytest.mark.parametrize(
    ("auth_id", "auth_token"),
    [(AUTH_ID, "wrong"), (AUTH_ID, ""), ("MANOSUCHACCOUNT00001", AUTH_TOKEN), (AUTH_ID, OTHER_AUTH_TOKEN)],
)
def test_wrong_credentials_are_a_401_without_an_api_id(plivo: Plivo, auth_id: str, auth_token: str) -> None:
    plivo.session.auth = (auth_id, auth_token)

    answer = plivo.get("Powerpack/")

    assert answer.status_code == 401
    assert answer.json() == {"error": "authentication failed"}


@pytest.mark.parametrize(
    "header", [None, "Basic", "Basic !!!", "Bearer token", "Basic bm9jb2xvbg==", "Basic /w==", "Basic w6Q6w7Y="]
)
def test_a_broken_authorization_header_is_a_401(plivo: Plivo, header: str | None) -> None:
    plivo.session.auth = None
    plivo.session.trust_env = False

    answer = plivo.call("GET", "Powerpack/", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    known = "authentication credentials were not provided"
    assert answer.json() == {"error": "authentication failed" if header == "Basic w6Q6w7Y=" else known}


def test_credentials_come_before_everything_else(plivo: Plivo) -> None:
    plivo.session.auth = (AUTH_ID, "wrong")

    assert plivo.call("PUT", "NoSuchRoute/", data="{").status_code == 401


def test_anothers_path_with_valid_credentials_is_a_401(plivo: Plivo) -> None:
    plivo.auth_id = OTHER_AUTH_ID

    assert plivo.get("Powerpack/").status_code == 401


def test_an_account_sees_no_pool_powerpack_or_number_of_another(plivo: Plivo, client_of: ClientOf) -> None:
    plivo.add(NUMBER)
    other = client_of(OTHER_AUTH_ID, OTHER_AUTH_TOKEN)

    for path in (f"Powerpack/{POWERPACK}/", plivo.in_pool(""), plivo.in_pool(f"Number/{NUMBER}/"), f"Number/{NUMBER}/"):
        assert plivo.get(path).status_code == 200
        assert other.get(path).status_code == 404
    assert other.get("Powerpack/").json()["meta"]["total_count"] == 0


def test_an_account_changes_nothing_of_another(plivo: Plivo, client_of: ClientOf) -> None:
    plivo.add(NUMBER)
    other = client_of(OTHER_AUTH_ID, OTHER_AUTH_TOKEN)

    answers = [
        other.delete(f"Number/{NUMBER}/"),
        other.delete(plivo.in_pool(f"Number/{NUMBER}/"), json={"unrent": True}),
        other.post(plivo.in_pool("Number/12125550120/")),
        other.post(f"Powerpack/{POWERPACK}/", name="mine"),
        other.delete(f"Powerpack/{POWERPACK}/", json={"unrent_numbers": True}),
        other.post(f"PhoneNumber/{NUMBER}/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert plivo.members() == {NUMBER: "sms"}
    assert plivo.rents(NUMBER)


def test_a_subaccount_has_the_numbers_that_its_main_account_gave_it(plivo: Plivo, client_of: ClientOf) -> None:
    plivo.post(f"Number/{NUMBER}/", subaccount=SUBACCOUNT)
    subaccount = client_of(SUBACCOUNT, SUBACCOUNT_TOKEN)

    assert objects(subaccount.get("Number/")) == [NUMBER]
    assert subaccount.get(f"Number/{NUMBER}/").json()["sub_account"] == SUBACCOUNT
    assert subaccount.get(f"Number/{OTHER_NUMBER}/").status_code == 404
    assert subaccount.post(f"Number/{NUMBER}/", alias="lobby").status_code == 202
    assert subaccount.post(f"Number/{OTHER_NUMBER}/", alias="lobby").status_code == 404
    assert plivo.get(f"Number/{NUMBER}/").json()["alias"] == "lobby"
    assert NUMBER in objects(plivo.get("Number/"))


def test_a_number_that_a_subaccount_gives_back_leaves_the_main_account_and_its_pools(
    plivo: Plivo, client_of: ClientOf
) -> None:
    plivo.add(NUMBER)
    plivo.post(f"Number/{NUMBER}/", subaccount=SUBACCOUNT)

    assert client_of(SUBACCOUNT, SUBACCOUNT_TOKEN).delete(f"Number/{NUMBER}/").status_code == 204

    assert plivo.state()["unrented"] == [NUMBER]
    assert plivo.members() == {}


def test_an_account_cannot_add_anothers_number_even_with_rent(plivo: Plivo) -> None:
    assert plivo.post(plivo.in_pool("Number/12125550120/"), rent=True).status_code == 404


def test_seeding_an_account_again_changes_its_token(plivo: Plivo, sandbox: RunningSandbox) -> None:
    sandbox.seed({"accounts": [{"auth_id": AUTH_ID, "auth_token": "rotated"}]})

    assert plivo.get("Powerpack/").status_code == 401
    plivo.session.auth = (AUTH_ID, "rotated")
    assert plivo.get(f"NumberPool/{POOL}/").status_code == 200
