"""The official SDK for Node, as shipped, does what it has for Powerpacks, pools and numbers against the sandbox.

`make test` installs it where there is npm; elsewhere these tests are skipped.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import (
    AUTH_ID,
    AUTH_TOKEN,
    FOR_SALE,
    FOR_SALE_TOLL_FREE,
    NOT_RENTED,
    NUMBER,
    OTHER_NUMBER,
    POOL,
    SHORTCODE,
    SMS_ONLY,
    TOLL_FREE,
)
from tests.contract.conftest import POWERPACK, SUBACCOUNT, Plivo

SCRIPT = Path(__file__).with_name("official_node_sdk.js")
MODULES = [
    Path(sys.prefix) / "node" / "node_modules",
    *map(Path, filter(None, os.environ.get("NODE_PATH", "").split(os.pathsep))),
]
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(
    NODE is None or not any((modules / "plivo").is_dir() for modules in MODULES),
    reason="node, or its plivo package, is not installed",
)


class NodeError(Exception):
    """What the SDK rejected with, as `STATUS: text`; the classes of its errors get lost on any Node of today."""


class Node:
    """One process of Node, which runs code for every test."""

    def __init__(self) -> None:
        environment = {**os.environ, "NODE_PATH": os.pathsep.join(map(str, MODULES)), "NO_PROXY": "127.0.0.1"}
        self._process = subprocess.Popen(
            [str(NODE), "--no-deprecation", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def run(self, url: str, auth_token: str, code: str) -> Any:
        """Return what the code returns; raises `NodeError`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"url": url, "authId": AUTH_ID, "authToken": auth_token, "code": code}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "status" in answer:
            raise NodeError(f"{answer['status']}: {answer['text']}")
        return answer.get("result")

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


class Sdk:
    """A client of the SDK for the test account; `pack` is the Powerpack `otp`."""

    def __init__(self, node: Node, plivo: Plivo) -> None:
        self._node = node
        self._url = f"{plivo.origin}/v1/Account/{AUTH_ID}"
        self.auth_token = AUTH_TOKEN

    def run(self, code: str) -> Any:
        """Run code that has a `client`."""
        return self._node.run(self._url, self.auth_token, code)

    def with_pack(self, code: str) -> Any:
        """Run code that has the Powerpack as `pack` besides."""
        return self.run(f'const pack = await client.powerpacks.get("{POWERPACK}"); {code}')


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """The process that all tests share."""
    process = Node()
    yield process
    process.close()


@pytest.fixture
def sdk(node: Node, plivo: Plivo) -> Sdk:
    """The SDK on the sandbox."""
    return Sdk(node, plivo)


def test_powerpacks_are_listed_created_updated_and_deleted(sdk: Sdk, plivo: Plivo) -> None:
    assert sdk.run("return (await client.powerpacks.list({limit: 1, offset: 1})).map(each => each.name)") == ["alerts"]
    created = sdk.run('return (await client.powerpacks.create("new", {sticky_sender: false})).uuid')
    updated = sdk.run(
        f'const pack = await client.powerpacks.get("{created}");'
        'const updated = await pack.update({name: "newer", local_connect: false});'
        "return [updated.name, updated.stickySender, updated.localConnect]"
    )
    assert updated == ["newer", False, False]
    sdk.run(f'await (await client.powerpacks.get("{created}")).delete()')
    assert plivo.get(f"Powerpack/{created}/").status_code == 404


def test_deleting_a_powerpack_can_unrent_its_numbers(sdk: Sdk, plivo: Plivo) -> None:
    plivo.add(NUMBER)

    sdk.with_pack("await pack.delete(true)")

    assert plivo.state()["unrented"] == [NUMBER]


def test_numbers_are_added_found_listed_counted_and_removed(sdk: Sdk, plivo: Plivo) -> None:
    added = sdk.with_pack(
        f'const added = await pack.add_number("{NUMBER}", "mms"); return [added.number, added.service]'
    )
    assert added == [NUMBER, "mms"]
    sdk.with_pack(f'await pack.add_number("{OTHER_NUMBER}")')
    assert plivo.members() == {NUMBER: "mms", OTHER_NUMBER: "sms"}
    assert sdk.with_pack(f'return (await pack.find_number("{NUMBER}")).number') == NUMBER
    listed = "return (await pack.list_numbers({service: 'mms', limit: 20})).objects.map(each => each.number)"
    assert sdk.with_pack(listed) == [NUMBER]
    assert sdk.with_pack("return await pack.count_numbers()") == 2
    assert sdk.with_pack(f'return (await pack.remove_number("{NUMBER}")).response') == "success"
    sdk.with_pack(f'await pack.remove_number("{OTHER_NUMBER}", true)')
    assert plivo.members() == {}
    assert plivo.state()["unrented"] == [OTHER_NUMBER]


