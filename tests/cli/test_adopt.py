"""`plivo-numbers adopt`: the form of what it writes, in a stable order, and what it refuses."""

import ast
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Powerpack
from pulumi_plivo.api.powerpack_calls import Powerpacks
from pytest_mock import MockerFixture

from tests.cli.conftest import Command
from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE, TOLL_FREE, Account

sys.path.insert(0, str(Path(__file__).parents[2] / "stacks"))

from pool_config import read_pools

LAST_NUMBER = "14155550107"


@pytest.fixture
def filled(sandbox: RunningSandbox, account: Account) -> None:
    """A pool with numbers, one of them for MMS, a toll-free number and a shortcode, added in no order."""
    account.add(POOL, LAST_NUMBER)
    account.add(POOL, OTHER_NUMBER, "mms")
    account.add(POOL, NUMBER)
    seed(sandbox, {"name": "otp", "tollfrees": [TOLL_FREE]})


def seed(sandbox: RunningSandbox, *powerpacks: dict[str, Any]) -> None:
    """Add Powerpacks to the account."""
    account = {"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "powerpacks": list(powerpacks)}
    sandbox.seed({"accounts": [account]})


CONFIG = f"""\
  plivo-numbers:pools:
    # Powerpack otp, b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e
    - name: otp
      number_pool_uuid: {POOL}
      adopt: true
      together: true
      numbers:
        - "{NUMBER}"
        - {{number: "{OTHER_NUMBER}", service: mms}}
        - "{LAST_NUMBER}"
      toll_frees:
        - "{TOLL_FREE}"
      shortcodes:
        - "{SHORTCODE}"
"""
PROGRAM = f'''\
"""The members of Plivo's number pools, as `plivo-numbers adopt` found them."""

from pulumi_plivo import MessagingPool

# Powerpack otp, b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e
MessagingPool(
    "otp",
    number_pool_uuid="{POOL}",
    numbers={{
        # "" leaves the service as it is.
        "{NUMBER}": "",
        "{OTHER_NUMBER}": "mms",
        "{LAST_NUMBER}": "",
    }},
    toll_frees=[
        "{TOLL_FREE}",
    ],
    shortcodes=[
        "{SHORTCODE}",
    ],
    adopt=True,
)
'''


@pytest.mark.parametrize(("form", "written"), [("config", CONFIG), ("python", PROGRAM)])
@pytest.mark.parametrize("order", ["oldest", "newest"])
@pytest.mark.usefixtures("filled")
def test_a_pool_is_written_in_a_stable_order_and_without_what_a_default_says(
    command: Command, sandbox: RunningSandbox, form: str, written: str, order: str
) -> None:
    sandbox.set_quirk("list-order", order)
    ended = command("adopt", "--powerpack", "otp", "--format", form)
    assert ended.output == written
    assert ended.status == 0
    place = "below `config:` in Pulumi.STACK.yaml" if form == "config" else "to __main__.py"
    assert ended.error == (
        f"3 numbers, 1 toll-free number, 1 shortcode: add it {place}; `pulumi preview` shows what it comes to, and"
        " `pulumi up` takes them over without a change at Plivo"
    )


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("quirk", ["default-service=sms", "number-list-tollfrees=exclude", "tollfree-key=tollfree"])
def test_a_pool_is_written_whole_however_plivo_lists_it(command: Command, sandbox: RunningSandbox, quirk: str) -> None:
    sandbox.set_quirk(*quirk.split("="))
    assert command("adopt", "--powerpack", "otp").output == CONFIG


@pytest.mark.usefixtures("filled")
def test_a_service_that_no_list_tells_is_left_as_it_is(command: Command, sandbox: RunningSandbox) -> None:
    sandbox.set_quirk("list-service", "missing")
    written = CONFIG.replace(f'{{number: "{OTHER_NUMBER}", service: mms}}', f'"{OTHER_NUMBER}"')
    assert command("adopt", "--powerpack", "otp").output == written


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("powerpack", ["otp", "b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e", POOL.upper()])
def test_a_powerpack_is_named_by_its_name_its_uuid_or_its_pools(command: Command, powerpack: str) -> None:
    assert command("adopt", "--powerpack", powerpack).output == CONFIG


@pytest.mark.usefixtures("filled")
def test_all_powerpacks_come_in_the_order_of_their_names(command: Command, account: Account) -> None:
    account.add(OTHER_POOL, "14155550102")
    output = command("adopt", "--all").output
    pools = read_pools(yaml.safe_load(output)["plivo-numbers:pools"])
    assert [(pool.name, pool.inputs["number_pool_uuid"], len(pool.inputs["numbers"])) for pool in pools] == [
        ("alerts", OTHER_POOL, 1),
        ("otp", POOL, 3),
    ]
    assert command("adopt", "--all").output == output


@pytest.mark.usefixtures("filled")
def test_the_key_of_the_config_is_that_of_the_project_in_the_folder(command: Command) -> None:
    Path("Pulumi.yaml").write_text("name: senders\nruntime: python\n")
    assert command("adopt", "--powerpack", "otp").output == CONFIG.replace("plivo-numbers:", "senders:")


@pytest.mark.usefixtures("filled")
def test_with_unrent_everything_that_can_be_given_back_says_so_and_a_line_warns(command: Command) -> None:
    ended = command("adopt", "--powerpack", "otp", "--unrent")
    (pool,) = read_pools(yaml.safe_load(ended.output)["plivo-numbers:pools"])
    assert pool.inputs["unrent"] is True
    assert "with unrent a number that leaves the program is given back to Plivo for good" in ended.errors
    program = command("adopt", "--powerpack", "otp", "--unrent", "--format", "python").output
    assert program.count("unrent=True") == 1


def test_empty_pools_are_written_too(command: Command, sandbox: RunningSandbox) -> None:
    ended = command("adopt", "--powerpack", "alerts")
    (pool,) = read_pools(yaml.safe_load(ended.output)["plivo-numbers:pools"])
    assert (pool.inputs["number_pool_uuid"], pool.members) == (OTHER_POOL, {})
    ast.parse(command("adopt", "--powerpack", "alerts", "--format", "python").output)
    sandbox.set_quirk("empty-list-meta", "none")
    assert command("adopt", "--powerpack", "alerts").output == ended.output


def test_without_a_powerpack_the_error_names_them(command: Command) -> None:
    ended = command("adopt")
    assert (ended.status, ended.output) == (2, "")
    assert ended.error.startswith(
        "plivo-numbers: name a Powerpack with --powerpack, or take --all; there are alerts (c5"
    )
    assert "otp (b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e)" in ended.error


def test_a_powerpack_that_is_not_there_is_an_error_that_names_those_that_are(command: Command) -> None:
    ended = command("adopt", "--powerpack", "opt")
    assert ended.status == 2
    assert "there is no Powerpack 'opt'; there are alerts (c5" in ended.error


def test_an_account_without_powerpacks_is_told_so(
    command: Command, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.seed({"accounts": [{"auth_id": "MAEMPTYACCOUNT000001", "auth_token": AUTH_TOKEN}]})
    monkeypatch.setenv("PLIVO_AUTH_ID", "MAEMPTYACCOUNT000001")
    assert "the account has no Powerpack" in command("adopt").error
    assert command("adopt", "--all").output == "  plivo-numbers:pools: []\n"


def test_one_powerpack_and_all_are_not_both_wanted(command: Command) -> None:
    ended = command("adopt", "--all", "--powerpack", "otp")
    assert (ended.status, ended.error) == (2, "plivo-numbers: --powerpack and --all can't be used together")


def test_two_powerpacks_of_one_name_are_told_apart_by_their_uuids(command: Command, sandbox: RunningSandbox) -> None:
    sandbox.set_quirk("duplicate-powerpack-name", "accept")
    url = f"{sandbox.base_url}/Account/{AUTH_ID}/Powerpack/"
    requests.post(url, json={"name": "otp"}, auth=(AUTH_ID, AUTH_TOKEN), timeout=10).raise_for_status()
    ended = command("adopt", "--powerpack", "otp")
    assert ended.status == 2
    assert "several Powerpacks are called 'otp': name one by its uuid: " in ended.error
    names = [pool["name"] for pool in yaml.safe_load(command("adopt", "--all").output)["plivo-numbers:pools"]]
    assert len(set(names)) == 3
    assert "otp_b4f7c1d2" in names


def test_a_number_in_two_pools_is_written_once_and_the_other_is_told(
    command: Command, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.set_quirk("add-in-other-pool", "accept")
    account.add(POOL, NUMBER)
    account.add(OTHER_POOL, NUMBER)
    ended = command("adopt", "--all")
    assert ended.output.count(NUMBER) == 1
    read_pools(yaml.safe_load(ended.output)["plivo-numbers:pools"])
    text = f"warning: left out: number {NUMBER} of otp: it is in alerts too, and there only in the program"
    assert text in ended.errors.splitlines()


def test_a_powerpack_whose_pool_plivo_does_not_tell_is_an_error(command: Command, mocker: MockerFixture) -> None:
    powerpack = Powerpack("b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e", "otp", None, None, None, None, None, None)
    mocker.patch.object(Powerpacks, "all", return_value=iter([powerpack]))
    ended = command("adopt", "--all")
    assert ended.status == 2
    assert "Powerpack otp (b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e): Plivo does not tell its number pool" in ended.error


@pytest.mark.parametrize("form", ["config", "python"])
@pytest.mark.parametrize(
    "name", ["[bold]red[/bold]", 'a"b\\', "on", "1st", "class", "日本", 'x""" + y', "Zürich: # no", "{a: b}", "pulumi"]
)
def test_whatever_a_powerpack_is_called_it_is_a_name_and_a_comment(
    command: Command, sandbox: RunningSandbox, name: str, form: str
) -> None:
    seed(sandbox, {"name": name, "numbers": [NUMBER]})
    output = command("adopt", "--powerpack", name, "--format", form).output
    assert f"# Powerpack {name}, " in output
    if form == "config":
        (pool,) = read_pools(yaml.safe_load(output)["plivo-numbers:pools"])
        assert pool.name.isidentifier()
    else:
        statements = ast.parse(output).body
        assert [type(each) for each in statements] == [ast.Expr, ast.ImportFrom, ast.Expr]
