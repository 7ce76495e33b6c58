"""Powerpack/: list, create, get, update, delete."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from plivo_sandbox.server import powerpacks
from plivo_sandbox.server.answers import NO_CONTENT, SUCCESS, Answer
from plivo_sandbox.server.errors import PlivoError, bad_request
from plivo_sandbox.server.lists import page
from plivo_sandbox.server.requests import PlivoRequest
from plivo_sandbox.server.timestamps import as_written


def list_powerpacks(request: PlivoRequest) -> Answer:
    """GET Powerpack/."""
    rows = powerpacks.every(request.connection, request.auth_id)
    return Answer(page(request, "Powerpack", rows, lambda row: _written(request, row)))


def create_powerpack(request: PlivoRequest) -> Answer:
    """POST Powerpack/."""
    settings = _settings(request, powerpacks.DEFAULTS)
    if "name" not in settings:
        raise bad_request("name parameter is missing")
    name = settings.pop("name")
    _require_free_name(request, name, None)
    return Answer(_written(request, powerpacks.insert(request.connection, request.auth_id, name, settings)))


def get_powerpack(request: PlivoRequest) -> Answer:
    """GET Powerpack/{uuid}/."""
    return Answer(_written(request, _found(request)))


def update_powerpack(request: PlivoRequest) -> Answer:
    """POST Powerpack/{uuid}/: any part of the settings."""
    row = _found(request)
    before = powerpacks.settings_of(row) if request.quirks["powerpack-update"] == "partial" else powerpacks.DEFAULTS
    changes = _settings(request, before)
    if "name" in changes:
        _require_free_name(request, changes["name"], row["uuid"])
    return Answer(_written(request, powerpacks.change(request.connection, row, {**before, **changes})))


def delete_powerpack(request: PlivoRequest) -> Answer:
    """DELETE Powerpack/{uuid}/: with `unrent_numbers`, its numbers leave the account."""
    unrent_numbers = request.delete_flag("unrent_numbers", "invalid powerpack delete request")
    powerpacks.delete(request.connection, request.quirks, _found(request), unrent_numbers=unrent_numbers)
    return NO_CONTENT if request.quirks["powerpack-delete-status"] == "204" else SUCCESS


def _found(request: PlivoRequest) -> sqlite3.Row:
    return powerpacks.find(request.connection, request.auth_id, request.path["uuid"])


def _require_free_name(request: PlivoRequest, name: str, own_uuid: str | None) -> None:
    holder = powerpacks.named(request.connection, request.auth_id, name)
    taken = holder is not None and holder["uuid"] != own_uuid
    answered = request.quirks["duplicate-powerpack-name"]
    if taken and answered != "accept":
        raise PlivoError(409 if answered == "conflict" else 400, f"a powerpack named {name} already exists")


def _settings(request: PlivoRequest, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings among the arguments, checked; `before` has those that they are laid over."""
    arguments = request.arguments()
    settings = {name: arguments[name] for name in powerpacks.COLUMNS if name in arguments}
    if "name" in settings and not (isinstance(settings["name"], str) and settings["name"].strip()):
        raise bad_request("name parameter is invalid")
    for name in ("sticky_sender", "local_connect"):
        if name in settings:
            settings[name] = request.boolean(settings[name], f"{name} must be a boolean")
    if "application_type" in settings or "application_id" in settings:
        powerpacks.require_application(
            settings.get("application_type", before["application_type"]),
            settings.get("application_id", before["application_id"]),
        )
    if settings.get("application_id") == "none" and request.quirks["cleared-application-type"] == "emptied":
        settings["application_type"] = ""
    if "number_priority" in settings:
        powerpacks.require_priorities(settings["number_priority"])
        if request.quirks["partial-number-priority"] == "merges":
            settings["number_priority"] = powerpacks.merged_priorities(
                before["number_priority"], settings["number_priority"]
            )
    return settings


def _written(request: PlivoRequest, row: sqlite3.Row) -> dict[str, Any]:
    settings = powerpacks.settings_of(row)
    if request.quirks["application-type-case"] == "upper":
        settings["application_type"] = settings["application_type"].upper()
    return {
        **settings,
        "created_on": as_written(row["created_on"], request.quirks),
        "name": row["name"],
        "number_pool": f"/v1/Account/{request.auth_id}/NumberPool/{row['number_pool_uuid']}/",
        "uuid": row["uuid"],
    }
