"""What is said when something can't be looked up, is not where it is looked for, or is found by a preview."""

from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.errors import PlivoError
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.one_member import MemberProvider
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_shortcode import PoolShortcodeProvider

from tests.conftest import AUTH_ID, NO_POOL, NOT_RENTED, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE, Account
from tests.host.conftest import claimed
from tests.host.one_run import Provide, one_run

A, B = "PoolNumber a", "PoolNumber b"
STATE: dict[str, Any] = {"number_pool_uuid": POOL, "number": NUMBER, "service": "sms", "unrent": True, "adopt": False}
LIST: dict[str, Any] = {
    "number_pool_uuid": POOL,
    "numbers": {NUMBER: "", OTHER_NUMBER: ""},
    "members": {NUMBER: "sms", OTHER_NUMBER: "sms"},
    "account": AUTH_ID,
    "unrent": True,
}
SAID_500 = 'Plivo answered 500 "no text"'
UNANSWERED = "GET * status=500"


@pytest.fixture(autouse=True)
def same_answers(sandbox: RunningSandbox) -> None:
    """Have no ids in answers, which differ from run to run."""
    sandbox.set_quirk("api-id", "missing")


def previewed(provide: Provide, provider: type[MemberProvider | PoolNumbersProvider], **inputs: Any) -> list[str]:
    """Return what the preview of something new says of it."""
    held_and_wanted.open([], [], is_preview=True)
    return [each.reason for each in provide(provider).check({}, inputs).failures or []]


@pytest.mark.parametrize(
    ("provider", "inputs", "said"),
    [
        (
            PoolNumberProvider,
            {"number_pool_uuid": POOL, "number": NOT_RENTED},
            f"the account does not rent {NOT_RENTED}; rent it first, or correct `number`",
        ),
        (
            PoolNumbersProvider,
            {"number_pool_uuid": POOL, "numbers": [NOT_RENTED, "14155559998"]},
            f"the account does not rent {NOT_RENTED}, 14155559998; rent them first, or correct `numbers`",
        ),
        (
            PoolNumberProvider,
            {"number_pool_uuid": POOL, "number": "415-555-0100"},
            "the account does not rent 4155550100, but 14155550100: did you leave out the country code?",
        ),
        (
            PoolNumberProvider,
            {"number_pool_uuid": NO_POOL, "number": NUMBER},
            f"the account has no number pool {NO_POOL}",
        ),
        (
            PoolShortcodeProvider,
            {"number_pool_uuid": POOL, "shortcode": "88888"},
            f"shortcode 88888 is not in pool {POOL}, and only Plivo's support can put it there",
        ),
    ],
)
def test_a_preview_says_what_the_account_lacks(
    sandbox: RunningSandbox, provider: type[MemberProvider], inputs: dict[str, Any], said: str
) -> None:
    with one_run(sandbox) as provide:
        assert previewed(provide, provider, **inputs) == [said]


@pytest.mark.parametrize(
    ("provider", "inputs", "settings", "said"),
    [
        (PoolNumberProvider, {"number": NUMBER}, {"authToken": None}, "there are no credentials for Plivo"),
        (PoolShortcodeProvider, {"shortcode": SHORTCODE}, {}, SAID_500),
        (
            PoolNumberProvider,
            {"number": NUMBER},
            {},
            f"could not look up number {NUMBER} in pool {POOL}: {SAID_500}; nothing was changed",
        ),
    ],
)
def test_a_preview_that_can_not_look_says_so_in_one_line(
    sandbox: RunningSandbox,
    capsys: pytest.CaptureFixture[str],
    provider: type[MemberProvider],
    inputs: dict[str, Any],
    settings: dict[str, None],
    said: str,
) -> None:
    sandbox.add_fault(UNANSWERED)
    with one_run(sandbox) as provide:
        held_and_wanted.open([], [], is_preview=True)
        found = provide(provider, **settings).check({}, {"number_pool_uuid": POOL, **inputs})
    assert not found.failures
    assert capsys.readouterr().err == f"no look at the account: {said}; the preview goes on without\n"


