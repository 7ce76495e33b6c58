"""The provider is right under every setting of what the public documents leave open."""

from collections.abc import Callable, Iterator

import pytest
from plivo_sandbox.server.quirks import QUIRKS, WHOLE_NUMBER
from plivo_sandbox.server.running import RunningSandbox
from pulumi.dynamic import Config, ConfigureRequest
from pulumi_plivo.account import client_for
from pulumi_plivo.errors import PlivoError
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.one_member import MemberProvider
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_toll_free import PoolTollFreeProvider

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, TOLL_FREE, Account

InNewRun = Callable[[type[MemberProvider]], MemberProvider]

SETTINGS = [
    (name, "2" if value == WHOLE_NUMBER else value)
    for name, quirk in QUIRKS.items()
    for value in quirk.values
    # With these two an answer is no longer about the same account, or a pool is too small for the test.
    if value != quirk.default and name not in ("subaccount-access", "pool-size")
]


@pytest.fixture
def in_new_run(sandbox: RunningSandbox) -> Iterator[InNewRun]:
    """Return a provider as a new plugin process has it, but in this process: there are many settings to go through."""
    config = {"plivo:authId": AUTH_ID, "plivo:authToken": AUTH_TOKEN, "plivo:baseUrl": sandbox.base_url}

    def configured(provider_class: type[MemberProvider]) -> MemberProvider:
        held_and_wanted.forget()
        provider = provider_class()
        provider.configure(ConfigureRequest(Config(config, "test")))
        return provider

    yield configured
    client_for(configured(PoolNumberProvider).settings).close()
    client_for.cache_clear()
    held_and_wanted.forget()


@pytest.mark.parametrize(("quirk", "setting"), SETTINGS, ids=lambda value: value)
def test_a_whole_life_of_a_number_ends_as_it_should(
    in_new_run: InNewRun,
    sandbox: RunningSandbox,
    account: Account,
    capsys: pytest.CaptureFixture[str],
    quirk: str,
    setting: str,
) -> None:
    sandbox.set_quirk(quirk, setting)
    numbers = in_new_run(PoolNumberProvider)
    inputs = {"number_pool_uuid": POOL, "number": NUMBER, "service": "mms", "unrent": True, "adopt": False}
    created = numbers.create(inputs).outs
    assert account.numbers() == {NUMBER: "mms"}
    assert created is not None
    assert created["number_pool_uuid"] == POOL

    read = numbers.read(NUMBER, created)
    assert read.outs is not None
    assert (read.id, read.outs["service"]) == (NUMBER, "mms")

    for_sms = numbers.update(NUMBER, created, {**inputs, "service": "sms"}).outs
    assert account.numbers() == {NUMBER: "sms"}
    assert for_sms is not None
    moved = numbers.update(NUMBER, for_sms, {**inputs, "service": "sms", "number_pool_uuid": OTHER_POOL}).outs
    assert (account.numbers(POOL), account.numbers(OTHER_POOL)) == ({}, {NUMBER: "sms"})
    assert account.unrented == []
    assert moved is not None

    in_new_run(PoolNumberProvider).delete(NUMBER, moved)
    assert account.numbers(OTHER_POOL) == {}
    still_rented = NUMBER in account.rented
    assert still_rented == (quirk == "unrent-on-remove")
    assert ("still rented" in capsys.readouterr().err) == still_rented


@pytest.mark.parametrize(("quirk", "setting"), SETTINGS, ids=lambda value: value)
def test_what_is_in_the_pool_is_seen_and_what_left_it_is_not_unrented(
    in_new_run: InNewRun,
    sandbox: RunningSandbox,
    account: Account,
    capsys: pytest.CaptureFixture[str],
    quirk: str,
    setting: str,
) -> None:
    sandbox.set_quirk(quirk, setting)
    inputs = {"number_pool_uuid": POOL, "number": OTHER_NUMBER, "service": "mms", "unrent": True, "adopt": False}
    created = in_new_run(PoolNumberProvider).create(inputs).outs
    assert created is not None
    free = in_new_run(PoolTollFreeProvider).create({**inputs, "number": TOLL_FREE}).outs
    assert free is not None
    with pytest.raises(PlivoError, match="adopt=True"):
        in_new_run(PoolNumberProvider).create(inputs)
    assert in_new_run(PoolTollFreeProvider).read(TOLL_FREE, free).id == TOLL_FREE

    in_new_run(PoolNumberProvider).delete(OTHER_NUMBER, {**created, "unrent": False})
    assert in_new_run(PoolNumberProvider).read(OTHER_NUMBER, created).id == ""
    in_new_run(PoolNumberProvider).delete(OTHER_NUMBER, created)
    assert account.unrented == []
    assert "no longer in pool" in capsys.readouterr().err
