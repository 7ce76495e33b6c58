"""A look-up that can't be answered ends the program in one line: what was asked, what Plivo answered, what to do."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi.runtime.config import CONFIG
from pulumi_plivo import (
    get_account_number,
    get_number_pool,
    get_powerpack,
    list_account_numbers,
    list_pool_numbers,
    list_pool_shortcodes,
    list_pool_toll_frees,
    list_powerpacks,
    search_numbers,
)

from tests.client.conftest import Scripted, ScriptedServer
from tests.conftest import AUTH_ID, AUTH_TOKEN, NO_POOL, NOT_RENTED, POOL
from tests.program.lookups import config_at, page, program_with

EVERY: list[Callable[[], object]] = [
    lambda: get_powerpack(name="otp"),
    lambda: get_powerpack(uuid=POOL),
    lambda: list_powerpacks(),
    lambda: get_number_pool(POOL),
    lambda: list_pool_numbers(POOL),
    lambda: list_pool_toll_frees(POOL),
    lambda: list_pool_shortcodes(POOL),
    lambda: get_account_number(NOT_RENTED),
    lambda: list_account_numbers(),
    lambda: search_numbers("US"),
]
WRONG_POOL = "the account has no such number pool: correct number_pool_uuid, or plivo:authId"


def said(look_up: Callable[..., object], *args: Any, **filters: Any) -> str:
    """Return the one line in which a look-up ends the program."""
    with pytest.raises(pulumi.RunError) as raised:
        look_up(*args, **filters)
    line = str(raised.value)
    assert line.isprintable()
    assert AUTH_TOKEN not in line
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return line


def number(index: int) -> dict[str, str]:
    """Return an entry of a pool's list."""
    return {"number": str(14155550000 + index), "service": "mms"}


@pytest.mark.usefixtures("program")
def test_a_look_up_without_credentials_says_which_are_missing(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    CONFIG.get().pop("plivo:authToken")
    alone = ": no credentials for Plivo: set plivo:authToken (or PLIVO_AUTH_TOKEN), the token with `pulumi"
    assert all(alone in said(each) for each in EVERY)
    CONFIG.get().pop("plivo:authId")
    both = "set plivo:authId (or PLIVO_AUTH_ID) and plivo:authToken (or PLIVO_AUTH_TOKEN), the token"
    assert all(both in said(each) for each in EVERY)
    assert sandbox.calls == []
    monkeypatch.setenv("PLIVO_AUTH_ID", AUTH_ID)
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", "wrong")
    assert all("Plivo answered 401" in said(each) for each in EVERY)


@pytest.mark.usefixtures("program")
def test_the_environment_of_the_program_counts_as_in_the_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    CONFIG.get()["plivo:authToken"] = "old"
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", AUTH_TOKEN)
    monkeypatch.setenv("PLIVO_AUTH_ID", "MAOFANOTHERPROGRAM01")
    assert "the environment has the auth id and token of account MAOFANOTHERPROGRAM01" in said(list_powerpacks)
    monkeypatch.setenv("PLIVO_AUTH_ID", AUTH_ID)
    assert [each.name for each in list_powerpacks()] == ["otp", "alerts"]
    monkeypatch.setenv("PULUMI_CONFIG_PLIVO_RATELIMIT", "many")
    assert "the settings can't be used: plivo:rateLimit: 'many' is not a whole number" in said(list_powerpacks)
    monkeypatch.delenv("PULUMI_CONFIG_PLIVO_RATELIMIT")
    CONFIG.get()["plivo:timeOut"] = "5"
    assert "plivo:timeOut: there is no such setting; did you mean plivo:timeout?" in said(list_powerpacks)
    CONFIG.get().pop("plivo:timeOut")
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"plivo:allowunrent": "false"}))
    assert "plivo:allowunrent: there is no such setting; did you mean plivo:allowUnrent?" in said(list_powerpacks)