@pytest.mark.parametrize(
    ("provider", "id_", "state", "said"),
    [
        (
            PoolNumberProvider,
            NUMBER,
            STATE,
            f"could not read number {NUMBER} in pool {POOL}: {SAID_500}; nothing was changed",
        ),
        (PoolNumbersProvider, POOL, LIST, f"could not read pool {POOL}: {SAID_500}; nothing was changed"),
    ],
)
def test_a_refresh_that_fails_changes_nothing_and_says_so(
    sandbox: RunningSandbox, provider: type[MemberProvider], id_: str, state: dict[str, Any], said: str
) -> None:
    sandbox.add_fault(UNANSWERED)
    with one_run(sandbox) as provide, pytest.raises(PlivoError) as raised:
        provide(provider).read(id_, state)
    assert str(raised.value) == said


def test_a_refresh_names_what_left_its_pool_and_is_paid_for_still(
    sandbox: RunningSandbox, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.add(POOL, OTHER_NUMBER)
    with one_run(sandbox) as provide:
        provide(PoolNumberProvider).read(NUMBER, {**STATE, "details": {"adopted": False}})
        provide(PoolNumbersProvider).read(POOL, LIST)
    assert capsys.readouterr().err.splitlines() == [
        f"warning: number {NUMBER} is no longer in pool {POOL}, but still rented, which costs money; the next"
        " `pulumi up` adds it again; or give it back at Plivo",
        f"warning: no longer in pool {POOL}, but still rented, which costs money: number {NUMBER}; the next"
        " `pulumi up` adds again what the program declares; or give back at Plivo",
    ]


@pytest.mark.parametrize(
    ("provider", "id_", "state", "said"),
    [
        (
            PoolNumberProvider,
            NUMBER,
            {**STATE, "unrent": False, "number_pool_uuid": NO_POOL},
            f"number {NUMBER} is not in pool {NO_POOL}; whether the pool is there could not be looked up: {SAID_500};"
            " the state keeps it",
        ),
        (
            PoolNumbersProvider,
            POOL,
            {**LIST, "unrent": False, "number_pool_uuid": NO_POOL},
            f"not in pool {NO_POOL}: numbers {NUMBER}, {OTHER_NUMBER}; whether the pool is there could not be looked"
            f" up: {SAID_500}; the state keeps the resource",
        ),
    ],
)
def test_what_is_gone_for_no_known_reason_stays_in_the_state(
    sandbox: RunningSandbox, provider: type[MemberProvider], id_: str, state: dict[str, Any], said: str
) -> None:
    sandbox.add_fault(f"GET */NumberPool/{NO_POOL}/ status=500")
    with one_run(sandbox) as provide, pytest.raises(PlivoError) as raised:
        provide(provider).delete(id_, state)
    assert str(raised.value) == said


def test_a_shortcode_that_can_not_be_looked_up_is_not_taken_over(sandbox: RunningSandbox) -> None:
    sandbox.add_fault(UNANSWERED)
    with one_run(sandbox) as provide, pytest.raises(PlivoError) as raised:
        provide(PoolShortcodeProvider).create({"number_pool_uuid": POOL, "shortcode": SHORTCODE})
    assert str(raised.value) == (
        f"could not look up shortcode {SHORTCODE} in pool {POOL}: {SAID_500}; nothing was changed"
    )


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            UNANSWERED,
            f"could not look up number {NUMBER} in pool {POOL}: {SAID_500}; nothing was changed; the state keeps it",
        ),
        (
            f"GET */{NO_POOL}/* status=500",
            f"number {NUMBER} stays in pool {POOL}: the program wants it in another pool, where the state has it and"
            " Plivo does not; nothing was changed; run `pulumi refresh`, and then `pulumi up` without"
            " --target and --exclude, which moves it",
        ),
    ],
)
def test_a_number_that_should_be_in_another_pool_by_now_stays_until_it_is(
    sandbox: RunningSandbox, account: Account, fault: str, said: str
) -> None:
    account.add(POOL, NUMBER)
    sandbox.add_fault(fault)
    with one_run(sandbox) as provide:
        held_and_wanted.open([claimed(A, NUMBER)], [claimed(B, NUMBER, pool=OTHER_POOL)], is_preview=False)
        numbers = provide(PoolNumberProvider)
        with pytest.raises(PlivoError) as raised:
            numbers.delete(NUMBER, STATE)
    assert str(raised.value) == said
    assert account.numbers() == {NUMBER: "sms"}


