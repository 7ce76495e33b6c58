"""`plivo-numbers check`: pools against what the states of their stacks have of them."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from pulumi_plivo.api import ApiError, Client, MemberKind, PoolMember, Powerpack
from pulumi_plivo.cli.comparison import Comparison, compare
from pulumi_plivo.cli.endings import Status, WrongUsageError, asking_for
from pulumi_plivo.cli.exported_state import ExportedState, StateMember
from pulumi_plivo.cli.live_pools import LivePool, in_parallel, read_pools, read_powerpacks
from pulumi_plivo.cli.options import stack_option
from pulumi_plivo.cli.powerpack_choice import shown
from pulumi_plivo.cli.rent import money, rate
from pulumi_plivo.cli.stack_settings import client_of
from pulumi_plivo.cli.whereabouts import MOST_SINGLES, Whereabouts, is_member, look_for
from pulumi_plivo.errors import counted
from pulumi_plivo.plans.number_pool_refresh import ADVICE

KINDS = {MemberKind.NUMBER: "number", MemberKind.TOLL_FREE: "toll-free number", MemberKind.SHORTCODE: "shortcode"}


@click.command()
@click.option(
    "--state",
    "sources",
    metavar="FILE|-",
    multiple=True,
    help="What `pulumi stack export` prints, or - for standard input; once for each stack that has members.",
)
@stack_option
def check(sources: tuple[str, ...], stack: str | None) -> int:
    """Compare pools with a stack's state: strangers, what is missing, and what is rented for nothing."""
    if not sources:
        raise WrongUsageError(
            "check compares with the state of a stack: pulumi stack export --stack NAME | plivo-numbers check --state -"
        )
    state = ExportedState()
    for source in sources:
        state.add(_content(source), "standard input" if source == "-" else source)
    client = client_of(stack)
    others = sorted(state.accounts - {client.auth_id})
    if others and client.auth_id.startswith("MA"):
        raise WrongUsageError(
            f"the state belongs to account {', '.join(others)}, and the settings name account {client.auth_id}"
        )
    powerpacks = read_powerpacks(client)
    uuids = sorted({each.pool for each in state.members})
    pools = _read(client, uuids, powerpacks)
    compared = {uuid: _compared(client, uuid, state.members, pools) for uuid in uuids}
    lost = sorted({each.digits for pool in compared.values() for each in pool.vanished if _is_phone(each.kind)})
    where = look_for(client, lost, powerpacks)
    titles = {each.number_pool_uuid.lower(): shown(each) for each in powerpacks if each.number_pool_uuid}
    findings = len(state.unreadable)
    for uuid, pool in compared.items():
        findings += len(pool.vanished) + len(pool.strangers)
        for line in _lines(uuid, pool, where, titles, is_there=uuid in pools):
            click.echo(line)
    for line in state.unreadable:
        click.echo(f"not compared: {line}")
    agreed = sum(each.agreed for each in compared.values())
    click.echo(f"{counted(agreed, 'member')} in the state and in {counted(len(uuids), 'pool')}, "
               f"{counted(findings, 'finding')}")  # fmt: skip
    return Status.FINDINGS if findings else Status.FINE


def _content(source: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise WrongUsageError(f"can't read {source}: {error.strerror or error}") from None


def _read(client: Client, uuids: Sequence[str], powerpacks: Sequence[Powerpack]) -> dict[str, LivePool]:
    """Return those of the pools that the account has."""
    known = {(each.number_pool_uuid or "").lower() for each in powerpacks}
    found = [uuid for uuid in uuids if uuid in known or _is_pool(client, uuid)]
    return read_pools(client, found)[0]


def _is_pool(client: Client, uuid: str) -> bool:
    with asking_for(f"pool {uuid}"):
        try:
            client.number_pools.get(uuid)
        except ApiError as error:
            if error.is_not_found:
                return False
            raise
        return True


def _compared(client: Client, uuid: str, members: Sequence[StateMember], pools: dict[str, LivePool]) -> Comparison:
    """Compare a pool; of a few differences Plivo is asked again, as a list may shift while it is read."""
    found = compare([each for each in members if each.pool == uuid], pools.get(uuid, LivePool((), (), ())))
    if uuid not in pools or len(found.vanished) + len(found.strangers) > MOST_SINGLES:
        return found
    is_there = dict(
        zip(
            found.vanished,
            in_parallel(lambda each: is_member(client, uuid, each.kind, each.digits), found.vanished),
            strict=True,
        )
    )
    vanished = [each for each in found.vanished if not is_there[each]]
    still = in_parallel(lambda each: is_member(client, uuid, each[0], each[1].digits), found.strangers)
    strangers = [each for each, is_still in zip(found.strangers, still, strict=True) if is_still]
    return Comparison(vanished, strangers, found.leaving, found.agreed + len(found.vanished) - len(vanished))


def _lines(uuid: str, pool: Comparison, where: Whereabouts, titles: dict[str, str], *, is_there: bool) -> list[str]:
    place = f"pool {uuid} ({titles[uuid]})" if uuid in titles else f"pool {uuid}"
    lines = [] if is_there else [f"the account has no {place}"]
    lines += [_vanished(each, place, where, titles) for each in pool.vanished]
    lines += [_stranger(kind, each, place) for kind, each in pool.strangers]
    lines += [
        f"leaving: {KINDS[each.kind]} {each.digits}: {each.resource} waits to be deleted, and {place} has it still;"
        " `pulumi up` goes on with that"
        for each in pool.leaving
    ]
    if pool.vanished and pool.strangers:
        lines.append(f"{place}: {ADVICE}")
    return lines


def _vanished(member: StateMember, place: str, where: Whereabouts, titles: dict[str, str]) -> str:
    start = f"{KINDS[member.kind]} {member.digits}: {member.resource} has it, {place} does not"
    if not _is_phone(member.kind):
        return f"missing: {start}; only Plivo's support can put it there"
    rented = where.rented.get(member.digits)
    if rented is None:
        return f"missing: {start}; the account does not rent it any more"
    other = where.pools.get(member.digits)
    now = f"in pool {other} ({titles.get(other, 'no Powerpack')})" if other else "in no pool"
    return f"orphan: {start}; it is rented still, {now}, for {money(rate(rented))} a month"


def _stranger(kind: MemberKind, member: PoolMember, place: str) -> str:
    added = f", since {member.added_on}" if member.added_on else ""
    return f"stranger: {KINDS[kind]} {member.digits}: {place} has it{added}, and no resource of the state"


def _is_phone(kind: MemberKind) -> bool:
    return kind is not MemberKind.SHORTCODE
