"""Nothing of an answer is believed: each field is checked where it comes in, and left out where it can't be."""

import json
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc
from pulumi_plivo.api import ApiError, Client, MemberKind, Offer
from pulumi_plivo.api.errors import harmless
from pulumi_plivo.api.fields import LARGEST_COUNT, SIGNATURE, UNKNOWNS
from pulumi_plivo.api.models import NumberPriority, account_number, number_pool, page, pool_member, powerpack
from pulumi_plivo.api.offers import offer

from tests.client.conftest import Scripted, ScriptedServer
from tests.conftest import NUMBER, OTHER_POOL, POOL

RUBBISH = [
    None,
    "",
    True,
    7,
    1e999,
    [],
    ["x"],
    {"a": "b"},
    "x" * 301,
    "x" * 700_000,
    "\x1b[31m",
    "line\nbreak",
    "\x00",
    "\x7f",
    "\x9b31m",
    "\u202e",
    "\u2028",
    "\ud800",
    *UNKNOWNS,
    UNKNOWNS[0].upper(),
    f"/v1/{SIGNATURE}/",
]
TEXTS = ["added_on", "type", "account_phone_number_resource"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(categories=None))
    | st.sampled_from(RUBBISH),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [
        "number",
        "tollfree",
        "shortcode",
        "number_pool_uuid",
        "numberpool_uuid",
        "service",
        "country_iso2",
        "api_id",
        "uuid",
        "numbers",
        "region",
        "renewal_date",
        "monthly_rental_rate",
        "voice_enabled",
        *TEXTS,
    ]
)


def body(value: object) -> bytes:
    """Return `value` as JSON."""
    return json.dumps(value).encode()


@pytest.mark.parametrize("value", RUBBISH, ids=lambda value: ascii(value)[:20])
def test_a_member_is_understood_though_every_other_field_is_rubbish(
    client: Client, server: ScriptedServer, value: object
) -> None:
    rubbish = dict.fromkeys(
        [*TEXTS, "service", "country_iso2", "api_id", "tollfree", "numberpool_uuid", "error"], value
    )
    server.answers(Scripted(200, body({**rubbish, "number": NUMBER, "number_pool_uuid": POOL})))
    member = client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER)
    assert (member.digits, member.number_pool_uuid) == (NUMBER, POOL)
    assert {member.added_on, member.type, member.account_phone_number_resource} == {None}
    assert {member.service, member.country_iso2} == {None}


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_of_300_printable_characters_is_kept(key: str) -> None:
    text = "2026-01-01T00:00:00.5Z ä 漢 " + "x" * 273
    member = pool_member({"number": NUMBER, key: text}, MemberKind.NUMBER, POOL)
    assert len(text) == 300
    assert getattr(member, key) == text


@pytest.mark.parametrize(
    "digits",
    ["", "12", "1" * 16, "+14155550100", "1415555010٣", "14155550100\n", "1415-555", 14155550100, None, [NUMBER]],
)
@pytest.mark.parametrize("method", ["add", "get"])
def test_an_answer_without_usable_digits_is_an_error_that_names_the_call(
    client: Client, server: ScriptedServer, method: str, digits: object
) -> None:
    server.answers(Scripted(200, body({"number": digits, "number_pool_uuid": POOL})))
    with pytest.raises(
        ApiError, match=f"NumberPool/{POOL}/Number/{NUMBER}/: status 200: an answer that names no member"
    ):
        getattr(client.pool_members, method)(MemberKind.NUMBER, POOL, NUMBER)


@pytest.mark.parametrize("pool", [OTHER_POOL, "soon", 7, ["x"], POOL + "\n", UNKNOWNS[0], "x" * 7_000_000])
def test_an_answer_about_another_pool_is_not_believed(client: Client, server: ScriptedServer, pool: object) -> None:
    server.answers(Scripted(200, body({"number": NUMBER, "number_pool_uuid": pool})))
    with pytest.raises(ApiError, match=f"status 200: an answer about {NUMBER} in") as raised:
        client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER)
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize("pool", [None, "", POOL.upper()])
def test_an_answer_that_leaves_its_pool_out_is_about_the_pool_that_was_asked_for(
    client: Client, server: ScriptedServer, pool: object
) -> None:
    server.answers(Scripted(200, body({"number": NUMBER, "number_pool_uuid": pool})))
    member = client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER)
    assert member.number_pool_uuid.lower() == POOL


