"""`plivo-numbers list`: who is in which pool, and what is rented and in none, with its price."""

import json
from decimal import Decimal

import pytest
import requests
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import AccountNumber
from pulumi_plivo.cli.rent import money, rate, rent

from tests.cli.conftest import Command
from tests.cli.test_adopt import seed
from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE, TOLL_FREE, Account


def test_the_tables_have_every_member_and_what_is_in_no_pool_with_the_sums(
    command: Command, sandbox: RunningSandbox, account: Account
) -> None:
    account.add(POOL, NUMBER, "mms")
    seed(sandbox, {"name": "otp", "tollfrees": [TOLL_FREE]})
    ended = command("list")
    assert (ended.status, ended.errors) == (0, "")
    lines = ended.output.splitlines()
    cells = [[cell.strip() for cell in line.split("│")][1:-1] for line in lines if "│" in line]
    assert ["number", NUMBER, "mms", "fixed", "US"] in [row[:5] for row in cells]
    assert ["toll-free", TOLL_FREE, "sms", "tollfree", "US"] in [row[:5] for row in cells]
    assert ["shortcode", SHORTCODE, "", "", "US"] in [row[:5] for row in cells]
    assert "3 members, 1.50 a month" in lines
    assert [OTHER_NUMBER, "fixed", "", "0.50"] in cells
    assert lines[-1] == "9 numbers rented and in no pool, 4.50 a month"
    assert "rented, and in no pool" in lines


def test_a_powerpack_is_shown_alone_with_what_is_in_no_pool_of_any(command: Command, account: Account) -> None:
    account.add(POOL, NUMBER)
    account.add(OTHER_POOL, OTHER_NUMBER)
    shown = json.loads(command("list", "--powerpack", "alerts", "--json").output)
    assert [each["name"] for each in shown["powerpacks"]] == ["alerts"]
    idle = {each["number"] for each in shown["in_no_pool"]["numbers"]}
    assert idle == account.rented - {NUMBER, OTHER_NUMBER}


def test_json_has_everything_by_its_name(command: Command, account: Account) -> None:
    account.add(POOL, NUMBER)
    shown = json.loads(command("list", "--json").output)
    assert shown["account"] == AUTH_ID
    alerts, otp = shown["powerpacks"]
    assert (alerts["name"], alerts["numbers"]) == ("alerts", [])
    assert otp["number_pool_uuid"] == POOL
    assert otp["numbers"][0].pop("added_on")
    assert otp["numbers"] == [
        {"number": NUMBER, "service": "sms", "type": "fixed", "country_iso2": "US", "monthly_rental_rate": "0.50"}
    ]
    assert [each["shortcode"] for each in otp["shortcodes"]] == [SHORTCODE]
    assert (otp["monthly_rental_rate"], otp["without_rate"]) == ("0.50", 0)
    assert shown["in_no_pool"]["monthly_rental_rate"] == "5.50"


def test_a_name_is_neither_markup_nor_a_control_sequence(command: Command, sandbox: RunningSandbox) -> None:
    seed(
        sandbox, {"name": "[red]a[/red] :smile:"}, {"name": "x\x1b[2Jy", "uuid": "d5a8d2e3-1b4f-4d6c-8e9a-2f3b4c5d6e7f"}
    )
    url = f"{sandbox.base_url}/Account/{AUTH_ID}/Number/{NUMBER}/"
    alias = {"alias": "[b]spare[/b]"}
    requests.post(url, json=alias, auth=(AUTH_ID, AUTH_TOKEN), timeout=10).raise_for_status()
    ended = command("list")
    assert "[red]a[/red] :smile: (Powerpack " in ended.output
    assert "│ [b]spare[/b] │" in ended.output
    assert "(without a name that can be shown) (Powerpack d5a8d2e3" in ended.output
    assert "\x1b" not in ended.output


def test_an_account_whose_numbers_are_all_in_pools_says_so(command: Command, account: Account) -> None:
    shown = command("list").output
    assert "11 numbers rented and in no pool, 6.00 a month" in shown
    for number in sorted(account.rented - {TOLL_FREE, "442071838750"}):
        account.add(POOL, number)
    assert "2 numbers rented and in no pool" in command("list").output


def number(text: str | None) -> AccountNumber:
    return AccountNumber(NUMBER, None, None, None, None, None, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.80000", "0.80"), ("1", "1.00"), ("0.00350", "0.0035"), (None, "?"), ("NaN", "?"), ("-1", "?"), ("1e9", "?")],
)
def test_a_rate_is_shown_with_two_decimals_or_all_it_has_and_only_if_it_is_one(text: str | None, expected: str) -> None:
    assert money(rate(number(text))) == expected


def test_rates_are_summed_exactly_and_those_without_one_are_counted() -> None:
    total = rent([number("0.10"), number("0.20"), number("free"), None])
    assert (total.a_month, total.without_rate) == (Decimal("0.30"), 2)
    assert str(total) == "0.30 a month, and 2 without a rate"
