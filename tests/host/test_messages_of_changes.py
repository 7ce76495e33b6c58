"""What is said when a number can't be added, moved, changed or removed: what was tried, and how things stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import ApiError
from pulumi_plivo.errors import PlivoError
from pulumi_plivo.lifeline import lifeline
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pools.membership import Membership
from pytest_mock import MockerFixture

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_POOL, POOL, SMS_ONLY, Account
from tests.host.one_run import one_run

INPUTS: dict[str, Any] = {"number_pool_uuid": POOL, "number": NUMBER, "service": None, "unrent": False, "adopt": False}
STATE = {**INPUTS, "service": "sms", "details": {"adopted": False}}
MOVED, MMS = {**INPUTS, "number_pool_uuid": OTHER_POOL}, {**INPUTS, "service": "mms"}
#: Of the pool, of its sms and of its mms members, as a sentence names them.
HERE, THERE, AS_SMS, AS_MMS = (f"pool {POOL}", f"pool {OTHER_POOL}", f"pool {POOL} (service sms)", "(service mms)")
SAID_400, SAID_500 = 'Plivo answered 400 "no text"', 'Plivo answered 500 "no text"'
LOST = "Plivo gave no answer (the connection failed (Remote end closed connection without response))"
NO_RENTED = f"GET */Account/{AUTH_ID}/Number/* status=500"


@dataclass
class Case:
    """A change of a number's inputs, what goes wrong with it, and what is said then."""

    said: str
    faults: Sequence[str]
    news: dict[str, Any] = field(default_factory=lambda: MOVED)
    is_there: bool = True
    may_be_in_two: bool = False


def lost(method: str, pool: str, nth: int) -> list[str]:
    """Lose an answer, and all looks at a pool from the nth on."""
    return [f"{method} * drop-answer", f"GET */{pool}/* nth={nth} times=99 status=500"]


def in_doubt(verb: str, where: str) -> str:
    return (
        f"tried to {verb} number {NUMBER} {where}: {LOST}, and it could not be looked up afterwards; it stays rented,"
        " but which pool it is in is not known; the next `pulumi up` looks again and finishes; to go back instead,"
        " `pulumi refresh` first"
    )


CHANGES = {
    "a look that failed": Case(
        f"could not look up number {NUMBER} in {THERE}: {SAID_500}; nothing was changed", ["GET * status=500"]
    ),
    "an answer that was cut off": Case(
        f"could not look up number {NUMBER} in {THERE}: Plivo gave no answer (the answer broke off); nothing was"
        " changed",
        ["GET * truncate"],
    ),
    "a refused move, for no known cause": Case(
        f"could not move number {NUMBER} from {HERE} to {THERE}: {SAID_400}, and the cause could not be looked up:"
        f" {SAID_500}; it was not touched; the next `pulumi up` tries again",
        ["POST * status=400", NO_RENTED],
    ),
    "a refused move of what is nowhere": Case(
        f"could not move number {NUMBER} from {HERE} to {THERE}: {SAID_400}; it is in neither {HERE} nor {OTHER_POOL},"
        " and nothing was changed",
        ["POST * status=400"],
        is_there=False,
    ),
    "a move that failed at both ends": Case(
        f"could not bring number {NUMBER} from {AS_SMS} to {THERE} (service sms): {SAID_400}; then, on removing it"
        f" first: {SAID_400}; and it could not be put back: {SAID_400}; it was removed from {AS_SMS}, is still rented,"
        " and probably in no pool; the next `pulumi up` brings it to its new place; to go back to the old one instead,"
        " `pulumi refresh` first",
        ["POST * status=400"],
    ),
    "a move that did not leave": Case(
        f"number {NUMBER} is in {THERE}, but could not be removed from {HERE}: {SAID_400}; it may be in both and stays"
        f" rented; the next `pulumi up` finishes the move; to go back instead, take it out of {THERE} at Plivo",
        ["DELETE * status=400"],
        may_be_in_two=True,
    ),
    "a move in doubt": Case(in_doubt("move", f"to {THERE}"), lost("POST", OTHER_POOL, 3), may_be_in_two=True),
    "a removal in doubt": Case(in_doubt("remove", f"from {HERE}"), lost("DELETE", POOL, 3), MMS),
    "an add in doubt": Case(in_doubt("add", f"to {HERE}"), lost("POST", POOL, 3), MMS),
    "an add of what had left, in doubt": Case(in_doubt("add", f"to {HERE}"), lost("POST", POOL, 3), MMS, False),
    "a refused add of what had left": Case(
        f"could not add number {NUMBER} to {HERE} again, which it had left: {SAID_400}; see the number in Plivo's"
        " console; it is not in the pool, and still rented unless this says otherwise; the next `pulumi up` tries"
        " again",
        ["POST * status=400"],
        MMS,
        is_there=False,
    ),
    "a service that could not be looked up": Case(
        f"could not look up whether number {NUMBER} can change to mms: {SAID_500}; it is in {HERE} as before",
        [NO_RENTED],
        MMS,
    ),
    "a service that could not be changed": Case(
        f"could not bring number {NUMBER} from {AS_SMS} to {HERE} {AS_MMS}: {SAID_400}; it is still in {AS_SMS}",
        ["DELETE * status=400"],
        MMS,
    ),
}


