"""The lifecycle of shortcodes, as the engine drives it."""

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_shortcode import PoolShortcodeProvider

from tests.conftest import NO_POOL, OTHER_POOL, POOL, SHORTCODE, Account
from tests.host.conftest import StartPlugin
from tests.host.plugin import ProviderHost

INPUTS = {"number_pool_uuid": POOL, "shortcode": SHORTCODE}


def test_create_takes_over_the_shortcode_that_is_there(shortcodes: ProviderHost) -> None:
    id_, outputs = shortcodes.create(INPUTS)
    assert id_ == SHORTCODE
    assert {key: outputs[key] for key in INPUTS} == INPUTS
    assert outputs["country_iso2"] == "US"


def test_a_shortcode_that_is_not_there_is_an_error_that_names_the_way(shortcodes: ProviderHost) -> None:
    with pytest.raises(grpc.RpcError, match="ask Plivo's support"):
        shortcodes.create({**INPUTS, "number_pool_uuid": OTHER_POOL})


def test_a_pool_that_the_account_does_not_have_is_named_as_such(shortcodes: ProviderHost) -> None:
    with pytest.raises(
        grpc.RpcError, match=f"shortcode {SHORTCODE}: the account has no number pool {NO_POOL}; correct"
    ):
        shortcodes.create({**INPUTS, "number_pool_uuid": NO_POOL})


def test_a_pool_that_can_not_be_looked_up_is_told_as_such(shortcodes: ProviderHost, sandbox: RunningSandbox) -> None:
    sandbox.add_fault(f"GET */NumberPool/{OTHER_POOL}/ status=500")
    sandbox.add_fault(f"GET */NumberPool/{OTHER_POOL}/Shortcode/* status=404")
    with pytest.raises(
        grpc.RpcError, match=f"could not look up shortcode {SHORTCODE} in pool {OTHER_POOL}: Plivo answ"
    ):
        shortcodes.create({**INPUTS, "number_pool_uuid": OTHER_POOL})


@pytest.mark.parametrize("change", [{"number_pool_uuid": OTHER_POOL}, {"shortcode": "88888"}])
def test_every_change_replaces(shortcodes: ProviderHost, change: dict[str, str]) -> None:
    assert shortcodes.diff(SHORTCODE, INPUTS, {**INPUTS, **change}).replaces == list(change)


@pytest.mark.parametrize("text", ["12", "123456789", "7777a", ""])
def test_what_is_not_3_to_8_digits_is_named(shortcodes: ProviderHost, text: str) -> None:
    assert set(shortcodes.check({**INPUTS, "shortcode": text}).failures) == {"shortcode"}


def test_read_finds_it_and_gone_is_gone(shortcodes: ProviderHost) -> None:
    id_, outputs, _ = shortcodes.read(SHORTCODE, {"number_pool_uuid": POOL})
    assert (id_, {key: outputs[key] for key in INPUTS}) == (SHORTCODE, INPUTS)
    assert shortcodes.read(SHORTCODE, {"number_pool_uuid": OTHER_POOL, "country_iso2": "US"}) == ("", {}, {})


def test_delete_unlinks_it(start_plugin: StartPlugin, account: Account) -> None:
    later = start_plugin().host(PoolShortcodeProvider())
    later.delete(SHORTCODE, INPUTS)
    later.delete(SHORTCODE, INPUTS)
    assert account.shortcodes() == set()