def test_a_number_of_which_the_state_does_not_say_unrent_is_said_to_stay_rented(
    sandbox: RunningSandbox, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.add(POOL, NUMBER)
    with one_run(sandbox) as provide:
        held_and_wanted.open(
            [claimed(A, NUMBER, unrent=True)], [claimed(A, OTHER_NUMBER, unrent=True)], is_preview=False
        )
        held_and_wanted.name([NUMBER])
        provide(PoolNumberProvider).delete(NUMBER, {**STATE, "unrent": False})
    assert account.unrented == []
    assert f"number {NUMBER}: still rented: only what the state, the program" in capsys.readouterr().err


def test_a_number_whose_newest_program_says_otherwise_is_said_to_stay_rented(
    sandbox: RunningSandbox, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.add(POOL, NUMBER)
    with one_run(sandbox) as provide:
        held_and_wanted.open([claimed(A, NUMBER, unrent=True)], [claimed(A, OTHER_NUMBER)], is_preview=False)
        provide(PoolNumberProvider).delete(NUMBER, STATE)
    assert account.unrented == []
    assert (
        f"number {NUMBER}: still rented: only what the state, the program and its ledger all say"
        in capsys.readouterr().err
    )


def test_numbers_of_several_resources_that_one_takes_over_are_told_in_one_line(
    sandbox: RunningSandbox, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = {NUMBER: "", OTHER_NUMBER: ""}
    for digits in wanted:
        account.add(POOL, digits)
    with one_run(sandbox) as provide:
        held_and_wanted.open(
            [claimed(A, NUMBER), claimed(B, OTHER_NUMBER)],
            [claimed("PoolNumbers many", NUMBER, OTHER_NUMBER)],
            is_preview=False,
        )
        held_and_wanted.note_state(POOL, dict.fromkeys(wanted, "sms"))
        provide(PoolNumbersProvider).create({"number_pool_uuid": POOL, "numbers": wanted})
    assert capsys.readouterr().err == (
        f"numbers {NUMBER}, {OTHER_NUMBER} in pool {POOL}: taken over from {A}, {B}, which give them up; no call\n"
    )


def test_settings_that_can_not_be_used_are_named_before_anything_is_sent(sandbox: RunningSandbox) -> None:
    with one_run(sandbox) as provide, pytest.raises(PlivoError) as raised:
        provide(PoolNumberProvider, timeout="soon").delete(NUMBER, STATE)
    assert str(raised.value) == (
        "the settings can't be used: plivo:timeout: 'soon' is not a number of seconds above 0, up to 600; nothing was"
        " sent to Plivo"
    )
    assert sandbox.calls == []


def test_a_call_without_credentials_says_how_to_set_them(sandbox: RunningSandbox) -> None:
    with one_run(sandbox) as provide, pytest.raises(PlivoError) as raised:
        provide(PoolNumberProvider, authToken=None).delete(NUMBER, STATE)
    assert str(raised.value) == (
        "no credentials for Plivo: set plivo:authToken (or PLIVO_AUTH_TOKEN), the token with"
        " `pulumi config set --secret plivo:authToken`; nothing was sent to Plivo"
    )


def test_an_unrent_that_the_settings_forbid_is_said_under_its_input(sandbox: RunningSandbox) -> None:
    with one_run(sandbox) as provide:
        found = provide(PoolNumberProvider, allowUnrent="false").check(STATE, {**STATE})
    assert [(each.property, each.reason) for each in found.failures or []] == [
        ("unrent", "plivo:allowUnrent forbids it: no number of this stack may be given back")
    ]
