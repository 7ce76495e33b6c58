"""What each look-up finds at a local Plivo, under the switches for what is not documented."""

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo import (
    FoundAccountNumber,
    FoundNumberPool,
    FoundOffer,
    FoundPoolNumber,
    FoundPoolShortcode,
    FoundPowerpack,
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
from pulumi_plivo.number_priority import NumberPriority
from pulumi_plivo.plans.powerpack_settings import RULES

from tests.conftest import (
    ACCOUNT,
    AUTH_ID,
    AUTH_TOKEN,
    NUMBER,
    OTHER_NUMBER,
    OTHER_POOL,
    POOL,
    SHORTCODE,
    SMS_ONLY,
    TOLL_FREE,
    Account,
)
from tests.program.lookups import paths

pytestmark = pytest.mark.usefixtures("program")

OTP = ACCOUNT["accounts"][0]["powerpacks"][0]["uuid"]
BRITISH = "442071838750"


@pytest.fixture
def offers(sandbox: RunningSandbox) -> list[str]:
    """Puts numbers up for rent, more than a page."""
    numbers = [f"1415555{index:04}" for index in range(900, 925)]
    for_rent: list[dict[str, Any]] = [{"number": each, "region": "Oregon"} for each in numbers]
    for_rent.append({"number": "12125550900", "region": "New York", "mms": False})
    for_rent.append({"number": "442071830900", "country_iso2": "GB"})
    for_rent.append({"number": "18005550900", "type": "tollfree"})
    sandbox.seed({"numbers_for_sale": for_rent})
    return numbers


def seed_pool(sandbox: RunningSandbox, **members: object) -> None:
    """Put members into a new pool of the test account, which is OTHER_POOL with another first digit."""
    powerpack = {"name": "full", "number_pool_uuid": FULL_POOL, **members}
    sandbox.seed({"accounts": [{"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "powerpacks": [powerpack]}]})


FULL_POOL = f"f{OTHER_POOL[1:]}"
MEMBERS = {"numbers": [NUMBER, BRITISH, {"number": OTHER_NUMBER, "service": "mms"}], "tollfrees": [TOLL_FREE]}


def numbers_of(found: list[FoundPoolNumber]) -> list[str]:
    """Return the numbers alone."""
    return [each.number for each in found]


def test_a_powerpack_is_found_by_its_name_and_by_its_uuid() -> None:
    otp = get_powerpack(name="otp")
    assert otp == get_powerpack(uuid=OTP) == get_powerpack("otp") == get_powerpack(uuid=OTP.upper())
    assert otp == FoundPowerpack(
        uuid=OTP,
        name="otp",
        number_pool_uuid=POOL,
        sticky_sender=True,
        local_connect=True,
        application_type=otp.application_type,
        application_id=otp.application_id,
        created_on=otp.created_on,
        number_priority=otp.number_priority,
    )
    assert otp.created_on is not None


def test_a_powerpack_tells_its_number_priority_as_another_takes_it(sandbox: RunningSandbox) -> None:
    first: NumberPriority = {
        "country_iso": "CA",
        "service_type": "SMS",
        "priority": {"priority1": "longcode", "priority2": "tollfree"},
    }
    powerpack = {"name": "first", "number_priority": [first]}
    sandbox.seed({"accounts": [{"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "powerpacks": [powerpack]}]})
    found = get_powerpack(name="first")
    assert found.number_priority == [first]
    assert RULES["number_priority"](found.number_priority) == [first]
    assert len({found, get_powerpack(name="first")}) == 1
    by_default = get_powerpack(name="otp").number_priority
    assert by_default is not None
    assert {(each["country_iso"], each["service_type"]) for each in by_default} == {
        (country, service) for country in ("CA", "US") for service in ("MMS", "SMS")
    }


def test_every_powerpack_is_listed(sandbox: RunningSandbox) -> None:
    more = [{"name": f"campaign {index}"} for index in range(40)]
    sandbox.seed({"accounts": [{"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "powerpacks": more}]})
    found = list_powerpacks()
    assert [each.name for each in found] == ["otp", "alerts", *(each["name"] for each in more)]
    assert get_powerpack(name="campaign 39") == found[-1]


def test_a_number_pool_is_found_with_the_paths_of_its_lists() -> None:
    below = f"/v1/Account/{AUTH_ID}/NumberPool/{POOL}"
    assert get_number_pool(POOL.upper()) == FoundNumberPool(POOL, f"{below}/Number/", f"{below}/Shortcode/")


def test_a_pool_tells_its_numbers_toll_frees_and_shortcodes(sandbox: RunningSandbox) -> None:
    seed_pool(sandbox, **MEMBERS)
    (first, *others), (free,) = list_pool_numbers(FULL_POOL), list_pool_toll_frees(FULL_POOL)
    assert first == FoundPoolNumber(
        number=NUMBER,
        number_pool_uuid=FULL_POOL,
        service="sms",
        type="fixed",
        country_iso2="US",
        added_on=first.added_on,
        account_phone_number_resource=f"/v1/Account/{AUTH_ID}/Number/{NUMBER}/",
    )
    assert [(each.number, each.country_iso2, each.service) for each in others] == [
        (BRITISH, "GB", "sms"),
        (OTHER_NUMBER, "US", "mms"),
    ]
    assert (free.number, free.type) == (TOLL_FREE, "tollfree")
    (short,) = list_pool_shortcodes(POOL)
    assert short == FoundPoolShortcode(SHORTCODE, POOL, "US", short.added_on)
    assert [list_pool_toll_frees(POOL), list_pool_shortcodes(FULL_POOL), list_pool_numbers(OTHER_POOL)] == [[], [], []]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"service": "mms"}, [OTHER_NUMBER]),
        ({"country_iso2": "gb"}, [BRITISH]),
        ({"starts_with": ["415"], "country_iso2": "US"}, [NUMBER, OTHER_NUMBER]),
        ({"starts_with": "207, 20", "country_iso2": "GB"}, [BRITISH]),
        ({"starts_with": ("4155550101", "212"), "country_iso2": "US"}, [OTHER_NUMBER]),
        ({"type": "fixed"}, [NUMBER, BRITISH, OTHER_NUMBER]),
        ({"type": "mobile"}, []),
        ({"type": "toll-free"}, [TOLL_FREE]),
        ({"type": "tollfree", "service": "sms"}, [TOLL_FREE]),
        ({"type": "fixed", "service": "sms", "country_iso2": "US", "starts_with": "415"}, [NUMBER]),
    ],
)
def test_a_pools_numbers_pass_every_filter_of_plivo(
    sandbox: RunningSandbox, filters: dict[str, Any], numbers: list[str]
) -> None:
    seed_pool(sandbox, **MEMBERS)
    assert numbers_of(list_pool_numbers(FULL_POOL, **filters)) == numbers


@pytest.mark.parametrize(
    "quirks",
    [
        {},
        {"number-list-tollfrees": "exclude"},
        {"tollfree-type": "toll-free", "tollfree-key": "tollfree"},
        {"list-service": "missing"},
        {"default-service": "sms"},
        {"default-service": "sms", "list-service": "missing"},
        {"list-order": "newest"},
        {"next-previous": "missing", "next-form": "api", "pool-id-key": "numberpool_uuid"},
    ],
    ids=str,
)
def test_all_pages_are_listed_whatever_is_not_documented(
    sandbox: RunningSandbox, account: Account, quirks: dict[str, str]
) -> None:
    many = [str(13125550100 + index) for index in range(45)]
    account.rent(many)
    for_mms = [{"number": each, "service": "mms"} for each in many[:3]]
    seed_pool(sandbox, numbers=[*for_mms, *many[3:]], tollfrees=[TOLL_FREE])
    for name, value in quirks.items():
        sandbox.set_quirk(name, value)
    assert sorted(numbers_of(list_pool_numbers(FULL_POOL))) == many
    assert numbers_of(list_pool_toll_frees(FULL_POOL)) == [TOLL_FREE]
    services = {each.service for each in list_pool_numbers(FULL_POOL) if each.number in many[:3]}
    assert services == {None if quirks == {"list-service": "missing"} else "mms"}


def test_lists_without_meta_are_empty(sandbox: RunningSandbox) -> None:
    sandbox.set_quirk("empty-list-meta", "none")
    assert [list_pool_numbers(OTHER_POOL), list_pool_shortcodes(OTHER_POOL)] == [[], []]


def test_a_number_of_the_account_is_found_however_it_is_written() -> None:
    found = get_account_number("+1 (415) 555-0109")
    assert found == FoundAccountNumber(
        number=SMS_ONLY,
        number_type="fixed",
        country="US",
        carrier="Plivo",
        active=True,
        sms_enabled=True,
        mms_enabled=False,
        voice_enabled=True,
        monthly_rental_rate="0.50000",
        added_on=found.added_on,
        renewal_date=found.renewal_date,
    )
    assert get_account_number(TOLL_FREE).toll_free_sms_verification == "verified"


def test_every_number_of_the_account_is_listed(account: Account) -> None:
    account.rent(str(13125550100 + index) for index in range(40))
    found = list_account_numbers()
    assert {each.number for each in found} == account.rented
    assert len(found) == len(account.rented)
    assert get_account_number(NUMBER) in found


@pytest.mark.parametrize(
    ("filters", "query"),
    [
        ({"number_startswith": "+44"}, {"number_startswith": "44"}),
        ({"type": "toll-free"}, {"type": "tollfree"}),
        ({"services": ["sms", "voice"]}, {"services": "sms,voice"}),
        ({"services": "mms"}, {"services": "mms"}),
        ({"alias": "support"}, {"alias": "support"}),
        ({"subaccount": "SA123456789012345678"}, {"subaccount": "SA123456789012345678"}),
        *(
            ({f"renewal_date{kind}": "2026-01-31"}, {f"renewal_date{kind}": "2026-01-31"})
            for kind in ("", "__gt", "__gte", "__lt", "__lte")
        ),
        ({"tendlc_campaign_id": "C1"}, {"tendlc_campaign_id": "C1"}),
        ({"tendlc_registration_status": "COMPLETED"}, {"tendlc_registration_status": "COMPLETED"}),
        ({"toll_free_sms_verification": "verified"}, {"toll_free_sms_verification": "verified"}),
    ],
    ids=str,
)
def test_every_filter_of_the_accounts_numbers_goes_to_plivo(
    sandbox: RunningSandbox, filters: dict[str, Any], query: dict[str, str]
) -> None:
    list_account_numbers(**filters)
    assert dict(parse_qsl(sandbox.calls[-1].query)) == {"limit": "20", "offset": "0", **query}


def test_the_accounts_numbers_are_filtered_by_plivo() -> None:
    assert [each.number for each in list_account_numbers(number_startswith="44")] == [BRITISH]
    assert [each.number for each in list_account_numbers(type="tollfree")] == [TOLL_FREE]
    assert SMS_ONLY not in {each.number for each in list_account_numbers(services=["mms"])}


def test_numbers_for_rent_are_found_with_what_they_cost(offers: list[str]) -> None:
    found = search_numbers("us", region="Oregon")
    assert [each.number for each in found] == offers
    assert found[0] == replace(
        FoundOffer(offers[0]),
        type="fixed",
        sub_type=found[0].sub_type,
        country=found[0].country,
        region="Oregon",
        prefix="415",
        sms_enabled=True,
        mms_enabled=True,
        voice_enabled=True,
        monthly_rental_rate="0.50000",
        setup_rate="0.00000",
        lata=found[0].lata,
        rate_center=found[0].rate_center,
        city=found[0].city,
        restriction=found[0].restriction,
        restriction_text=found[0].restriction_text,
    )


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"pattern": "212"}, ["12125550900"]),
        ({"type": "tollfree", "pattern": "800"}, ["18005550900"]),
        ({"type": "toll-free", "pattern": "800"}, ["18005550900"]),
        ({"region": "New York"}, ["12125550900"]),
        ({"region": "New York", "services": ["sms", "mms"]}, []),
        ({"pattern": "212", "services": "sms,voice"}, ["12125550900"]),
    ],
    ids=str,
)
@pytest.mark.usefixtures("offers")
def test_numbers_for_rent_pass_the_filters(filters: dict[str, Any], numbers: list[str]) -> None:
    assert [each.number for each in search_numbers("US", **filters)] == numbers


@pytest.mark.parametrize("name", ["city", "lata", "rate_center", "npanxx"])
def test_the_rarer_filters_of_the_search_go_to_plivo(sandbox: RunningSandbox, name: str) -> None:
    filters: dict[str, Any] = {name: "415555"}
    search_numbers("US", **filters)
    assert dict(parse_qsl(sandbox.calls[-1].query)) == {
        "limit": "20",
        "offset": "0",
        "country_iso": "US",
        name: "415555",
    }


def test_a_limit_of_offers_reads_no_page_more_than_it_needs(sandbox: RunningSandbox, offers: list[str]) -> None:
    assert [each.number for each in search_numbers("US", region="Oregon", limit=3)] == offers[:3]
    assert len(sandbox.calls) == 1
    assert len(search_numbers("US", region="Oregon", limit=100)) == len(offers)


@pytest.mark.parametrize(
    ("look_up", "calls"),
    [
        (lambda: get_powerpack(name="otp"), ["/Powerpack/"]),
        (lambda: get_powerpack(uuid=OTP), [f"/Powerpack/{OTP}/"]),
        (lambda: list_powerpacks(), ["/Powerpack/"]),
        (lambda: get_number_pool(POOL), [f"/NumberPool/{POOL}/"]),
        (lambda: list_pool_numbers(POOL, service="sms"), [f"/NumberPool/{POOL}/Number/"]),
        (lambda: list_pool_toll_frees(POOL), [f"/NumberPool/{POOL}/Tollfree/"]),
        (lambda: list_pool_shortcodes(POOL), [f"/NumberPool/{POOL}/Shortcode/"]),
        (lambda: get_account_number(NUMBER), [f"/Number/{NUMBER}/"]),
        (lambda: list_account_numbers(), ["/Number/"]),
        (lambda: search_numbers("US"), ["/PhoneNumber/"]),
    ],
)
def test_a_look_up_reads_with_as_many_calls_as_it_has_pages(
    sandbox: RunningSandbox, look_up: Callable[[], object], calls: list[str]
) -> None:
    before = sandbox.state()
    look_up()
    assert paths(sandbox) == calls
    assert {call.method for call in sandbox.calls} == {"GET"}
    assert sandbox.state() == before


def test_what_is_found_is_plain_and_stays_as_it_is() -> None:
    for found in (*list_powerpacks(), *list_account_numbers(), get_number_pool(POOL)):
        # Of a Powerpack's priorities it is a list of dictionaries, as a program writes them.
        plain = {name: value for name, value in vars(found).items() if name != "number_priority"}
        assert all(value is None or isinstance(value, (str, bool, int)) for value in plain.values())
        assert json.loads(json.dumps(vars(found))) == vars(found)
        with pytest.raises(FrozenInstanceError):
            setattr(found, next(iter(vars(found))), "another")
