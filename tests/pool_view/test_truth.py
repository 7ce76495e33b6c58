"""Whatever is looked up, written and awaited in whatever order, the view tells the truth."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client, MemberKind, PoolMember
from pulumi_plivo.pool_view import reads
from pulumi_plivo.pool_view.memory import LIFE
from pulumi_plivo.pool_view.view import PoolView, Sighting

from tests.conftest import AUTH_ID, AUTH_TOKEN
from tests.pool_view.conftest import Clock, numbered

NUMBERS = numbered(9)


STEP = st.one_of(
    st.tuples(
        st.sampled_from(["look_up", "confirmed", "write", "write_from_outside"]),
        st.sampled_from(NUMBERS),
        st.booleans(),
    ),
    st.tuples(st.just("look_up_all"), st.sets(st.sampled_from(NUMBERS), min_size=1), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 6.0, 29.0, 31.0]), st.just(False)),
    st.tuples(st.just("members"), st.none(), st.just(False)),
)


class Run:
    """A view, what the pool really holds, and when somebody else last wrote to it; a method for each step."""

    def __init__(self, client: Client, pool: str, start: set[str]) -> None:
        self.client = client
        self.pool = pool
        self.live = dict.fromkeys(start, "sms")
        self.clock = Clock()
        self.others_wrote = -1000.0
        self.view = PoolView(client, MemberKind.NUMBER, pool, clock=self.clock)

    def look_up(self, digits: str, with_service: bool) -> None:
        self._check(digits, self.view.look_up(digits, with_service=with_service), with_service)

    def look_up_all(self, digits: set[str], with_service: bool) -> None:
        found = self.view.look_up_all(digits, with_service=with_service)
        assert found.keys() == digits
        for each, sighting in found.items():
            self._check(each, sighting, with_service)

    def confirmed(self, digits: str, with_service: bool) -> None:
        sighting = self.view.confirmed(digits, with_service=with_service)
        assert sighting.is_fresh
        self._check(digits, sighting, with_service)

    def members(self, *_: object) -> None:
        members = self.view.members()
        assert members is not None
        assert not self._must_be_right or members.keys() == self.live.keys()

    def write(self, digits: str, for_mms: bool) -> None:
        with self.view.writing():
            member = self._change(digits, for_mms)
            if member is None:
                self.view.removed(digits)
            else:
                self.view.added(member)

    def write_from_outside(self, digits: str, for_mms: bool) -> None:
        self._change(digits, for_mms)
        self.others_wrote = self.clock.now

    def wait(self, seconds: float, _: object) -> None:
        self.clock.now += seconds

    @property
    def _must_be_right(self) -> bool:
        return self.clock.now - self.others_wrote > LIFE

    def _check(self, digits: str, sighting: Sighting, with_service: bool) -> None:
        if sighting.is_fresh or self._must_be_right:
            assert (sighting.member is not None) == (digits in self.live)
            if sighting.member is not None and with_service:
                assert sighting.member.service == self.live[digits]

    def _change(self, digits: str, for_mms: bool) -> PoolMember | None:
        if digits in self.live:
            self.client.pool_members.remove(MemberKind.NUMBER, self.pool, digits)
            del self.live[digits]
            return None
        self.live[digits] = "mms" if for_mms else "sms"
        return self.client.pool_members.add(MemberKind.NUMBER, self.pool, digits, service=self.live[digits])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sets(st.sampled_from(NUMBERS)), steps=st.lists(STEP, min_size=1, max_size=25))
def test_what_is_fresh_is_true_and_what_is_not_is_true_unless_others_wrote(
    sandbox: RunningSandbox,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    start: set[str],
    steps: list[tuple[str, Any, bool]],
) -> None:
    monkeypatch.setattr(reads, "PAGE_SIZE", 2)
    sandbox.set_quirk("add-in-other-pool", "accept")
    seeded = sandbox.state()["accounts"][AUTH_ID]["pools"]
    pool = f"00000000-0000-4000-9000-{len(seeded):012}"
    powerpack = {"name": f"pool {len(seeded)}", "number_pool_uuid": pool}
    rented = [{"number": each} for each in NUMBERS]
    account = {"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "numbers": rented, "powerpacks": [powerpack]}
    sandbox.seed({"accounts": [account]})
    for digits in sorted(start):
        client.pool_members.add(MemberKind.NUMBER, pool, digits)
    run = Run(client, pool, start)
    for step, subject, flag in steps:
        getattr(run, step)(subject, flag)
