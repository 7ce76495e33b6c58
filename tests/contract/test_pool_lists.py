from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import AUTH_ID, AUTH_TOKEN, NO_POOL, NUMBER, OTHER_NUMBER, POOL, SHORTCODE, TOLL_FREE
from tests.contract.conftest import Plivo, objects

PATH = f"NumberPool/{POOL}/Number/"
MOBILE, CANADIAN, BRITISH, LOCAL = "447700900100", "16135550110", "442071838750", "15125550100"


@pytest.fixture
def many(plivo: Plivo, sandbox: RunningSandbox) -> Plivo:
    """A pool with 45 numbers."""
    numbers = [f"1503555{index:04}" for index in range(45)]
    account = {
        "auth_id": AUTH_ID,
        "auth_token": AUTH_TOKEN,
        "numbers": [{"number": number} for number in numbers],
        "powerpacks": [{"name": "otp", "numbers": numbers}],
    }
    sandbox.seed({"accounts": [account]})
    return plivo


@pytest.fixture
def mixed(plivo: Plivo, sandbox: RunningSandbox) -> Plivo:
    """A pool with a number of each kind."""
    rented = [
        {"number": MOBILE, "country_iso2": "GB", "type": "mobile"},
        {"number": CANADIAN, "country_iso2": "CA"},
        {"number": LOCAL, "type": "local"},
    ]
    members = [MOBILE, {"number": CANADIAN, "service": "mms"}, LOCAL, BRITISH, NUMBER]
    account = {
        "auth_id": AUTH_ID,
        "auth_token": AUTH_TOKEN,
        "numbers": rented,
        "powerpacks": [{"name": "otp", "numbers": members, "tollfrees": [{"number": TOLL_FREE, "service": "mms"}]}],
    }
    sandbox.seed({"accounts": [account]})
    return plivo


def test_a_list_holds_the_entries_with_their_service(plivo: Plivo) -> None:
    added = plivo.post(f"{PATH}{NUMBER}/", service="mms").json()

    answer = plivo.get(PATH)

    del added["api_id"]
    assert answer.status_code == 200
    assert answer.json()["objects"] == [added]
    assert answer.json()["meta"] == {"limit": 20, "next": "", "offset": 0, "previous": "", "total_count": 1}


def test_an_empty_list_has_a_full_meta(plivo: Plivo) -> None:
    answer = plivo.get(PATH).json()

    assert answer["objects"] == []
    assert answer["meta"]["total_count"] == 0


def test_pages_follow_each_other_without_gap(many: Plivo) -> None:
    pages = [many.get(PATH, offset=offset) for offset in (0, 20, 40)]

    assert [len(objects(page)) for page in pages] == [20, 20, 5]
    assert len({number for page in pages for number in objects(page)}) == 45
    assert {page.json()["meta"]["total_count"] for page in pages} == {45}


def test_next_and_previous_lead_to_the_neighbouring_pages(many: Plivo) -> None:
    root = f"/v1/Account/{AUTH_ID}/{PATH}"

    first, second, last = (many.get(PATH, offset=offset).json()["meta"] for offset in (0, 20, 40))

    assert (first["previous"], first["next"]) == ("", f"{root}?limit=20&offset=20")
    assert (second["previous"], second["next"]) == (f"{root}?limit=20&offset=0", f"{root}?limit=20&offset=40")
    assert (last["previous"], last["next"]) == (f"{root}?limit=20&offset=20", "")


def test_next_keeps_the_filters(many: Plivo) -> None:
    meta = many.get(PATH, limit=1, starts_with="503", country_iso2="US").json()["meta"]

    assert meta["next"].endswith("?limit=1&offset=1&starts_with=503&country_iso2=US")


def test_an_offset_past_the_end_is_an_empty_page(many: Plivo) -> None:
    answer = many.get(PATH, offset=100).json()

    assert (answer["objects"], answer["meta"]["total_count"], answer["meta"]["next"]) == ([], 45, "")


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 21},
        {"limit": 0},
        {"limit": -1},
        {"limit": "many"},
        {"limit": "1.5"},
        {"offset": -1},
        {"offset": "x"},
        {"starts_with": "415"},
        {"starts_with": ",".join("1" * 11), "country_iso2": "US"},
        {"type": "pigeon"},
        {"service": "fax"},
    ],
)
def test_a_wrong_argument_is_a_400(plivo: Plivo, query: dict[str, Any]) -> None:
    assert plivo.get(PATH, **query).status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {MOBILE, CANADIAN, LOCAL, BRITISH, NUMBER, TOLL_FREE}),
        ({"type": "fixed"}, {CANADIAN, LOCAL, BRITISH, NUMBER}),
        ({"type": "mobile"}, {MOBILE}),
        ({"type": "tollfree"}, {TOLL_FREE}),
        ({"type": "toll-free"}, {TOLL_FREE}),
        ({"service": "mms"}, {CANADIAN, TOLL_FREE}),
        ({"service": "sms"}, {MOBILE, LOCAL, BRITISH, NUMBER}),
        ({"country_iso2": "CA"}, {CANADIAN}),
        ({"country_iso2": "ca"}, {CANADIAN}),
        ({"country_iso2": "US", "starts_with": "415"}, {NUMBER}),
        ({"country_iso2": "US", "starts_with": "415,512"}, {NUMBER, LOCAL}),
        ({"country_iso2": "US", "starts_with": "1415"}, set()),
        ({"country_iso2": "CA", "starts_with": "415"}, set()),
        ({"country_iso2": "GB", "starts_with": "20"}, {BRITISH}),
        ({"country_iso2": "US", "starts_with": "1,2,3,4,6,7,8,9,0,5"}, {LOCAL, NUMBER, TOLL_FREE}),
        ({"country_iso2": "US", "type": "fixed", "service": "sms", "starts_with": "4"}, {NUMBER}),
    ],
)
def test_the_filters_let_through_what_they_name(mixed: Plivo, query: dict[str, str], found: set[str]) -> None:
    answer = mixed.get(PATH, **query)

    assert set(objects(answer)) == found
    assert answer.json()["meta"]["total_count"] == len(found)


def test_toll_frees_have_a_list_of_their_own(mixed: Plivo) -> None:
    answer = mixed.get(mixed.in_pool("Tollfree/"))

    assert objects(answer) == [TOLL_FREE]
    assert answer.json()["objects"][0]["service"] == "mms"
    assert answer.json()["objects"][0]["type"] == "tollfree"


def test_shortcodes_have_a_list_of_their_own(plivo: Plivo) -> None:
    answer = plivo.get(plivo.in_pool("Shortcode/"), limit=20, offset=0)

    assert objects(answer, "shortcode") == [SHORTCODE]
    assert set(answer.json()["objects"][0]) == {"added_on", "country_iso2", "number_pool_uuid", "shortcode"}
    assert answer.json()["meta"]["total_count"] == 1


def test_a_list_is_in_the_order_of_adding(plivo: Plivo) -> None:
    plivo.add(OTHER_NUMBER, NUMBER)

    assert objects(plivo.get(PATH)) == [OTHER_NUMBER, NUMBER]


@pytest.mark.parametrize("route", ["Number/", "Tollfree/", "Shortcode/"])
def test_the_lists_of_an_unknown_pool_are_a_404(plivo: Plivo, route: str) -> None:
    assert plivo.get(f"NumberPool/{NO_POOL}/{route}").status_code == 404
