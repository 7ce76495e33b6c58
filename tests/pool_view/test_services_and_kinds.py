"""What the view tells of a member: its service, and nothing that is of another kind."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client, MemberKind, Page
from pulumi_plivo.pool_view.view import PoolView, Sighting

from tests.conftest import NUMBER, POOL, SHORTCODE, TOLL_FREE
from tests.pool_view.conftest import ABSENT, BIG_POOL, after_pages


def test_a_pool_that_lists_members_for_mms_is_not_asked_for_them(sandbox: RunningSandbox, client: Client) -> None:
    client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER, service="mms")
    view = PoolView(client, MemberKind.NUMBER, POOL)
    before = len(sandbox.calls)
    assert view.look_up(ABSENT).member is None
    assert len(sandbox.calls) - before == 1


@pytest.mark.parametrize("list_service", ["present", "missing"])
def test_a_member_for_mms_that_the_list_leaves_out_is_found(
    sandbox: RunningSandbox, client: Client, list_service: str
) -> None:
    client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER, service="mms")
    sandbox.set_quirk("default-service", "sms")
    sandbox.set_quirk("list-service", list_service)
    found = PoolView(client, MemberKind.NUMBER, POOL).look_up(NUMBER, with_service=True)
    assert found.member is not None
    assert found.member.service == "mms"


@pytest.mark.parametrize("number", ["14155550101", "442071838750"])
def test_the_service_that_a_single_look_up_does_not_tell_takes_one_list_call(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView, client: Client, number: str
) -> None:
    fill(100)
    client.pool_members.add(MemberKind.NUMBER, BIG_POOL, number, service="sms")
    before = len(sandbox.calls)
    found = view.confirmed(number, with_service=True)
    assert found.member is not None
    assert (found.member.service, found.is_fresh) == ("sms", True)
    assert len(sandbox.calls) - before == 2


def test_a_service_that_no_call_tells_stays_unknown_and_is_not_asked_for_again(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView
) -> None:
    numbers = fill(100)
    sandbox.set_quirk("list-service", "missing")
    for _ in range(2):
        found = view.look_up(numbers[-1], with_service=True)
        assert found.member is not None
        assert found.member.service is None
    assert len(sandbox.calls) == 1 + 2


def test_a_member_that_was_seen_without_its_service_is_asked_for_it(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView
) -> None:
    numbers = fill(1000)
    assert view.look_up(numbers[-1]).member
    found = view.look_up(numbers[-1], with_service=True)
    assert found.member is not None
    assert (found.member.service, found.is_fresh) == ("sms", True)
    assert len(sandbox.calls) == 1 + 1 + 2


@pytest.mark.parametrize(("wanted", "service"), [("sms", "sms"), ("mms", "mms"), (None, "sms")])
def test_a_member_that_is_listed_for_each_service_is_told_with_the_wanted_one(
    fill: Callable[[int], list[str]],
    view: PoolView,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    wanted: str | None,
    service: str,
) -> None:
    (number,) = fill(1)

    def twice(page: Page) -> Page:
        return replace(page, members=(*page.members, replace(page.members[0], service="mms")), total_count=2)

    after_pages(client, monkeypatch, twice)
    for found in (
        view.look_up(number, wanted=wanted),
        view.look_up_all([number], wanted=wanted)[number],
        view.confirmed(number, with_service=True, wanted=wanted),
    ):
        assert found.member is not None
        assert found.member.service == service
    members = view.members()
    assert members is not None
    assert {entry.service for entry in members[number]} == {"sms", "mms"}


def test_a_toll_free_number_in_the_list_of_numbers_is_no_number_until_a_get_says_so(
    sandbox: RunningSandbox, client: Client
) -> None:
    client.pool_members.add(MemberKind.TOLL_FREE, POOL, TOLL_FREE)
    view = PoolView(client, MemberKind.NUMBER, POOL)
    assert view.look_up(TOLL_FREE) == Sighting(None, is_fresh=True)
    assert view.members() == {}
    assert PoolView(client, MemberKind.TOLL_FREE, POOL).look_up(TOLL_FREE).member
    sandbox.set_quirk("wrong-route", "accept")
    assert view.confirmed(TOLL_FREE).member


def test_a_shortcode_takes_one_page_or_one_get(sandbox: RunningSandbox, client: Client) -> None:
    view = PoolView(client, MemberKind.SHORTCODE, POOL)
    assert view.look_up(SHORTCODE, with_service=True).member
    assert view.look_up("55555").member is None
    assert len(sandbox.calls) == 1
    assert view.confirmed("55555") == Sighting(None, is_fresh=True)
    assert len(sandbox.calls) == 2