@pytest.mark.parametrize(
    ("told", "service"), [("SMS", "sms"), ("Mms", "mms"), ("mms", "mms"), ("both", None), ("s ms", None)]
)
def test_a_service_is_sms_or_mms(told: str, service: str | None) -> None:
    member = pool_member({"number": NUMBER, "service": told}, MemberKind.NUMBER, POOL)
    assert member is not None
    assert member.service == service


@pytest.mark.parametrize(
    ("told", "country"), [("US", "US"), ("us", "us"), ("USA", None), ("U1", None), ("ÜS", None), ("U", None)]
)
def test_a_country_is_two_letters(told: str, country: str | None) -> None:
    member = pool_member({"number": NUMBER, "country_iso2": told}, MemberKind.NUMBER, POOL)
    assert member is not None
    assert member.country_iso2 == country


@pytest.mark.parametrize("value", ["true", "false", 1, 0, None, [], "yes"])
def test_only_a_real_boolean_says_that_a_number_can_mms(value: object) -> None:
    number = account_number({"number": NUMBER, "mms_enabled": value, "sms_enabled": False})
    assert number is not None
    assert (number.mms_enabled, number.sms_enabled) == (None, False)


@pytest.mark.parametrize(
    "payload", [{}, {"number": "14155550199"}, {"number": "x" * 7_000_000}, {"number": 14155550100}]
)
def test_an_account_number_is_the_one_that_was_asked_for(
    client: Client, server: ScriptedServer, payload: dict[str, object]
) -> None:
    server.answers(Scripted(200, body(payload)))
    with pytest.raises(ApiError, match=f"GET Number/{NUMBER}/: status 200") as raised:
        client.account_numbers.get(NUMBER)
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize("uuid", [OTHER_POOL, "soon", 7, UNKNOWNS[0]])
def test_a_pool_or_powerpack_is_the_one_that_was_asked_for(
    client: Client, server: ScriptedServer, uuid: object
) -> None:
    server.answers(Scripted(200, body({"uuid": uuid})))
    with pytest.raises(ApiError, match=f"GET NumberPool/{POOL}/: status 200"):
        client.number_pools.get(POOL)
    with pytest.raises(ApiError, match=f"GET Powerpack/{POOL}/: status 200"):
        client.powerpacks.get(POOL)


@pytest.mark.parametrize("uuid", ["soon", 7, POOL + "\n", UNKNOWNS[0]])
def test_what_is_no_uuid_is_not_taken_for_one(uuid: object) -> None:
    assert powerpack({"uuid": uuid}) is None
    member = pool_member({"number": NUMBER, "number_pool_uuid": uuid}, MemberKind.NUMBER, POOL)
    assert member is not None
    assert member.number_pool_uuid == POOL


def test_what_pulumi_takes_for_a_mark_of_its_own_is_known() -> None:
    assert rpc.UNKNOWN in UNKNOWNS
    assert rpc._special_sig_key == SIGNATURE


@given(st.dictionaries(KEYS, JSON), st.sampled_from(MemberKind))
def test_whatever_an_answer_holds_its_fields_can_be_printed_and_written_into_a_state(
    payload: dict[str, Any], kind: MemberKind
) -> None:
    read: list[object] = [pool_member(payload, kind, POOL), powerpack(payload), number_pool(payload, POOL)]
    read += [account_number(payload), offer(payload)]
    read += page({"objects": [payload], "meta": payload}, kind, POOL, 20).members
    for model in read:
        for value in vars(model).values() if model else ():
            assert value is None or isinstance(value, bool) or (value.isprintable() and 0 < len(value) <= 300)
            json_format.ParseDict({"value": value}, struct_pb2.Struct())
            assert value not in UNKNOWNS


