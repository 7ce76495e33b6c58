import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from plivo_sandbox.server import pool_entries
from plivo_sandbox.server.database import database
from plivo_sandbox.server.running import RunningSandbox
from plivo_sandbox.server.seed import DEV_SEED, put_shortcodes_back, read_seed, seed_when_new
from plivo_sandbox.server.seed_node import SeedError
from plivo_sandbox.server.state import read_state

from tests.conftest import AUTH_ID, AUTH_TOKEN, FOR_SALE, NUMBER, OTHER_POOL, POOL
from tests.contract.conftest import SEED, Plivo

OTP = {"name": "otp", "number_pool_uuid": POOL}


def account(**keys: Any) -> dict[str, Any]:
    return {"accounts": [{"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, **keys}]}


def test_the_same_seed_again_changes_nothing(sandbox: RunningSandbox) -> None:
    before = sandbox.state()

    sandbox.seed(SEED)

    assert sandbox.state() == before


def test_a_seed_does_not_undo_what_was_done_since(plivo: Plivo) -> None:
    seed = account(powerpacks=[{**OTP, "numbers": [NUMBER]}])
    plivo.sandbox.seed(seed)
    plivo.delete(plivo.in_pool(f"Number/{NUMBER}/"))
    plivo.post(plivo.in_pool(f"Number/{NUMBER}/"), service="mms")

    plivo.sandbox.seed(seed)

    assert plivo.members() == {NUMBER: "mms"}


def test_what_is_left_out_gets_a_default(plivo: Plivo) -> None:
    plivo.sandbox.seed(account(numbers=[{"number": "13125550100"}], powerpacks=[{"name": "plain"}]))

    number = plivo.get("Number/13125550100/").json()
    assert (number["country"], number["number_type"]) == ("US", "fixed")
    assert (number["sms_enabled"], number["mms_enabled"], number["voice_enabled"]) == (True, True, True)
    plain = plivo.get("Powerpack/", offset=2).json()["objects"][0]
    assert (plain["name"], plain["sticky_sender"], plain["local_connect"]) == ("plain", True, True)


def test_what_is_said_of_an_offer_is_what_the_search_tells(plivo: Plivo) -> None:
    said = {"city": "Chicago", "lata": "358", "rate_center": "CHICAGO", "restriction": "address", "mms": False}

    plivo.sandbox.seed({"numbers_for_sale": [{"number": "13125550190", **said, "monthly_rental_rate": 1.5}]})

    offer = plivo.get("PhoneNumber/", country_iso="US", pattern="312").json()["objects"][0]
    assert (offer["city"], offer["mms_enabled"]) == ("Chicago", False)
    assert (offer["monthly_rental_rate"], offer["setup_rate"]) == ("1.50000", "0.00000")


def test_a_bought_number_is_not_put_on_offer_again_by_its_seed(plivo: Plivo) -> None:
    plivo.post(f"PhoneNumber/{FOR_SALE}/")

    plivo.sandbox.seed(SEED)

    assert plivo.post(f"PhoneNumber/{FOR_SALE}/").status_code == 404


def test_a_database_of_an_earlier_version_gets_what_it_lacks(tmp_path: Path) -> None:
    file = tmp_path / "plivo.sqlite3"
    with RunningSandbox(file) as sandbox:
        sandbox.seed(SEED)
        before = sandbox.state()
    with closing(sqlite3.connect(file)) as earlier:
        earlier.execute("ALTER TABLE account_numbers DROP COLUMN city")
        earlier.execute("ALTER TABLE account_numbers DROP COLUMN monthly_rental_rate")
        earlier.execute("ALTER TABLE numbers_for_sale DROP COLUMN restriction")
        earlier.execute("PRAGMA user_version = 0")

    with RunningSandbox(file) as sandbox:
        assert sandbox.state() == before
        with closing(Plivo(sandbox).session) as session:
            number = session.get(f"{sandbox.base_url}/Account/{AUTH_ID}/Number/{NUMBER}/", timeout=10).json()
    assert (number["city"], number["monthly_rental_rate"]) == ("", "0.50000")


def test_members_may_be_plain_or_name_their_service(plivo: Plivo) -> None:
    members = [NUMBER, {"number": "+14155550101", "service": "mms"}, 14155550102]

    plivo.sandbox.seed(account(powerpacks=[{**OTP, "numbers": members, "shortcodes": [88888]}]))

    assert plivo.members() == {NUMBER: "sms", "14155550101": "mms", "14155550102": "sms"}
    assert plivo.state()["pools"][POOL]["shortcodes"] == ["77777", "88888"]


@pytest.mark.parametrize(
    ("seed", "complaint"),
    [
        ({"acounts": []}, r"acounts: is not known here; known are accounts, numbers_for_sale"),
        ({"accounts": {}}, r"accounts: must be a list"),
        ({"accounts": ["x"]}, r"accounts\[0\]: must be a mapping"),
        ({"accounts": [{"auth_token": "x"}]}, r"accounts\[0\]\.auth_id: is missing"),
        ({"accounts": [{"auth_id": "MA1", "auth_token": "x"}]}, r"auth_id: must have 20 characters and start with MA"),
        ({"accounts": [{"auth_id": "XX" + "0" * 18, "auth_token": "x"}]}, r"auth_id: must have 20 characters"),
        ({"accounts": [{"auth_id": AUTH_ID}]}, r"accounts\[0\]\.auth_token: is missing"),
        ({"accounts": [{"auth_id": AUTH_ID, "auth_token": ""}]}, r"auth_token: must be a text that is not empty"),
        (account(nam="x"), r"accounts\[0\]\.nam: is not known here"),
        (account(main_account=AUTH_ID), r"accounts\[0\]\.main_account: must be the MA… of an account whose own"),
        (account(numbers=[{"number": "123"}]), r"accounts\[0\]\.numbers\[0\]\.number: must be 7 to 15 digits"),
        (account(numbers=[{"number": "13125550100", "type": "fax"}]), r"numbers\[0\]\.type: 'fax' is not one of"),
        (account(numbers=[{"number": "13125550100", "mms": "no"}]), r"numbers\[0\]\.mms: must be true or false"),
        (account(numbers=[{"number": "13125550100", "country_iso2": "us"}]), r"country_iso2: must be two capital"),
        (account(numbers=[{"number": "12125550120"}]), r"12125550120 is rented by account MAOTHERACCOUNT000001"),
        (account(numbers=[{"number": "13125550100", "setup_rate": "1"}]), r"numbers\[0\]\.setup_rate: is not known"),
        ({"numbers_for_sale": [{"number": "13125550100", "lines": 2}]}, r"numbers_for_sale\[0\]\.lines: is not known"),
        *(
            (
                {"numbers_for_sale": [{"number": "13125550100", "setup_rate": rate}]},
                r"setup_rate: must be a price, as in",
            )
            for rate in ("-1", "1,5", "free", "1e3", float("inf"))
        ),
        (account(powerpacks=[{}]), r"accounts\[0\]\.powerpacks\[0\]\.name: is missing"),
        (account(powerpacks=[{"name": "x", "uuid": "1"}]), r"powerpacks\[0\]\.uuid: '1' is not a uuid"),
        (
            account(powerpacks=[{"name": "x", "number_pool_uuid": POOL}]),
            r"another Powerpack has the uuid or number_pool",
        ),
        (account(powerpacks=[{**OTP, "number_pool_uuid": OTHER_POOL}]), rf"Powerpack otp has the pool {POOL} already"),
        (
            account(powerpacks=[{"name": "x", "application_id": "7"}]),
            r"powerpacks\[0\]: application_type must be one of",
        ),
        (account(powerpacks=[{"name": "x", "number_priority": 1}]), r"powerpacks\[0\]: number_priority is invalid"),
        (account(powerpacks=[{**OTP, "numbers": ["14155559999"]}]), r"numbers\[0\]\.number: 14155559999 is not among"),
        (account(powerpacks=[{**OTP, "numbers": ["18005550100"]}]), r"is of type tollfree and belongs under tollfrees"),
        (account(powerpacks=[{**OTP, "tollfrees": [NUMBER]}]), r"is of type fixed and belongs under numbers"),
        (
            account(powerpacks=[{**OTP, "numbers": [{"number": NUMBER, "service": "fax"}]}]),
            r"service: 'fax' is not one",
        ),
        (account(powerpacks=[{**OTP, "shortcodes": ["1"]}]), r"shortcodes\[0\]\.shortcode: must be 3 to 8 digits"),
        (
            account(powerpacks=[{**OTP, "numbers": [NUMBER]}, {"name": "alerts", "numbers": [NUMBER]}]),
            rf"powerpacks\[1\]\.numbers\[0\]\.number: {NUMBER} is in the pool {POOL} already",
        ),
    ],
)
def test_a_wrong_seed_is_an_error_with_the_keys_path_and_adds_nothing(
    sandbox: RunningSandbox, seed: dict[str, Any], complaint: str
) -> None:
    before = sandbox.state()

    with pytest.raises(SeedError, match=complaint):
        sandbox.seed(seed)

    assert sandbox.state() == before


def test_a_file_that_is_no_seed_is_a_one_line_error(tmp_path: Path) -> None:
    for content in ("a: [", "- 1", "", "\x00"):
        path = tmp_path / "seed.yaml"
        path.write_text(content)
        with pytest.raises(SeedError, match=r"^[^\n]*seed\.yaml[^\n]*$"):
            read_seed(path)
    with pytest.raises(SeedError, match="No such file"):
        read_seed(tmp_path / "absent.yaml")


def test_the_shipped_seed_is_what_the_dev_stack_starts_from(tmp_path: Path) -> None:
    with RunningSandbox(tmp_path / "x.sqlite3") as sandbox:
        sandbox.seed(read_seed(DEV_SEED))
        first = sandbox.state()["accounts"]["MASANDBOX00000000001"]

    assert {"18005550100", "18885550101", *(f"1415555010{digit}" for digit in range(10))} <= set(first["numbers"])
    assert first["pools"] == {
        "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d": {"numbers": {}, "tollfrees": {}, "shortcodes": ["77777"]},
        "2c9d8e7f-6a5b-4c3d-8e1f-0a9b8c7d6e5f": {"numbers": {}, "tollfrees": {}, "shortcodes": []},
    }


def test_the_shipped_seed_quotes_every_number() -> None:
    seed = yaml.safe_load(DEV_SEED.read_text(encoding="utf-8"))

    numbers = [number["number"] for owner in seed["accounts"] for number in owner["numbers"]]
    assert all(isinstance(number, str) for number in numbers)


def test_the_shipped_shortcodes_can_be_put_back_and_nothing_else_is(tmp_path: Path) -> None:
    file = tmp_path / "plivo.sqlite3"
    pool = "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d"
    with database(file) as connection:
        seed_when_new(connection)
        entry = pool_entries.find(connection, pool, "77777", (pool_entries.SHORTCODE,))
        assert entry is not None
        pool_entries.remove(connection, entry)
        before = read_state(connection)
    with database(file) as connection:
        assert put_shortcodes_back(connection) == ["77777"]
        assert put_shortcodes_back(connection) == []
        after = read_state(connection)
    before["accounts"]["MASANDBOX00000000001"]["pools"][pool]["shortcodes"] = ["77777"]
    assert after == before