def test_toll_frees_and_shortcodes_are_found_listed_and_removed(sdk: Sdk, plivo: Plivo) -> None:
    assert sdk.with_pack(f'return (await pack.add_tollfree("{TOLL_FREE}")).number') == TOLL_FREE
    assert sdk.with_pack(f'return (await pack.find_tollfree("{TOLL_FREE}")).type') == "tollfree"
    assert sdk.with_pack("return (await pack.list_tollfree()).objects.length") == 1
    sdk.with_pack(f'await pack.remove_tollfree("{TOLL_FREE}", true)')
    assert sdk.with_pack(f'return (await pack.find_shortcode("{SHORTCODE}")).numberPoolUuid') == POOL
    assert sdk.with_pack("return (await pack.list_shortcodes()).objects.length") == 1
    sdk.with_pack(f'await pack.remove_shortcode("{SHORTCODE}")')
    assert plivo.state()["pools"][POOL] == {"numbers": {}, "tollfrees": {}, "shortcodes": []}
    assert plivo.state()["unrented"] == [TOLL_FREE]


def test_numbers_are_bought_and_added_in_one_call_by_name_and_by_search(sdk: Sdk, plivo: Plivo) -> None:
    sdk.with_pack(f'await pack.buy_add_number({{number: "{FOR_SALE}"}})')
    plivo.sandbox.seed({"numbers_for_sale": [{"number": "13125550190", "type": "local"}]})
    sdk.with_pack('await pack.buy_add_number({country_iso2: "US", type: "fixed", pattern: "312", service: "sms"})')

    assert set(plivo.members()) == {FOR_SALE, "13125550190"}
    assert plivo.rents("13125550190")


def test_the_pool_of_a_powerpack_sends_unrent_as_a_string_and_is_refused_as_plivo_does(sdk: Sdk, plivo: Plivo) -> None:
    pool = "const {numbers, tollfree} = pack.number_pool;"
    added = sdk.with_pack(f'{pool} await tollfree.add("{TOLL_FREE}"); return (await numbers.add("{NUMBER}")).number')
    assert added == NUMBER
    assert sdk.with_pack(f"{pool} return (await numbers.list()).objects.length") == 2
    assert sdk.with_pack(f"{pool} return await numbers.count({{service: 'sms'}})") == 1
    with pytest.raises(NodeError, match="400: invalid powerpack number delete request"):
        sdk.with_pack(f'{pool} await numbers.remove("{NUMBER}", true)')
    with pytest.raises(NodeError, match="400: invalid powerpack number delete request"):
        sdk.with_pack(f'{pool} await tollfree.remove("{TOLL_FREE}")')
    assert set(plivo.members()) == {NUMBER, TOLL_FREE}


def test_the_accounts_numbers_are_listed_read_updated_and_unrented(sdk: Sdk, plivo: Plivo) -> None:
    assert sdk.run("return (await client.numbers.list({limit: 5, offset: 2})).length") == 5
    assert sdk.run('return (await client.numbers.list({type: "tollfree"})).map(each => each.number)') == [TOLL_FREE]
    assert SMS_ONLY not in sdk.run('return (await client.numbers.list({services: "mms"})).map(each => each.number)')
    sdk.run(
        f'await client.numbers.update("{NUMBER}", {{alias: "front desk", subAccount: "{SUBACCOUNT}", appId: "77"}})'
    )
    told = f'const {{alias, subAccount}} = await client.numbers.get("{NUMBER}"); return [alias, subAccount]'
    assert sdk.run(told) == ["front desk", SUBACCOUNT]
    given = f'return (await client.numbers.list({{subAccount: "{SUBACCOUNT}"}})).map(each => each.number)'
    assert sdk.run(given) == [NUMBER]
    assert sdk.run('return (await client.numbers.list({renewal_date__lt: "2020-01-01"})).length') == 0
    assert sdk.run(f'return await client.numbers.unrent("{NUMBER}")') is True
    assert plivo.state()["unrented"] == [NUMBER]


def test_numbers_are_searched_and_bought(sdk: Sdk, plivo: Plivo) -> None:
    search = 'await client.numbers.search("US", {type: "tollfree", services: "sms", limit: 5})'
    assert sdk.run(f"return ({search}).map(each => each.number)") == [FOR_SALE_TOLL_FREE]
    assert sdk.run(f'return (await client.numbers.buy("{FOR_SALE_TOLL_FREE}", "77")).status') == "fulfilled"
    assert plivo.get(f"Number/{FOR_SALE_TOLL_FREE}/").json()["application"].endswith("/Application/77/")


def test_errors_have_the_status_and_the_text(sdk: Sdk) -> None:
    with pytest.raises(NodeError, match="404: not found"):
        sdk.with_pack(f'await pack.add_number("{NOT_RENTED}")')
    with pytest.raises(NodeError, match="400: a powerpack named otp already exists"):
        sdk.run('await client.powerpacks.create("otp")')
    with pytest.raises(NodeError, match="400: type must be one of"):
        sdk.run('await client.numbers.list({type: "fax"})')
    sdk.auth_token = "wrong"
    with pytest.raises(NodeError, match="401: authentication failed"):
        sdk.run("await client.powerpacks.list()")


def test_an_empty_json_string_is_what_it_sends_for_no_arguments(sdk: Sdk, plivo: Plivo) -> None:
    sdk.with_pack(f'await pack.remove_shortcode("{SHORTCODE}"); await client.numbers.unrent("{NUMBER}")')

    deletes = [call for call in plivo.sandbox.calls if call.method == "DELETE"]
    assert [(call.body, call.status) for call in deletes] == [(b'""', 200), (b'""', 204)]