@pytest.mark.parametrize("case", CHANGES.values(), ids=CHANGES)
def test_a_change_that_fails_says_what_was_tried_and_where_the_number_is(
    sandbox: RunningSandbox, account: Account, case: Case
) -> None:
    sandbox.set_quirk("api-id", "missing")
    sandbox.set_quirk("add-in-other-pool", "accept" if case.may_be_in_two else "reject")
    if case.is_there:
        account.add(POOL, NUMBER)
    for fault in case.faults:
        sandbox.add_fault(fault)
    with one_run(sandbox) as provide, pytest.raises(PlivoError) as raised:
        provide(PoolNumberProvider).update(NUMBER, STATE, case.news)
    assert str(raised.value) == case.said
    assert account.unrented == []


@pytest.mark.parametrize(
    ("unrent", "faults", "said"),
    [
        (False, lost("DELETE", POOL, 1), f"tried to remove number {NUMBER} from {HERE}: {LOST}, and it could not be"),
        (
            True,
            lost("DELETE", POOL, 2),
            f"tried to remove number {NUMBER} from {HERE} and to unrent it: {LOST}, and it could not be looked up"
            " afterwards; not done:",
        ),
    ],
)
def test_a_removal_that_can_not_be_looked_up_says_what_was_tried(
    sandbox: RunningSandbox, account: Account, unrent: bool, faults: list[str], said: str
) -> None:
    account.add(POOL, NUMBER)
    for fault in faults:
        sandbox.add_fault(fault)
    with one_run(sandbox) as provide, pytest.raises(PlivoError) as raised:
        provide(PoolNumberProvider).delete(NUMBER, {**STATE, "unrent": unrent})
    assert said in str(raised.value)