@pytest.mark.usefixtures("program")
def test_a_token_that_plivo_does_not_take_is_said_with_where_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    CONFIG.get()["plivo:authToken"] = "old"
    line = said(get_number_pool, POOL)
    assert line.startswith(f"can't look up number pool {POOL}: Plivo answered 401 ")
    assert line.endswith("; correct plivo:authToken or the account (plivo:authId or PLIVO_AUTH_ID)")
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", "older")
    assert "; correct PLIVO_AUTH_TOKEN, which wins over plivo:authToken, or the account" in said(get_number_pool, POOL)


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(
    ("look_up", "asked", "meaning"),
    [
        (
            lambda: get_powerpack(uuid=NO_POOL),
            f"Powerpack {NO_POOL}",
            "the account has no such Powerpack: correct uuid, or plivo:authId",
        ),
        (
            lambda: get_number_pool(NO_POOL),
            f"number pool {NO_POOL}",
            "the account has no such number pool: correct uuid, or plivo:authId",
        ),
        (lambda: list_pool_numbers(NO_POOL), f"the numbers of pool {NO_POOL}", WRONG_POOL),
        (lambda: list_pool_toll_frees(NO_POOL), f"the toll-free numbers of pool {NO_POOL}", WRONG_POOL),
        (lambda: list_pool_shortcodes(NO_POOL), f"the shortcodes of pool {NO_POOL}", WRONG_POOL),
        (
            lambda: get_account_number(NOT_RENTED),
            f"number {NOT_RENTED} of the account",
            "the account does not rent it: correct number, or plivo:authId",
        ),
    ],
)
def test_what_the_account_does_not_have_is_said_with_what_to_correct(
    look_up: Callable[[], object], asked: str, meaning: str
) -> None:
    line = said(look_up)
    assert line.startswith(f'can\'t look up {asked}: Plivo answered 404 "not found" (api_id ')
    assert line.endswith(f"); {meaning}")


