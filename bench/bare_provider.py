"""The shortest dynamic provider that adds numbers: no look first, no retry, no ledger; it lies beside its program.

It is what Pulumi itself costs for each resource, beside which this package's resources are measured.
"""

import os
from typing import Any

import requests
from pulumi.dynamic import ConfigureRequest, CreateResult, DiffResult, ReadResult, Resource, ResourceProvider


class BareProvider(ResourceProvider):
    """GET, POST and DELETE."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        """Keep one connection for all calls."""
        self.account = f"{req.config.require('plivo:baseUrl')}/Account/{req.config.require('plivo:authId')}"
        self.session = requests.Session()
        self.session.auth = (req.config.require("plivo:authId"), os.environ["PLIVO_AUTH_TOKEN"])

    def call(self, method: str, props: dict[str, Any]) -> requests.Response:
        """Make a call about one number."""
        url = f"{self.account}/NumberPool/{props['number_pool_uuid']}/Number/{props['number']}/"
        answer = self.session.request(method, url, timeout=60)
        if answer.status_code != requests.codes.not_found:
            answer.raise_for_status()
        return answer

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare what the program sets."""
        keys = ("number_pool_uuid", "number")
        changed = [key for key in keys if _olds[key] != _news[key]]
        return DiffResult(changes=bool(changed), replaces=changed)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Add the number."""
        service = self.call("POST", props).json()["service"]
        return CreateResult(props["number"], {**props, "service": service})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Look whether the number is there."""
        is_there = self.call("GET", props).ok
        return ReadResult(id_ if is_there else "", props if is_there else {})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove the number."""
        self.call("DELETE", _props)


class BareNumber(Resource, module="bench", name="BareNumber"):
    """A number with three outputs."""

    def __init__(self, name: str, number_pool_uuid: str, number: str) -> None:
        props = {"number_pool_uuid": number_pool_uuid, "number": number, "service": None}
        super().__init__(BareProvider(), name, props)