def test_a_number_of_which_it_is_not_known_whether_it_is_rented_still_is_named(
    sandbox: RunningSandbox, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.add(POOL, NUMBER)
    sandbox.add_fault(NO_RENTED)
    with one_run(sandbox) as provide:
        provide(PoolNumberProvider).delete(NUMBER, {**STATE, "unrent": True})
    assert capsys.readouterr().err == (
        f"warning: number {NUMBER}: left {HERE}; whether Plivo unrented could not be looked up, perhaps still rented:"
        " see Plivo's console\n"
    )


@pytest.mark.parametrize(
    ("number", "service", "faults", "said"),
    [
        (
            "4155550100",
            None,
            [],
            "; the account does not rent 4155550100, but 14155550100: did you leave out the country code?; nothing was",
        ),
        (NUMBER, None, ["POST * status=400", NO_RENTED], "; the cause could not be looked up; nothing was changed"),
        ("442071838751", "sms", [], "; 442071838751 can't send SMS; nothing was changed"),
        (
            NUMBER,
            None,
            ["POST * status=429"],
            f'could not add number {NUMBER} to {HERE}: Plivo answered 429 "no text"; the account makes more calls than'
            " Plivo allows; nothing was changed",
        ),
    ],
)
def test_an_add_that_is_refused_says_why_as_far_as_it_can_be_told(
    sandbox: RunningSandbox, number: str, service: str | None, faults: list[str], said: str
) -> None:
    sandbox.set_quirk("api-id", "missing")
    silent = {"number": "442071838751", "country_iso2": "GB", "sms": False}
    sandbox.seed({"accounts": [{"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "numbers": [silent]}]})
    for fault in faults:
        sandbox.add_fault(fault)
    with one_run(sandbox) as provide, pytest.raises(PlivoError) as raised:
        provide(PoolNumberProvider).create({**INPUTS, "number": number, "service": service})
    assert said in str(raised.value)


def test_an_add_long_after_the_first_look_says_that_the_number_was_not_added(
    sandbox: RunningSandbox, mocker: MockerFixture
) -> None:
    unanswered = ApiError(status=500, text="no", api_id=None, method="GET", path="x")
    mocker.patch.object(Membership, "find_to_add", side_effect=unanswered)
    with (
        one_run(sandbox) as provide,
        pytest.raises(PlivoError, match=f'{HERE}: Plivo answered 500 "no"; it was not added'),
    ):
        provide(PoolNumberProvider).create(INPUTS)


def test_a_number_that_others_put_into_the_pool_after_the_first_look_is_not_taken_over(
    sandbox: RunningSandbox, account: Account, mocker: MockerFixture
) -> None:
    account.add(OTHER_POOL, NUMBER)
    with one_run(sandbox) as provide:
        numbers = provide(PoolNumberProvider)
        by_others = numbers.membership.find(OTHER_POOL, NUMBER)
        mocker.patch.object(Membership, "find_to_add", return_value=by_others)
        with pytest.raises(PlivoError, match="it was put there meanwhile, by other hands; if no other stack owns it"):
            numbers.create(INPUTS)


def test_a_service_that_the_number_lacks_says_that_it_was_not_touched(
    sandbox: RunningSandbox, account: Account
) -> None:
    account.add(POOL, SMS_ONLY)
    with one_run(sandbox) as provide, pytest.raises(PlivoError) as raised:
        provide(PoolNumberProvider).update(SMS_ONLY, {**STATE, "number": SMS_ONLY}, {**MMS, "number": SMS_ONLY})
    assert str(raised.value) == (
        f"could not change the service of number {SMS_ONLY} in {HERE} to mms: {SMS_ONLY} can't send MMS; use"
        ' service="sms"; it was not touched'
    )


def test_a_delete_that_the_settings_forbid_says_what_to_do(sandbox: RunningSandbox) -> None:
    with one_run(sandbox) as provide, pytest.raises(PlivoError) as raised:
        provide(PoolNumberProvider, allowUnrent="false").delete(NUMBER, {**STATE, "unrent": True})
    assert str(raised.value) == (
        f"number {NUMBER} stays in {HERE}: unrent=True would give back for good, and plivo:allowUnrent (or"
        " PLIVO_ALLOW_UNRENT) forbids it; nothing was sent; allow it, or run `pulumi up` with unrent=False first"
    )
    assert sandbox.calls == []


def test_an_exclusive_list_that_can_not_remove_a_stranger_says_which(sandbox: RunningSandbox, account: Account) -> None:
    sandbox.set_quirk("api-id", "missing")
    account.add(POOL, SMS_ONLY)
    sandbox.add_fault("DELETE * status=400")
    exclusive = {"number_pool_uuid": POOL, "numbers": {NUMBER: ""}, "exclusive": True}
    with one_run(sandbox) as provide:
        made = provide(PoolNumbersProvider).create(exclusive)
    assert made.outs is not None
    assert made.outs["unfinished"] == (
        f"{HERE}: its own numbers are done; exclusive=True: not removed: {SMS_ONLY}; could not remove number {SMS_ONLY}"
        f" from {HERE}: {SAID_400}; the next `pulumi up` does the rest"
    )


def test_after_a_cancel_a_change_says_that_it_was_not_sent(sandbox: RunningSandbox, account: Account) -> None:
    account.add(POOL, NUMBER)
    with one_run(sandbox) as provide:
        numbers = provide(PoolNumberProvider)
        lifeline.cancel()
        with pytest.raises(PlivoError, match=f"from {HERE}: it was not sent: the run was cancelled; not done"):
            numbers.delete(NUMBER, STATE)
    assert account.numbers() == {NUMBER: "sms"}


def test_once_the_engine_has_ended_a_change_says_that_it_was_not_sent(
    sandbox: RunningSandbox, account: Account, mocker: MockerFixture
) -> None:
    account.add(POOL, NUMBER)
    with one_run(sandbox) as provide:
        numbers = provide(PoolNumberProvider)
        mocker.patch.object(lifeline, "_is_orphan", return_value=True)
        with pytest.raises(PlivoError, match="it was not sent: Pulumi's engine, which asked for it, has ended"):
            numbers.delete(NUMBER, STATE)
    assert account.numbers() == {NUMBER: "sms"}
