"""Lists end, whatever a server says of them, and an entry that is not understood does not shift the pages."""

import json
from collections.abc import Callable, Iterator

import pytest
from pulumi_plivo.api import AccountNumber, ApiError, Client, MemberKind, lists
from pulumi_plivo.api.models import page
from pytest_mock import MockerFixture

from tests.client.conftest import Scripted, ScriptedServer
from tests.conftest import NUMBER, POOL, Account

All = Callable[[Client], Iterator[object]]

EVERY_LIST: dict[str, All] = {
    f"NumberPool/{POOL}/Number/": lambda client: client.pool_members.all(MemberKind.NUMBER, POOL),
    "Powerpack/": lambda client: client.powerpacks.all(),
    "Number/": lambda client: client.account_numbers.all(),
    "PhoneNumber/": lambda client: client.offers.all("US"),
}
LISTS = ["pool", "powerpacks", "account", "offers"]
any_list = pytest.mark.parametrize("read_all", EVERY_LIST.values(), ids=LISTS)
every_list = pytest.mark.parametrize(("path", "read_all"), EVERY_LIST.items(), ids=LISTS)


def entry(index: int) -> dict[str, str]:
    """Return an entry that is understood in any list."""
    return {"number": str(14155550000 + index), "uuid": f"{index:08x}-0000-4000-8000-000000000000"}


def listed(entries: object, **meta: object) -> Scripted:
    """Return a page."""
    return Scripted(200, json.dumps({"objects": entries, "meta": meta}).encode())


@every_list
def test_a_next_without_end_is_an_error_that_names_the_call(
    client: Client, server: ScriptedServer, mocker: MockerFixture, path: str, read_all: All
) -> None:
    mocker.patch.object(lists, "MOST_PAGES", 7)
    server.answers(*[listed([entry(index)], next="/more") for index in range(9)])
    with pytest.raises(ApiError, match=f"GET {path}: status 200: a list without end: 7 pages were read"):
        list(read_all(client))
    assert len(server.requests) == 7


@every_list
def test_pages_that_hold_nothing_but_rubbish_end(
    client: Client, server: ScriptedServer, mocker: MockerFixture, path: str, read_all: All
) -> None:
    mocker.patch.object(lists, "MOST_PAGES", 7)
    server.answers(listed([None] * 20, next="/more"))
    with pytest.raises(ApiError, match=f"GET {path}: .*without end"):
        list(read_all(client))


@every_list
def test_a_server_that_repeats_its_page_for_ever_is_an_error(
    client: Client, server: ScriptedServer, path: str, read_all: All
) -> None:
    server.answers(listed([entry(index) for index in range(20)], next="/more", total_count=1_000_000))
    with pytest.raises(ApiError, match=f"GET {path}: .*repeats itself"):
        list(read_all(client))
    assert len(server.requests) == 2


def test_no_page_is_asked_for_that_no_list_gets_to(client: Client, server: ScriptedServer) -> None:
    with pytest.raises(ApiError, match="not sent: the list has no end") as raised:
        client.pool_members.page(MemberKind.NUMBER, POOL, offset=100_001)
    assert raised.value.was_never_sent
    assert server.requests == []
    client.pool_members.page(MemberKind.NUMBER, POOL, offset=100_000)


@any_list
def test_entries_that_are_left_out_do_not_shift_the_pages(
    client: Client, server: ScriptedServer, read_all: All
) -> None:
    entries: list[object] = [entry(index) for index in range(45)]
    entries[3], entries[21], entries[44] = {"number": "12", "uuid": 7}, "rubbish", None
    server.answers(*[listed(entries[start : start + 20], total_count=45) for start in (0, 20, 40)])
    assert len(list(read_all(client))) == 42
    assert [request[1].split("offset=")[1].split("&")[0] for request in server.requests] == ["0", "20", "40"]


def test_a_page_with_rubbish_does_not_look_shorter_than_it_is() -> None:
    entries: list[object] = [entry(index) for index in range(19)]
    found = page({"objects": [*entries, {"number": "+1"}], "meta": {"total_count": 40}}, MemberKind.NUMBER, POOL, 20)
    assert (len(found.members), found.left_out, found.is_last) == (19, 1, False)
    rubbish = page({"objects": [None] * 20, "meta": {"next": "/more"}}, MemberKind.NUMBER, POOL, 20)
    assert (rubbish.members, rubbish.left_out, rubbish.is_last) == ((), 20, False)


@any_list
def test_a_full_page_that_tells_no_total_is_not_taken_for_the_last(
    client: Client, server: ScriptedServer, read_all: All
) -> None:
    entries = [entry(index) for index in range(21)]
    server.answers(listed(entries[:20]), listed(entries[20:]))
    assert len(list(read_all(client))) == 21


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"objects": None},
        {"objects": {}},
        {"objects": "x"},
        {"objects": 7},
        {"objects": [], "meta": []},
        {"meta": "x"},
    ],
)
@any_list
def test_a_list_without_entries_is_empty(
    client: Client, server: ScriptedServer, read_all: All, payload: dict[str, object]
) -> None:
    server.answers(Scripted(200, json.dumps(payload).encode()))
    assert list(read_all(client)) == []


def test_the_numbers_of_the_account_are_listed_page_by_page(plivo: Client, account: Account) -> None:
    account.rent(str(13125550100 + index) for index in range(20))
    found = list(plivo.account_numbers.all())
    assert {number.number for number in found} == account.rented
    first = plivo.account_numbers.page()
    assert (first.numbers, first.total_count, first.is_last) == (tuple(found[:20]), len(found), False)
    assert plivo.account_numbers.page(limit=5, offset=20).numbers == tuple(found[20:25])


def test_the_numbers_of_the_account_are_found_by_their_first_digits(plivo: Client) -> None:
    assert [number.number for number in plivo.account_numbers.all(number_startswith="44")] == ["442071838750"]
    with pytest.raises(ValueError, match="digits"):
        plivo.account_numbers.page(number_startswith="+44")


def test_a_number_of_the_account_tells_its_country_and_rent(plivo: Client) -> None:
    found = plivo.account_numbers.get(NUMBER)
    assert found == AccountNumber(
        number=NUMBER,
        alias=None,
        number_type="fixed",
        sms_enabled=True,
        mms_enabled=True,
        country="US",
        monthly_rental_rate="0.50000",
        voice_enabled=True,
        carrier="Plivo",
        active=True,
        added_on=found.added_on,
        renewal_date=found.renewal_date,
    )
    assert str(found.added_on) < str(found.renewal_date)


def test_a_filter_that_plivo_has_not_is_refused(client: Client, server: ScriptedServer) -> None:
    with pytest.raises(ValueError, match="there is no filter colour"):
        client.account_numbers.page(colour="red")
    with pytest.raises(ValueError, match="there is no filter colour"):
        client.offers.page_at(0, "US", colour="red")
    with pytest.raises(ValueError, match="two letters"):
        client.offers.page_at(0, "USA")
    assert server.requests == []
