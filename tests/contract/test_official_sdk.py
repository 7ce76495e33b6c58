"""The official `plivo` SDK, as shipped, does all it has for Powerpacks, pools and numbers against the sandbox."""

from collections.abc import Iterator
from typing import Any

import pytest
from plivo import RestClient, exceptions
from plivo.rest import client as sdk_client
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import (
    AUTH_ID,
    AUTH_TOKEN,
    FOR_SALE,
    NO_POOL,
    NOT_RENTED,
    NUMBER,
    OTHER_NUMBER,
    POOL,
    SHORTCODE,
    SMS_ONLY,
    TOLL_FREE,
)
from tests.contract.conftest import POWERPACK, Plivo


@pytest.fixture
def sdk(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The SDK's client; where the API lives is a constant of its module."""
    monkeypatch.setattr(sdk_client, "PLIVO_API_BASE_URI", f"{sandbox.base_url}/Account")
    with RestClient(AUTH_ID, AUTH_TOKEN) as client:
        yield client


@pytest.fixture
def powerpack(sdk: Any) -> Any:
    """The Powerpack `otp`."""
    return sdk.powerpacks.get(uuid=POWERPACK)


def numbers(response: Any) -> list[str]:
    return [entry.number for entry in response.objects]


def test_powerpacks_are_listed(sdk: Any) -> None:
    response = sdk.powerpacks.list(limit=1, offset=1)

    assert [entry.name for entry in response.objects] == ["alerts"]
    assert response.meta.total_count == 2


def test_a_powerpack_is_created_updated_and_deleted(sdk: Any) -> None:
    created = sdk.powerpacks.create(name="new", sticky_sender=False)
    found = sdk.powerpacks.get(uuid=created.uuid)

    updated = found.update({"name": "newer", "local_connect": False})
    deleted = found.delete()

    assert (created.sticky_sender, updated.name, updated.local_connect, deleted) == (False, "newer", False, None)
    with pytest.raises(exceptions.ResourceNotFoundError, match="not found"):
        sdk.powerpacks.get(uuid=created.uuid)


def test_a_powerpack_reads_itself_again(powerpack: Any) -> None:
    assert powerpack.get().name == "otp"


def test_deleting_a_powerpack_can_unrent_its_numbers(powerpack: Any, plivo: Plivo) -> None:
    powerpack.add_number(NUMBER)

    powerpack.delete(unrent_numbers=True)

    assert not plivo.rents(NUMBER)


def test_numbers_are_added_found_listed_counted_and_removed(powerpack: Any, plivo: Plivo) -> None:
    added = powerpack.add_number(NUMBER)
    powerpack.add_number(OTHER_NUMBER, service="mms")

    assert (added.number, added.service, added.number_pool_uuid) == (NUMBER, "sms", POOL)
    assert powerpack.find_number(NUMBER).number == NUMBER
    assert powerpack.find_number(OTHER_NUMBER, service="mms").number == OTHER_NUMBER
    assert numbers(powerpack.list_numbers()) == [NUMBER, OTHER_NUMBER]
    assert numbers(powerpack.list_numbers(service="mms", limit=20)) == [OTHER_NUMBER]
    assert numbers(powerpack.list_numbers(starts_with="415", country_iso2="US", type="fixed", limit=1, offset=1)) == [
        OTHER_NUMBER
    ]
    assert powerpack.count_numbers() == 2
    assert powerpack.count_numbers(service="sms") == 1
    assert powerpack.remove_number(NUMBER).response == "success"
    assert powerpack.count_numbers() == 1
    assert plivo.rents(NUMBER)


def test_a_removed_number_is_unrented_when_asked(powerpack: Any, plivo: Plivo) -> None:
    powerpack.add_number(NUMBER)

    powerpack.remove_number(NUMBER, True)

    assert not plivo.rents(NUMBER)


def test_unrent_as_a_string_is_refused_as_plivo_does(powerpack: Any, plivo: Plivo) -> None:
    powerpack.add_number(NUMBER)

    with pytest.raises(exceptions.ValidationError, match="invalid powerpack number delete request"):
        powerpack.remove_number(NUMBER, "true")
    assert plivo.rents(NUMBER)


def test_toll_frees_are_added_found_listed_and_removed(powerpack: Any, plivo: Plivo) -> None:
    assert powerpack.add_tollfree(TOLL_FREE).type == "tollfree"
    assert powerpack.find_tollfree(TOLL_FREE).number == TOLL_FREE
    assert numbers(powerpack.list_tollfree()) == [TOLL_FREE]
    assert powerpack.remove_tollfree(TOLL_FREE).response == "success"
    assert plivo.rents(TOLL_FREE)
    powerpack.add_tollfree(TOLL_FREE)
    powerpack.remove_tollfree(TOLL_FREE, unrent=True)
    assert not plivo.rents(TOLL_FREE)


def test_shortcodes_are_found_listed_and_removed(powerpack: Any) -> None:
    assert powerpack.find_shortcode(SHORTCODE).shortcode == SHORTCODE
    assert [entry.shortcode for entry in powerpack.list_shortcodes().objects] == [SHORTCODE]
    assert powerpack.remove_shortcode(SHORTCODE).response == "success"
    with pytest.raises(exceptions.ResourceNotFoundError):
        powerpack.find_shortcode(SHORTCODE)


def test_a_number_is_bought_and_added_in_one_call(powerpack: Any, plivo: Plivo) -> None:
    assert powerpack.buy_add_number(number=FOR_SALE, service="mms").number == FOR_SALE
    assert plivo.rents(FOR_SALE)


def test_buying_by_search_reaches_the_sandbox_before_the_sdk_itself_breaks(powerpack: Any, plivo: Plivo) -> None:
    with pytest.raises(TypeError, match="has no len"):
        powerpack.buy_add_number(pattern="415", country_iso2="US", type="fixed", region="California")

    call = plivo.sandbox.calls[-1]
    assert call.path.endswith("/PhoneNumber/")
    assert (call.query, call.status) == ("pattern=415&type=fixed&country_iso=US&region=California", 200)


def test_the_pool_of_a_powerpack_does_the_same(powerpack: Any, plivo: Plivo) -> None:
    pool = powerpack.numberpool

    assert pool.numbers.add(NUMBER, service="mms").service == "mms"
    assert pool.numbers.find(NUMBER).number == NUMBER
    assert numbers(pool.numbers.list(starts_with="415", country_iso2="US")) == [NUMBER]
    assert pool.numbers.count(service="mms") == 1
    assert pool.numbers.remove(NUMBER).response == "success"
    assert pool.numbers.buy_add_number(number=FOR_SALE).number == FOR_SALE
    assert pool.tollfree.add(TOLL_FREE).number == TOLL_FREE
    assert pool.tollfree.find(TOLL_FREE).number == TOLL_FREE
    assert numbers(pool.tollfree.list(limit=5)) == [TOLL_FREE]
    assert pool.tollfree.remove(TOLL_FREE, unrent=True).response == "success"
    assert pool.shortcodes.find(SHORTCODE).shortcode == SHORTCODE
    assert [entry.shortcode for entry in pool.shortcodes.list().objects] == [SHORTCODE]
    assert pool.shortcodes.remove(SHORTCODE).response == "success"
    assert plivo.rents(NUMBER)
    assert not plivo.rents(TOLL_FREE)


def test_the_accounts_numbers_are_listed_read_updated_and_unrented(sdk: Any, plivo: Plivo) -> None:
    assert len(sdk.numbers.list(limit=5, offset=2)) == 5
    assert [number.number for number in sdk.numbers.list(type="tollfree")] == [TOLL_FREE]
    assert SMS_ONLY not in [number.number for number in sdk.numbers.list(services=["mms"])]
    assert sdk.numbers.get(NUMBER).sms_enabled is True
    assert sdk.numbers.update(NUMBER, alias="front desk").message == "changed"
    number = sdk.numbers.get(NUMBER)
    assert number.alias == "front desk"
    number.update(alias="back door")
    assert sdk.numbers.get(NUMBER).alias == "back door"
    assert sdk.numbers.delete(NUMBER) is None
    assert sdk.numbers.get(OTHER_NUMBER).delete() is None
    assert plivo.state()["unrented"] == [NUMBER, OTHER_NUMBER]


def test_numbers_are_searched_and_bought(sdk: Any, plivo: Plivo) -> None:
    found = sdk.numbers.search(country_iso="US", pattern="415", type="fixed", services="sms", limit=5)

    assert numbers(found) == [FOR_SALE]
    assert sdk.numbers.buy(FOR_SALE).status == "fulfilled"
    assert plivo.rents(FOR_SALE)


def test_errors_become_the_sdks_exceptions(sdk: Any, powerpack: Any, sandbox: RunningSandbox) -> None:
    with pytest.raises(exceptions.ResourceNotFoundError, match="not found"):
        sdk.powerpacks.get(uuid=NO_POOL)
    with pytest.raises(exceptions.ResourceNotFoundError, match="not found"):
        powerpack.add_number(NOT_RENTED)
    with pytest.raises(exceptions.ValidationError, match="not an MMS enabled"):
        powerpack.add_number(SMS_ONLY, service="mms")
    with pytest.raises(exceptions.ValidationError, match="already exists"):
        sdk.powerpacks.create(name="otp")
    sandbox.add_fault("GET */Powerpack/ status=429")
    with pytest.raises(exceptions.PlivoRestError, match="429"):
        sdk.powerpacks.list()


def test_wrong_credentials_become_an_authentication_error(sdk: Any) -> None:
    sdk.session.auth = (AUTH_ID, "wrong")

    with pytest.raises(exceptions.AuthenticationError, match="authentication failed"):
        sdk.powerpacks.list()
