"""The settings of a Powerpack: their one form in inputs and states, and what goes out with a call."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_plivo import inputs

#: What a program may set beside the name; what it leaves out is Plivo's.
SETTINGS = ("sticky_sender", "local_connect", "application_type", "application_id", "number_priority")
APPLICATION_TYPES = ("xml", "phlo")
#: What Plivo's documents write for no application; in an answer that is an empty text.
NO_APPLICATION = "none"
COUNTRIES = ("CA", "US")
SERVICE_TYPES = ("MMS", "SMS")
SENDERS = ("shortcode", "tollfree", "longcode")
PRIORITIES = ("priority1", "priority2", "priority3")
LONGEST_NAME = 300


def name(value: object) -> str:
    """Return a Powerpack's name. Raises ValueError for what is no text of 1 to 300 printable characters."""
    text = value.strip() if isinstance(value, str) else ""
    if not (0 < len(text) <= LONGEST_NAME and text.isprintable()):
        raise ValueError(f"{value!r} is no name of a Powerpack: a text of 1 to {LONGEST_NAME} characters")
    return text


def application_type(value: object) -> str:
    """Return `xml` or `phlo`. Raises ValueError for anything else."""
    text = value.strip().lower() if isinstance(value, str) else value
    if text not in APPLICATION_TYPES:
        raise ValueError(f"{value!r} is neither 'xml' nor 'phlo'")
    return str(text)


def application_id(value: object) -> str:
    """Return an application's id, or `none`. Raises ValueError for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    if not (0 < len(text) <= LONGEST_NAME and text.isprintable()):
        raise ValueError(f"{value!r} is no application's id; to have none, write 'none'")
    return NO_APPLICATION if text.lower() == NO_APPLICATION else text


def number_priority(value: object) -> Any:
    """Return the priorities in an order that is always the same. Raises ValueError for what Plivo does not know."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"{value!r} is no list of priorities")
    read: dict[tuple[str, str], dict[str, Any]] = {}
    if not value:
        raise ValueError("an empty list names no priority; leave it out for Plivo's")
    for place, entry in enumerate(value):
        if _has_unknown(entry):
            return inputs.UNKNOWN
        try:
            country, service, priority = _priority(entry)
        except ValueError as error:
            raise ValueError(f"[{place}]: {error}") from error
        if (country, service) in read:
            raise ValueError(f"[{place}]: {service} to {country} is there twice")
        read[country, service] = {"country_iso": country, "service_type": service, "priority": priority}
    return [read[key] for key in sorted(read)]


def _priority(entry: object) -> tuple[str, str, dict[str, str]]:
    if not isinstance(entry, Mapping) or not entry.keys() <= {"country_iso", "service_type", "priority"}:
        raise ValueError("a priority has country_iso, service_type and priority")
    country, service = str(entry.get("country_iso")).upper(), str(entry.get("service_type")).upper()
    if country not in COUNTRIES or service not in SERVICE_TYPES:
        raise ValueError("country_iso is 'US' or 'CA', and service_type 'SMS' or 'MMS'")
    places = entry.get("priority")
    if not isinstance(places, Mapping) or not places.keys() <= set(PRIORITIES):
        raise ValueError(f"priority has {', '.join(PRIORITIES)}")
    chosen = {key: places[key] for key in PRIORITIES if places.get(key) is not None}
    if not all(isinstance(each, str) and each in SENDERS for each in chosen.values()):
        raise ValueError(f"each choice is one of {', '.join(SENDERS)}")
    if not chosen or list(chosen) != list(PRIORITIES[: len(chosen)]) or len({*chosen.values()}) != len(chosen):
        raise ValueError("a first choice comes before a second, and none is there twice")
    return country, service, chosen


def _has_unknown(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_has_unknown(each) for each in value.values())
    return inputs.is_unknown(value)


RULES: Mapping[str, inputs.Rule] = {
    "name": name,
    "sticky_sender": inputs.flag,
    "local_connect": inputs.flag,
    "application_type": application_type,
    "application_id": application_id,
    "number_priority": number_priority,
    "unrent_numbers": inputs.flag,
    "adopt": inputs.flag,
}
DEFAULTS: Mapping[str, Any] = {**dict.fromkeys(SETTINGS), "unrent_numbers": False, "adopt": False}


def half_an_application(news: Mapping[str, Any]) -> str | None:
    """Return what is wrong with an application of which the program names one half."""
    kind, id_ = news.get("application_type"), news.get("application_id")
    if id_ not in (None, NO_APPLICATION) and kind is None:
        return "application_id needs application_type, 'xml' or 'phlo'"
    if kind is not None and id_ is None:
        return "application_type needs application_id"
    return None


def changed(wanted: Mapping[str, Any], live: Mapping[str, Any]) -> list[str]:
    """Return the settings that a program wants, and that are not so."""
    return [key for key in ("name", *SETTINGS) if wanted.get(key) is not None and not _is_so(key, wanted[key], live)]


def _is_so(key: str, wanted: Any, live: Mapping[str, Any]) -> bool:
    if key == "number_priority" and isinstance(wanted, list):
        # What the program does not name of them is Plivo's.
        return all(entry in (live.get(key) or ()) for entry in wanted)
    return bool(wanted == live.get(key))


def to_send(wanted: Mapping[str, Any], live: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings for an update: what the program leaves out is sent as it is.

    What Plivo does with what an update leaves out is not documented; it may reset it.
    """
    whole = {key: wanted[key] if wanted.get(key) is not None else live.get(key) for key in ("name", *SETTINGS)}
    named = {(each["country_iso"], each["service_type"]) for each in whole["number_priority"] or ()}
    whole["number_priority"] = [
        *(whole["number_priority"] or ()),
        *(
            each
            for each in live.get("number_priority") or ()
            if (each["country_iso"], each["service_type"]) not in named
        ),
    ] or None
    if whole["application_id"] == NO_APPLICATION:
        # The type is one of an application.
        whole["application_type"] = None
    return {key: value for key, value in whole.items() if value is not None}
