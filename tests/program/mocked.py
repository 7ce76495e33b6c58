"""Programs under Pulumi's mocks, each in a context of its own."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pulumi.runtime import mocks
from pulumi.runtime.settings import ROOT, SETTINGS
from pulumi.runtime.stack import run_pulumi_func
from pulumi_plivo.plans.claim import Claim, read_claims

LEDGER = "pulumi-python:dynamic/plivo:Ledger"


class Mocks(mocks.Mocks):
    """Notes what is registered; a resource's outputs are its inputs, and what a test adds."""

    def __init__(self, **outputs: Any) -> None:
        self.registered: list[mocks.MockResourceArgs] = []
        self._outputs = outputs

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.registered.append(args)
        return f"{args.name}-id", {**args.inputs, **self._outputs}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:  # noqa: ARG002
        return {}, []

    def inputs(self, name: str) -> dict[str, Any]:
        """Return a resource's inputs."""
        return next(args.inputs for args in self.registered if args.name == name)

    @property
    def claims(self) -> list[Claim]:
        """What the one ledger that was registered claims, by the names of the resources."""
        (claims,) = [args.inputs["claims"] for args in self.registered if args.typ == LEDGER]
        return sorted(read_claims(claims), key=lambda claim: claim.resource)


def run(
    program: Callable[[], object], mocked: Mocks | None = None, *, has_root: bool = True, is_preview: bool = False
) -> Mocks:
    """Run a program as a test of a user's would; return what it registered."""
    known = mocked or Mocks()

    loops: list[asyncio.AbstractEventLoop] = []

    def begin_loop() -> None:
        # The mocks want one in each thread, and would leave it open.
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    def begin() -> None:
        begin_loop()
        loop = loops[0]
        calls = ThreadPoolExecutor(4, initializer=begin_loop)
        loop.set_default_executor(calls)
        # These the automation API gives to each program, and the mocks do not.
        SETTINGS.outputs, SETTINGS.lock = type(SETTINGS.outputs)(), threading.Lock()
        mocks.set_mocks(known, preview=is_preview)
        if not has_root:
            ROOT.set(None)
        try:
            loop.run_until_complete(run_pulumi_func(lambda: _called(program)))
        finally:
            calls.shutdown()
            asyncio.set_event_loop(None)
            for each in loops:
                each.close()

    contextvars.copy_context().run(begin)
    return known


def _called(program: Callable[[], object]) -> None:
    program()