@pytest.mark.usefixtures("program")
def test_a_powerpack_of_an_unknown_name_is_said_with_the_names_that_there_are(sandbox: RunningSandbox) -> None:
    other = "can't look up Powerpack 'OTP': the account has none of that name, compared letter by letter; it has "
    correct = "; correct name, or plivo:authId"
    assert said(get_powerpack, "OTP") == f"{other}2 Powerpacks: 'otp', 'alerts'{correct}"
    more = [{"name": f"campaign {index}"} for index in range(40)]
    sandbox.seed({"accounts": [{"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "powerpacks": more}]})
    assert said(get_powerpack, "OTP") == (
        f"{other}42 Powerpacks: 'otp', 'alerts', 'campaign 0', 'campaign 1', 'campaign 2' and 37 more"
        f" (PLIVO_VERBOSE=1 names all){correct}"
    )


def test_a_powerpack_of_an_account_without_any_is_said_to_be_missing(server: ScriptedServer) -> None:
    server.answers(page([]))
    with program_with(config_at(server.base_url)):
        assert "it has no Powerpack at all; correct name" in said(get_powerpack, "otp")


@pytest.mark.parametrize("number_pool", [None, "", 7, "/v1/Account/MA/NumberPool/soon/"])
def test_a_powerpack_whose_pool_plivo_does_not_name_has_none_that_a_look_up_takes(
    server: ScriptedServer, number_pool: object
) -> None:
    server.answers(page([{"uuid": POOL, "name": "otp", "number_pool": number_pool}], total_count=1))
    with program_with(config_at(server.base_url)):
        pool = get_powerpack("otp").number_pool_uuid
    assert pool == ""
    assert "list_pool_numbers: number_pool_uuid: '' is not the uuid of a number pool" in said(list_pool_numbers, pool)


def test_a_name_that_several_powerpacks_have_needs_the_uuid(server: ScriptedServer) -> None:
    uuids = [f"{digit}{POOL[1:]}" for digit in "ab"]
    server.answers(page([{"uuid": uuid, "name": "otp"} for uuid in uuids], total_count=2))
    with program_with(config_at(server.base_url)):
        line = said(get_powerpack, "otp")
    assert line.endswith(f"the account has 2 of that name: give the uuid of one of them: {', '.join(uuids)}")


@pytest.mark.parametrize(
    ("look_up", "line"),
    [
        (lambda: get_powerpack(), "get_powerpack: it takes either name or uuid"),
        (lambda: get_powerpack("otp", uuid=POOL), "get_powerpack: it takes either name or uuid"),
        (
            lambda: get_powerpack(uuid="otp"),
            "get_powerpack: uuid: 'otp' is not the uuid of a Powerpack; by its name it is found with name=",
        ),
        (
            lambda: get_powerpack(name=""),
            "get_powerpack: name: '' is not a text of 1 to 300 printable characters",
        ),
        (lambda: get_number_pool("otp"), "get_number_pool: uuid: 'otp' is not the uuid of a number pool: it is the"),
        (lambda: get_account_number("12"), "get_account_number: number: '12' is not a phone number"),
        (
            lambda: list_pool_numbers(POOL, starts_with="415"),
            "list_pool_numbers: starts_with needs country_iso2",
        ),
        (
            lambda: list_pool_numbers(POOL, starts_with=["1"] * 11, country_iso2="US"),
            "list_pool_numbers: starts_with: 11 prefixes are more than the 10 that Plivo takes",
        ),
        (
            lambda: list_pool_numbers(POOL, starts_with=["x"], country_iso2="US"),
            "list_pool_numbers: starts_with: 'x' is not how a number begins: 1 to 15 digits",
        ),
        (
            lambda: list_pool_numbers(POOL, starts_with=[], country_iso2="US"),
            "list_pool_numbers: starts_with: [] is neither a text nor a list of texts",
        ),
        (
            lambda: search_numbers("USA"),
            "search_numbers: country_iso2: 'USA' is not a country's two letters, such as 'US'",
        ),
        (
            lambda: list_pool_numbers(POOL, type="local"),
            "list_pool_numbers: type: 'local' is none of fixed, mobile, toll-free, tollfree",
        ),
        (lambda: list_pool_numbers(POOL, service="fax"), "list_pool_numbers: service: 'fax' is neither 'sms' nor"),
        (
            lambda: list_account_numbers(services=["sms", "fax"]),
            "list_account_numbers: services: 'fax' is none of sms, mms, voice",
        ),
        (
            lambda: list_account_numbers(renewal_date__lt="tomorrow"),
            "list_account_numbers: renewal_date__lt: 'tomorrow' is not a day, such as '2026-01-31'",
        ),
        (lambda: search_numbers("US", limit=0), "search_numbers: limit: 0 is not a whole number above 0"),
    ],
)
def test_an_argument_that_can_not_be_is_refused_before_anything_is_sent(
    look_up: Callable[[], object], line: str
) -> None:
    # Without credentials: it does not come to that.
    shown = said(look_up)
    assert shown.startswith(line)
    assert shown.endswith("; nothing was sent to Plivo")


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (
            Scripted(429, b'{"error": "slow down"}', {"Retry-After": "0"}),
            'Plivo answered 429 "slow down"; the account makes more calls than Plivo allows: run it again later,'
            " or lower plivo:rateLimit",
        ),
        (Scripted(400, b'{"error": "no"}'), 'Plivo answered 400 "no"; correct the arguments'),
        (
            Scripted(503, b'{"error": "down"}'),
            'Plivo answered 503 "down"; nothing was changed; run it again, and see the account in Plivo\'s console if'
            " it stays so",
        ),
        (
            Scripted(cut=-1),
            "; nothing was changed; run it again, and see the account in Plivo's console if it stays so",
        ),
    ],
    ids=["429", "400", "503", "no answer"],
)
def test_what_plivo_answers_is_said_with_what_to_do(server: ScriptedServer, answer: Scripted, advice: str) -> None:
    server.answers(answer)
    for each in EVERY:
        # A client waits after a 429: each has one of its own.
        with program_with(config_at(server.base_url)):
            assert said(each).endswith(advice)


def test_every_look_up_is_named_in_its_error(server: ScriptedServer) -> None:
    server.answers(Scripted(400, b'{"error": "no"}'))
    with program_with(config_at(server.base_url)):
        assert [said(each).partition(": Plivo answered")[0] for each in EVERY] == [
            "can't look up Powerpack 'otp'",
            f"can't look up Powerpack {POOL}",
            "can't look up the account's Powerpacks",
            f"can't look up number pool {POOL}",
            f"can't look up the numbers of pool {POOL}",
            f"can't look up the toll-free numbers of pool {POOL}",
            f"can't look up the shortcodes of pool {POOL}",
            f"can't look up number {NOT_RENTED} of the account",
            "can't look up the account's numbers",
            "can't look up numbers for rent in US",
        ]


def test_a_search_that_plivo_refuses_with_a_200_is_an_error(server: ScriptedServer) -> None:
    server.answers(Scripted(200, b'{"objects": [], "error": "country not supported"}'))
    with program_with(config_at(server.base_url)):
        line = said(search_numbers, "AQ")
    assert line.startswith('can\'t look up numbers for rent in AQ: Plivo answered 200 "country not supported"; ')


LISTS: list[Callable[[], list[Any]]] = [
    list_powerpacks,
    lambda: list_pool_numbers(POOL),
    lambda: list_pool_toll_frees(POOL),
    list_account_numbers,
]
any_list = pytest.mark.parametrize("look_up", LISTS, ids=["powerpacks", "numbers", "toll-frees", "account"])


def entry(index: int) -> dict[str, str]:
    """Return an entry that is understood in any list."""
    return {**number(index), "uuid": f"{index:08x}{POOL[8:]}"}


@any_list
def test_a_list_that_changes_while_it_is_read_is_read_again(
    server: ScriptedServer, look_up: Callable[[], list[Any]]
) -> None:
    before, after = [entry(index) for index in range(21)], [entry(index) for index in range(1, 21)]
    # What was first has left in between: the last entry moves to the first page, and is on neither that was read.
    server.answers(page(before[:20], total_count=21), page([], total_count=20), page(after, total_count=20))
    with program_with(config_at(server.base_url)):
        assert len(look_up()) == 20


@any_list
@pytest.mark.parametrize(
    "second", [page([entry(19)], total_count=21), page([], total_count=21), page([entry(20)], total_count=22)]
)
def test_a_list_that_changes_each_time_is_an_error_and_never_one_with_a_hole(
    server: ScriptedServer, look_up: Callable[[], list[Any]], second: Scripted
) -> None:
    first = page([entry(index) for index in range(20)], total_count=21)
    server.answers(*[first, second] * 4)
    with program_with(config_at(server.base_url)):
        line = said(look_up)
    assert line.endswith(": the list has changed each of the 4 times that it was read; run it again")
    assert len(server.requests) == 8


@any_list
@pytest.mark.parametrize("meta", [{"total_count": 2}, {}], ids=["total", "no total"])
def test_a_list_with_an_entry_that_can_not_be_understood_is_an_error(
    server: ScriptedServer, look_up: Callable[[], list[Any]], meta: dict[str, int]
) -> None:
    server.answers(page([entry(0), {"number": "soon"}], **meta))
    with program_with(config_at(server.base_url)):
        line = said(look_up)
    assert "1 of the list's entries can't be understood, and the others must not be taken for all there are" in line


@any_list
@pytest.mark.parametrize(
    "meta", [{"total_count": 1_000_000, "next": "/more"}, {"next": "/more"}], ids=["total", "no total"]
)
def test_a_list_without_end_ends(
    server: ScriptedServer, look_up: Callable[[], list[Any]], meta: dict[str, Any]
) -> None:
    server.answers(page([entry(index) for index in range(20)], **meta))
    with program_with(config_at(server.base_url)):
        line = said(look_up)
    assert "the list has no end: 100,000 entries were passed" in line or "a list that repeats itself" in line
    assert len(server.requests) <= 2
