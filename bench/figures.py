"""Figures that are no operation of a contender: start-up, check and diff, one number more, the size of the state."""

import base64
import copy
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dill
import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc
from pulumi_plivo.ledger import LedgerProvider
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.pool_number import PoolNumberProvider

from bench.conditions import MANY_EMBEDDED, SINGLE_EMBEDDED, Conditions
from bench.contest import Contest
from bench.local_plivo import POOL, phone_numbers, seed_account, serving
from bench.stack import has_pool_numbers, new_stack

REPETITIONS = 9
LARGE = 10_000
IMPORT = """
import time, pulumi
before = time.perf_counter()
import pulumi_plivo
print(time.perf_counter() - before)
"""


def all_figures(contest: Contest) -> Iterator[tuple[str, float]]:
    """Measure them; a figure comes as soon as it is known."""
    yield "import pulumi_plivo, after import pulumi (ms)", import_milliseconds()
    yield "start of the plugin until its first answer (s)", first_answer_seconds()
    for name, milliseconds in _check_and_diff(contest, "PoolNumber", 1000).items():
        yield f"{name} of a PoolNumber (ms)", milliseconds
    calls, _ = _one_more(contest, SINGLE_EMBEDDED, owned=0)
    yield "one PoolNumber more in a pool of 10,000 (calls)", calls
    if not has_pool_numbers():
        return
    for name, milliseconds in _check_and_diff(contest, "PoolNumbers", LARGE).items():
        yield f"{name} of a PoolNumbers of 10,000 (ms)", milliseconds
    _, state = contest.prepared.database_and_state("PoolNumbers", LARGE)
    yield "state of a PoolNumbers of 10,000 (MB)", state.stat().st_size / 1e6
    ledger = next(each for each in _resources(state) if each["type"].endswith(":Ledger"))
    yield "ledger of 10,000 numbers (KB)", len(json.dumps(ledger)) / 1000
    yield "check of the ledger of 10,000 numbers (ms)", _check_of_the_ledger(ledger)
    calls, megabytes = _one_more(contest, MANY_EMBEDDED, owned=LARGE)
    yield "one number less and one more in a PoolNumbers of 10,000 (calls)", calls
    yield "memory of the plugin meanwhile (MB)", megabytes


def import_milliseconds() -> float:
    """Return the median of several fresh interpreters."""
    command = [sys.executable, "-c", IMPORT]
    return 1000 * statistics.median(float(subprocess.check_output(command)) for _ in range(REPETITIONS))


def first_answer_seconds() -> float:
    """Return the median time from the plugin's start to its answer to a Check."""
    return statistics.median(_first_answer() for _ in range(REPETITIONS))


def _first_answer() -> float:
    inputs = Struct()
    blob = serialize_provider(PoolNumberProvider())
    inputs.update({"number_pool_uuid": POOL, "number": phone_numbers(1)[0], "__provider": blob})
    started = time.perf_counter()
    command = [sys.executable, "-u", "-m", "pulumi.dynamic"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_http_proxy", 0)]) as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                stub.Configure(provider_pb2.ConfigureRequest(args=Struct()))
                stub.Check(provider_pb2.CheckRequest(news=inputs))
                return time.perf_counter() - started
        finally:
            process.kill()


def _check_and_diff(contest: Contest, form: str, n: int) -> dict[str, float]:
    """Return the median milliseconds of a check and of a diff without changes, called as the plugin calls them."""
    _, state = contest.prepared.database_and_state(form, n)
    resources = [resource for resource in _resources(state) if resource["type"].endswith(f":{form}")]
    provider = dill.loads(base64.b64decode(resources[0]["inputs"]["__provider"]))
    provider.configure(ConfigureRequest(Config({}, "bench")))
    times: dict[str, list[float]] = {"check": [], "diff": []}
    for resource in resources * (REPETITIONS if len(resources) == 1 else 1):
        inputs, olds, outputs = (copy.deepcopy(resource[key]) for key in ("inputs", "inputs", "outputs"))
        started = time.perf_counter()
        checked = provider.check(olds, inputs)
        times["check"].append(time.perf_counter() - started)
        started = time.perf_counter()
        provider.diff(resource["id"], outputs, checked.inputs)
        times["diff"].append(time.perf_counter() - started)
    return {name: 1000 * statistics.median(each) for name, each in times.items()}


def _check_of_the_ledger(ledger: dict[str, Any]) -> float:
    """Return the median milliseconds of a check without changes."""
    provider = LedgerProvider()
    provider.configure(ConfigureRequest(Config({}, "bench")))
    times = []
    for _ in range(REPETITIONS):
        olds, news = copy.deepcopy(ledger["inputs"]), copy.deepcopy(ledger["inputs"])
        started = time.perf_counter()
        provider.check(olds, news)
        times.append(time.perf_counter() - started)
    held_and_wanted.forget()
    return 1000 * statistics.median(times)


def _one_more(contest: Contest, contender: str, *, owned: int) -> tuple[int, float]:
    """Add a number to a pool of 10,000, with a stack that owns `owned` of them; return calls and plugin memory.

    A stack that owns all of them gives one up as well.
    """
    directory = contest.directory / f"one-more-{owned}"
    directory.mkdir()
    database, state = directory / "plivo.sqlite3", None
    numbers = phone_numbers(LARGE)
    added = phone_numbers(1, first=LARGE)
    if owned:
        prepared, state = contest.prepared.database_and_state(contender.partition(",")[0], owned)
        database.write_bytes(prepared.read_bytes())
        seed_account(database, added)
    else:
        seed_account(database, [*numbers, *added], numbers)
    with serving(database, contest.port, Conditions(LARGE, 0, rate_limit=False)) as plivo:
        stack = new_stack(contender, directory / "stack", plivo.base_url, paced=False)
        if state is not None:
            stack.take(state)
        stack.declare([*numbers[1:owned], *added])
        measured = stack.run("add")
        if measured.status:
            msg = f"one number more could not be added:\n{measured.output[-2000:]}"
            raise RuntimeError(msg)
        return plivo.received().calls, measured.plugin_peak_mb


def _resources(state: Path) -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = json.loads(state.read_text(encoding="utf-8"))["deployment"]["resources"]
    return resources
