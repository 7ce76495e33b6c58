"""`plivo-numbers list`: who is in which pool, and what is rented and in none."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulumi_plivo.api import AccountNumber, PoolMember, Powerpack
from pulumi_plivo.cli.live_pools import LivePool, read_pools, read_powerpacks
from pulumi_plivo.cli.options import stack_option
from pulumi_plivo.cli.powerpack_choice import chosen, shown
from pulumi_plivo.cli.rent import money, rate, rent
from pulumi_plivo.cli.stack_settings import client_of
from pulumi_plivo.errors import counted

#: Columns where standard output is no terminal: no line is to be broken there.
WIDE = 200
EMPTY = LivePool((), (), ())


@click.command(name="list")
@click.option("--powerpack", metavar="NAME|UUID", help="This Powerpack only: its name, its uuid or its pool's.")
@click.option("--json", "as_json", is_flag=True, help="JSON in the place of tables.")
@stack_option
def list_(powerpack: str | None, as_json: bool, stack: str | None) -> None:
    """Show Powerpacks, their members, and what is rented and in no pool."""
    client = client_of(stack)
    powerpacks = read_powerpacks(client)
    wanted = powerpacks if powerpack is None else [chosen(powerpacks, powerpack)]
    # A number that is in no pool is in none of all the account's Powerpacks, not only of the wanted.
    uuids = [each.number_pool_uuid.lower() for each in powerpacks if each.number_pool_uuid]
    pools, account = read_pools(client, uuids, with_account=True)
    idle = _in_no_pool(pools.values(), account)
    of_wanted = [
        (each, pools.get((each.number_pool_uuid or "").lower(), EMPTY))
        for each in sorted(wanted, key=lambda each: (each.name or "", each.uuid))
    ]
    if as_json:
        click.echo(json.dumps(_as_json(client.auth_id, of_wanted, account, idle), indent=2))
    else:
        _show(of_wanted, account, idle)


def _in_no_pool(pools: Any, account: dict[str, AccountNumber]) -> list[AccountNumber]:
    members = {each.digits for pool in pools for each in (*pool.numbers, *pool.toll_frees)}
    return [account[digits] for digits in sorted(account) if digits not in members]


def _as_json(
    auth_id: str,
    powerpacks: Sequence[tuple[Powerpack, LivePool]],
    account: dict[str, AccountNumber],
    idle: Sequence[AccountNumber],
) -> dict[str, Any]:
    def number(member: PoolMember) -> dict[str, Any]:
        cost = rate(account.get(member.digits))
        return {
            "number": member.digits,
            "service": member.service,
            "type": member.type,
            "country_iso2": member.country_iso2,
            "added_on": member.added_on,
            "monthly_rental_rate": None if cost is None else money(cost),
        }

    def shortcode(member: PoolMember) -> dict[str, Any]:
        return {"shortcode": member.digits, "country_iso2": member.country_iso2, "added_on": member.added_on}

    def sums(numbers: Sequence[AccountNumber | None]) -> dict[str, Any]:
        total = rent(numbers)
        return {"monthly_rental_rate": money(total.a_month), "without_rate": total.without_rate}

    return {
        "account": auth_id,
        "powerpacks": [
            {
                "name": powerpack.name,
                "uuid": powerpack.uuid,
                "number_pool_uuid": powerpack.number_pool_uuid,
                "numbers": [number(each) for each in pool.numbers],
                "toll_frees": [number(each) for each in pool.toll_frees],
                "shortcodes": [shortcode(each) for each in pool.shortcodes],
                **sums([account.get(each.digits) for each in (*pool.numbers, *pool.toll_frees)]),
            }
            for powerpack, pool in powerpacks
        ],
        "in_no_pool": {
            "numbers": [
                {
                    "number": each.number,
                    "alias": each.alias,
                    "number_type": each.number_type,
                    "monthly_rental_rate": None if (cost := rate(each)) is None else money(cost),
                }
                for each in idle
            ],
            **sums(idle),
        },
    }


def _show(
    powerpacks: Sequence[tuple[Powerpack, LivePool]],
    account: dict[str, AccountNumber],
    idle: Sequence[AccountNumber],
) -> None:
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    for powerpack, pool in powerpacks:
        kinds = (("number", pool.numbers), ("toll-free", pool.toll_frees), ("shortcode", pool.shortcodes))
        rows = [
            (
                kind,
                each.digits,
                each.service,
                each.type,
                each.country_iso2,
                each.added_on,
                "" if kind == "shortcode" else money(rate(account.get(each.digits))),
            )
            for kind, members in kinds
            for each in members
        ]
        total = rent([account.get(each.digits) for each in (*pool.numbers, *pool.toll_frees)])
        title = f"{shown(powerpack)} (Powerpack {powerpack.uuid}, pool {powerpack.number_pool_uuid or '?'})"
        _table(console, title, ("kind", "number", "service", "type", "country", "added on", "a month"), rows)
        console.print(Text(f"{counted(len(rows), 'member')}, {total}\n"))
    rows_of_idle = [(each.number, each.number_type, each.alias, money(rate(each))) for each in idle]
    if rows_of_idle:
        _table(console, "rented, and in no pool", ("number", "type", "alias", "a month"), rows_of_idle)
    console.print(Text(f"{counted(len(idle), 'number')} rented and in no pool, {rent(idle)}"))


def _table(console: Console, title: str, columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> None:
    # As `Text`, so that nothing in a name is taken for markup.
    console.print(Text(title, style="bold"))
    table = Table()
    for column in columns:
        table.add_column(column, justify="right" if column == "a month" else "left", no_wrap=column == "number")
    for row in rows:
        table.add_row(*(Text(cell or "") for cell in row))
    console.print(table)
