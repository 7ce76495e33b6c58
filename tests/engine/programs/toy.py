"""A dynamic provider whose world is a folder: what exists, a log of calls, and files that make a call fail or wait.

It is what the programs of these tests import; the folder is named by TOY_WORLD.
"""

import json
import os
import select
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)


def world() -> Path:
    return Path(os.environ["TOY_WORLD"])


def clean(props: dict[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in props.items() if key != "__provider"}
    return {key: "unknown" if isinstance(value, pulumi.output.Unknown) else value for key, value in known.items()}


def act(call: str, who: str, **details: Any) -> None:
    """Log the call, then wait, warn or fail if the world says so."""
    with (world() / "calls").open("a") as calls:
        calls.write(json.dumps([call, who, details], sort_keys=True, default=repr) + "\n")
    if (world() / f"wait-{call}-{who}").exists():
        (world() / f"reached-{call}-{who}").write_text("")
        (world() / f"go-{call}-{who}").read_text()
        if (world() / "heard").exists():
            (world() / "heard").write_text("yes" if is_heard() else "no")
    if (world() / f"die-{call}-{who}").exists():
        os._exit(1)
    if call == "check":
        with AtOnce.changed:
            AtOnce.checked += 1
            AtOnce.changed.notify_all()
    if (world() / f"count-{call}").exists():
        count_at_once()
    if (world() / f"warn-{call}-{who}").exists():
        sys.stderr.write(f"warning: be careful with {who}\nthis is {call} {who}\n")
    if (world() / f"bug-{call}-{who}").exists():
        try:
            details[call]
        except KeyError:
            raise RuntimeError(f"please report these lines:\n{traceback.format_exc()}") from None
    if (world() / f"fail-{call}-{who}").exists():
        raise ValueError(f"{call} of {who} does not work,\n  today")


def is_heard() -> bool:
    """Whether anybody can still read what this process prints."""
    poll = select.poll()
    poll.register(1, 0)
    return not any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def log_cancel() -> None:
    """Let the plugin log it when the engine tells that the run is cancelled."""
    # The SDK's servicer does nothing then; it is bound already, so only its code can be another.
    servicer = getattr(sys.modules["__main__"], "DynamicResourceProviderServicer", None)
    if servicer is not None and (world() / "log-cancel").exists():
        servicer.Cancel.__code__ = _cancel.__code__


def _cancel(self, request, context):  # type: ignore[no-untyped-def]  # noqa: ARG001 - gRPC's form
    from google.protobuf.empty_pb2 import Empty
    from toy import act  # type: ignore[import-not-found]

    act("cancel", "provider")
    return Empty()


class AtOnce:
    """How many calls are under way."""

    changed = threading.Condition()
    now = 0
    most = 0
    checked = 0


def count_at_once() -> None:
    """Hold the call until so many are under way or checked, half a minute at most, and note how many there were."""
    calls, checks = map(int, (world() / "at-once").read_text().split())
    with AtOnce.changed:
        AtOnce.now += 1
        AtOnce.most = max(AtOnce.now, AtOnce.most)
        (world() / "most-at-once").write_text(str(AtOnce.most))
        AtOnce.changed.notify_all()
        AtOnce.changed.wait_for(lambda: AtOnce.most >= calls or AtOnce.checked >= checks, timeout=30)
        AtOnce.now -= 1


class PlainProvider(ResourceProvider):
    """Leaves comparing to the engine."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        log_cancel()
        act("configure", "provider", where=req.config.get("toy:where"), token=req.config.get("toy:token"))

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        label = clean(news)["label"]
        act("check", str(label), olds=clean(olds), news=clean(news))
        failures = [CheckFailure("label", "must not be bad")] if label == "bad" else []
        return CheckResult(news, failures)

    def create(self, props: dict[str, Any]) -> CreateResult:
        props = clean(props)
        act("create", props["label"], props=props)
        (world() / "live" / props["label"]).write_text(json.dumps(props, default=repr))
        return CreateResult(props["label"], {**props, "length": len(props["label"])})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        act("read", id_, props=clean(props))
        path = world() / "live" / id_
        if not path.exists():
            return ReadResult("", {})
        live = json.loads(path.read_text())
        return ReadResult(id_, {**live, "length": len(id_)}, live)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        act("update", id_, olds=clean(olds), news=clean(news))
        (world() / "live" / id_).write_text(json.dumps(clean(news)))
        return UpdateResult({**clean(news), "length": len(id_)})

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        act("delete", id_, props=clean(props))
        (world() / "live" / id_).unlink(missing_ok=True)


class ToyProvider(PlainProvider):
    """Replaces when the label changes, and updates for anything else."""

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        act("diff", id_, olds=clean(olds), news=clean(news))
        before, after = clean(olds), clean(news)
        changed = [key for key in after if before.get(key) != after[key]]
        changed += [key for key in before if key not in after and key not in ("length", "token")]
        return DiffResult(changes=bool(changed), replaces=["label"] if "label" in changed else [])


class Toy(Resource, module="toy", name="Toy"):
    label: pulumi.Output[str]
    length: pulumi.Output[int]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **props: Any) -> None:
        super().__init__(ToyProvider(), name, {"label": name, "length": None, **props}, opts)


class PlainToy(Resource, module="toy", name="PlainToy"):
    label: pulumi.Output[str]
    length: pulumi.Output[int]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **props: Any) -> None:
        super().__init__(PlainProvider(), name, {"label": name, "length": None, **props}, opts)


class Box(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **props: Any) -> None:
        super().__init__("toy:index:Box", name, props, opts)
