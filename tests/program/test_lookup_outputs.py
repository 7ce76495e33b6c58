"""Look-ups in a program: for inputs that are known, unknown or secret, and with what the ledger makes of them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pulumi
import pulumi_plivo
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo import (
    FoundPoolNumber,
    FoundPowerpack,
    PoolNumber,
    PoolNumbers,
    get_account_number_output,
    get_number_pool_output,
    get_powerpack,
    get_powerpack_output,
    list_account_numbers_output,
    list_pool_numbers,
    list_pool_numbers_output,
    list_pool_shortcodes_output,
    list_pool_toll_frees_output,
    list_powerpacks_output,
    search_numbers_output,
)

from tests.conftest import NO_POOL, NUMBER, OTHER_NUMBER, POOL, SHORTCODE, Account
from tests.program.mocked import Mocks, run
from tests.program.test_lookups import OTP

pytestmark = pytest.mark.usefixtures("program")

EVERY: list[tuple[Callable[..., "pulumi.Output[Any]"], dict[str, Any]]] = [
    (get_powerpack_output, {"name": "otp"}),
    (get_powerpack_output, {"uuid": OTP}),
    (get_number_pool_output, {"uuid": POOL}),
    (list_pool_numbers_output, {"number_pool_uuid": POOL, "starts_with": ["415"], "country_iso2": "US"}),
    (list_pool_toll_frees_output, {"number_pool_uuid": POOL}),
    (list_pool_shortcodes_output, {"number_pool_uuid": POOL}),
    (get_account_number_output, {"number": NUMBER}),
    (list_account_numbers_output, {"number_startswith": "1415", "services": "sms"}),
    (search_numbers_output, {"country_iso2": "US", "limit": 3}),
]
every_look_up = pytest.mark.parametrize(("look_up", "arguments"), EVERY)


def outcome(output: "pulumi.Output[Any]", seen: dict[str, Any]) -> None:
    """Note what becomes of an output."""

    async def note() -> str:
        seen["is_known"], seen["is_secret"] = await output.is_known(), await output.is_secret()
        seen["value"] = await output.future()
        return ""

    pulumi.Output.all(noted=note())


def result_of(make: Callable[[], "pulumi.Output[Any]"], *, is_preview: bool = False) -> dict[str, Any]:
    """Run a program of one look-up."""
    seen: dict[str, Any] = {}
    run(lambda: outcome(make(), seen), is_preview=is_preview)
    return seen


def unknown() -> "pulumi.Output[Any]":
    """Return what a resource that does not exist yet will tell."""
    return pulumi.Output.from_input(pulumi.output.UNKNOWN).apply(lambda value: value)


def with_inputs(look_up: Callable[..., "pulumi.Output[Any]"], given: dict[str, Any]) -> "pulumi.Output[Any]":
    """Look up with arguments some of which are made within the program."""
    return look_up(**{name: value() if callable(value) else value for name, value in given.items()})


@every_look_up
def test_an_output_form_returns_what_the_plain_one_does_also_at_preview(
    look_up: Callable[..., "pulumi.Output[Any]"], arguments: dict[str, Any]
) -> None:
    plain: Callable[..., object] = getattr(pulumi_plivo, look_up.__name__.removesuffix("_output"))
    expected = {"is_known": True, "is_secret": False, "value": plain(**arguments)}

    def later() -> "pulumi.Output[Any]":
        return look_up(**{name: pulumi.Output.from_input(value) for name, value in arguments.items()})

    for is_preview in (True, False):
        assert result_of(lambda: look_up(**arguments), is_preview=is_preview) == expected
        assert result_of(later, is_preview=is_preview) == expected


def test_nothing_is_asked_while_an_argument_is_unknown_and_the_result_is_unknown_too(sandbox: RunningSandbox) -> None:
    for look_up, arguments in EVERY:
        for name in arguments:
            given = {**arguments, name: unknown}
            seen = result_of(partial(with_inputs, look_up, given), is_preview=True)
            assert seen == {"is_known": False, "is_secret": False, "value": None}
    assert sandbox.calls == []


def test_what_is_found_by_a_secret_is_secret() -> None:
    for look_up, arguments in EVERY:
        name, value = next(iter(arguments.items()))
        given = {**arguments, name: partial(pulumi.Output.secret, value)}
        seen = result_of(partial(with_inputs, look_up, given))
        assert (seen["is_known"], seen["is_secret"]) == (True, True)


def test_outputs_within_a_list_or_tuple_are_waited_for(account: Account) -> None:
    account.add(POOL, NUMBER)
    for several in (list, tuple):
        seen = result_of(
            lambda several=several: list_pool_numbers_output(  # type: ignore[misc]
                POOL, starts_with=several([pulumi.Output.from_input("415")]), country_iso2="US"
            )
        )
        assert [each.number for each in seen["value"]] == [NUMBER]


def test_every_powerpack_is_there_as_an_output() -> None:
    assert [each.name for each in result_of(list_powerpacks_output)["value"]] == ["otp", "alerts"]


def test_a_field_of_an_output_is_an_output() -> None:
    seen = result_of(lambda: get_powerpack_output(name="otp").number_pool_uuid)
    assert seen["value"] == POOL


@pytest.mark.parametrize(
    "numbers",
    [
        lambda: [each.number for each in list_pool_numbers(POOL)],
        lambda: list_pool_numbers_output(POOL).apply(lambda found: [each.number for each in found]),
        lambda: list_pool_numbers_output(get_powerpack_output(name="otp").number_pool_uuid).apply(
            lambda found: [each.number for each in found]
        ),
        lambda: {each.number: each.service for each in list_pool_numbers(POOL)},
    ],
    ids=["plain", "output", "output of an output", "mapping"],
)
def test_the_ledger_knows_every_number_that_a_look_up_found_for_a_resource(
    account: Account, numbers: Callable[[], Any]
) -> None:
    account.add(POOL, NUMBER)
    account.add(POOL, OTHER_NUMBER)
    mocked = run(lambda: PoolNumbers("many", number_pool_uuid=POOL, numbers=numbers(), unrent=True))
    (claim,) = mocked.claims
    assert (claim.pool, claim.members, claim.is_partial) == (POOL, (NUMBER, OTHER_NUMBER), False)


def test_a_number_that_is_found_and_declared_besides_is_declared_twice(account: Account) -> None:
    account.add(POOL, NUMBER)

    def program() -> None:
        PoolNumber("one", number_pool_uuid=POOL, number=NUMBER)
        found = list_pool_numbers_output(pulumi.Output.from_input(POOL))
        PoolNumbers("many", number_pool_uuid=POOL, numbers=found.apply(lambda all_: [each.number for each in all_]))

    with pytest.raises(pulumi.RunError, match=f"number {NUMBER} is declared twice"):
        run(program)


def test_a_claim_that_waits_for_a_look_up_of_what_is_unknown_is_partial(sandbox: RunningSandbox) -> None:
    def program() -> None:
        found = list_pool_numbers_output(unknown()).apply(lambda all_: [each.number for each in all_])
        PoolNumbers("many", number_pool_uuid=POOL, numbers=found)

    (claim,) = run(program, is_preview=True).claims
    assert (claim.members, claim.is_partial) == ((), True)
    assert sandbox.calls == []


def test_an_output_that_is_given_to_a_plain_look_up_is_said_to_need_the_other_form() -> None:
    def program() -> None:
        list_pool_numbers(pulumi.Output.from_input(POOL))  # type: ignore[arg-type]

    with pytest.raises(pulumi.RunError) as raised:
        run(program)
    assert str(raised.value) == (
        "list_pool_numbers: number_pool_uuid is an output, known only later: use list_pool_numbers_output; nothing was"
        " sent to Plivo"
    )


@pytest.mark.parametrize("is_output", [False, True])
def test_a_look_up_that_fails_ends_the_program_in_one_line(is_output: bool) -> None:
    def program() -> None:
        pool = pulumi.Output.from_input(NO_POOL) if is_output else NO_POOL
        found = list_pool_numbers_output(pool).apply(lambda all_: [each.number for each in all_])
        PoolNumbers("many", number_pool_uuid=POOL, numbers=found)

    with pytest.raises(pulumi.RunError, match="the account has no such number pool"):
        run(program)


def test_a_test_of_a_program_puts_its_own_answers_in_the_place_of_a_look_up(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulumi_plivo.get_powerpack", lambda name: FoundPowerpack("u", name, number_pool_uuid=POOL))
    monkeypatch.setattr("pulumi_plivo.list_pool_numbers", lambda pool: [FoundPoolNumber(NUMBER, pool)])

    def program() -> None:
        pool = pulumi_plivo.get_powerpack(name="otp").number_pool_uuid
        PoolNumbers(
            "many", number_pool_uuid=pool, numbers=[each.number for each in pulumi_plivo.list_pool_numbers(pool)]
        )

    assert run(program, Mocks()).claims[0].members == (NUMBER,)
    assert sandbox.calls == []


def test_a_shortcode_that_is_found_is_its_own_plain_text() -> None:
    (found,) = result_of(lambda: list_pool_shortcodes_output(POOL))["value"]
    assert found.shortcode == SHORTCODE
    assert get_powerpack(name="otp").number_pool_uuid == found.number_pool_uuid