@given(JSON, st.sampled_from([200, 201, 202, 204]))
def test_no_count_is_believed_that_can_not_be(value: object, limit: int) -> None:
    total = page({"meta": {"total_count": value}}, MemberKind.NUMBER, POOL, limit).total_count
    assert total is None or (type(total) is int and 0 <= total <= LARGEST_COUNT)


@pytest.mark.parametrize("total", [True, False, -1, 1_000_001, 2_000_000_000, 10**400, "20", 20.0, None, []])
def test_a_total_that_can_not_be_counts_as_not_told(total: object) -> None:
    assert page({"meta": {"total_count": total}}, MemberKind.NUMBER, POOL, 20).total_count is None


@pytest.mark.parametrize("total", [0, 1, 1_000_000])
def test_a_total_that_can_be_is_told(total: int) -> None:
    assert page({"meta": {"total_count": total}}, MemberKind.NUMBER, POOL, 20).total_count == total


@pytest.mark.parametrize("text", ["x" * 7_000_000, " " * 7_000_000 + "x", "\ud800" * 7_000_000])
def test_a_text_of_7_megabytes_never_goes_into_an_error(client: Client, server: ScriptedServer, text: str) -> None:
    assert len(harmless(text)) <= 300
    assert harmless(text).endswith("…")
    server.answers(Scripted(404, body({"error": text[:1_000_000], "api_id": text[:1_000_000]})))
    with pytest.raises(ApiError) as raised:
        client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER)
    assert len(str(raised.value)) < 800
    assert str(raised.value).isprintable()


OTP = {"uuid": POOL, "name": "otp"}


def test_an_answer_about_another_powerpack_is_not_believed(client: Client, server: ScriptedServer) -> None:
    for answer in ({}, {**OTP, "name": "alerts"}):
        server.answers(Scripted(200, body(answer)))
        with pytest.raises(ApiError, match="an answer that names no such Powerpack"):
            client.powerpacks.create({"name": "otp"})
    server.answers(Scripted(200, body({**OTP, "uuid": OTHER_POOL})))
    with pytest.raises(ApiError, match="an answer about another Powerpack"):
        client.powerpacks.update(POOL, {"name": "otp"})


@pytest.mark.parametrize(
    "entry",
    [
        "US",
        {"country_iso": "US", "service_type": "SMS"},
        {"country_iso": "US", "service_type": "fax", "priority": {}},
        {"country_iso": "US", "service_type": "SMS", "priority": {"priority1": "pigeon"}},
    ],
)
def test_priorities_that_are_not_as_documented_are_left_out_as_a_whole(entry: object) -> None:
    good = {"country_iso": "us", "service_type": "mms", "priority": {"priority1": "longcode", "priority2": None}}
    read = powerpack({**OTP, "number_priority": [good]})
    assert read is not None
    assert read.number_priority == (NumberPriority("US", "MMS", ("longcode",)),)
    odd = powerpack({**OTP, "number_priority": [good, entry]})
    assert odd is not None
    assert odd.number_priority is None


def test_no_application_is_told_from_one_that_is_not_named() -> None:
    none, unnamed = powerpack({**OTP, "application_id": ""}), powerpack(OTP)
    assert none is not None
    assert unnamed is not None
    assert (none.application_id, unnamed.application_id) == ("", None)


def test_a_search_that_plivo_answers_with_an_empty_list_and_an_error_is_an_error(
    client: Client, server: ScriptedServer
) -> None:
    server.answers(Scripted(200, body({"objects": [], "error": "country not supported", "meta": {"total_count": 0}})))
    with pytest.raises(ApiError, match="PhoneNumber/: status 200: country not supported"):
        list(client.offers.all("AQ"))


@pytest.mark.parametrize("value", RUBBISH, ids=lambda value: ascii(value)[:20])
def test_an_offer_is_understood_though_every_other_field_is_rubbish(value: object) -> None:
    found = offer({**dict.fromkeys(list(Offer.__dataclass_fields__), value), "number": NUMBER})
    assert found is not None
    assert {told for name, told in vars(found).items() if name != "number"} <= {None, True}
