"""The state of a stack while a run changes it, and its file."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

from plivo_sandbox.engine.deployment import (
    FORMAT_VERSION,
    ResourceState,
    decode_resource,
    encode_resource,
    header,
    read_deployment,
)
from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.passphrase import Crypter
from plivo_sandbox.private_files import LinkError, read_private, refuse_link, replace_private, temporary_of


class Snapshot:
    """What exists: resources that this run has settled, then those of earlier runs that it has not.

    Every change is on disk when the method that makes it returns. With `keep=False` (a preview) nothing is written.
    """

    def __init__(self, path: Path, crypter: Crypter, base: list[ResourceState], *, keep: bool) -> None:
        self.base = base
        self._path = path
        self._crypter = crypter
        self._keep = keep
        self._settled: list[ResourceState] = []
        self._gone: set[int] = set()
        self._texts: dict[int, str] = {}
        self._changing = threading.RLock()
        self._writing = threading.Lock()
        self._version = 0
        self._written = 0

    @classmethod
    def load(cls, path: Path, salt: str | None, passphrase: str, *, keep: bool) -> "Snapshot":
        """Read the state file; where there is none, the stack is empty.

        `salt` is that of the stack's config; without one the state's own is used, or a new one.

        Raises:
            EngineError: the file is no state, or not one that this engine can treat, or a link is in its place.
        """
        resources: list[ResourceState] = []
        written_salt = None
        try:
            refuse_link(temporary_of(path))
            text = read_private(path)
        except LinkError as error:
            raise EngineError(str(error)) from error
        if text is not None:
            deployment = read_deployment(text, str(path))
            written_salt = deployment.get("secrets_providers", {}).get("state", {}).get("salt")
            reader = Crypter(passphrase, written_salt or salt or "")
            resources = [decode_resource(entry, reader) for entry in deployment.get("resources", [])]
        if salt or written_salt:
            crypter = Crypter(passphrase, salt or written_salt or "")
        else:
            crypter = Crypter.with_new_salt(passphrase)
        return cls(path, crypter, resources, keep=keep)

    def resources(self) -> list[ResourceState]:
        """Return everything that is in the state now; what a resource needs comes before it."""
        with self._changing:
            return [*self._settled, *self.unsettled()]

    def unsettled(self) -> list[ResourceState]:
        """Return what is left of earlier runs."""
        with self._changing:
            return [resource for resource in self.base if id(resource) not in self._gone]

    def settle(self, new: ResourceState, old: ResourceState | None = None, *, keeps_old: bool = False) -> None:
        """Record a resource as this run has made or found it.

        It takes the place of `old`; with `keeps_old`, that stays and waits to be deleted. What is the same as before is
        written with the next change: the file says so already.
        """
        is_same = old is not None and vars(new) == vars(old)

        def change() -> None:
            self._settled.append(new)
            if old is None:
                return
            if keeps_old:
                old.delete = True
                # Under an alias, the CLI writes the half that waits for its delete with the new name, too.
                old.urn = new.urn
                self._texts.pop(id(old), None)
            else:
                self._gone.add(id(old))

        if is_same:
            with self._changing:
                change()
        else:
            self.change(change)

    def drop(self, resource: ResourceState) -> None:
        """Record that a resource is gone."""
        self.change(lambda: self._gone.add(id(resource)))

    def forget(self, resource: ResourceState) -> None:
        """Record that a resource has turned out to be gone: what needed it needs it no more."""

        def change() -> None:
            self._gone.add(id(resource))
            rest = self.resources()
            if any(other.urn == resource.urn for other in rest):
                return
            for other in rest:
                if resource.urn in other.needed_urns():
                    _forget_needed(other, resource)
                    self._texts.pop(id(other), None)

        self.change(change)

    def change(self, change: Callable[[], None], *touched: ResourceState) -> None:
        """Make a change to the resources named, and write the state."""
        with self._changing:
            change()
            for resource in touched:
                self._texts.pop(id(resource), None)
            self._version += 1
            version = self._version
        self._write(version)

    def rename(self, old_urn: str, new_urn: str) -> None:
        """Let what depends on the old URN depend on the new one."""
        with self._changing:
            for resource in self.base:
                if old_urn in resource.needed_urns():
                    _rename_needed(resource, old_urn, new_urn)
                    self._texts.pop(id(resource), None)

    def _write(self, version: int) -> None:
        if not self._keep:
            return
        with self._writing:
            # What another thread has written since may hold this change already.
            if self._written >= version:
                return
            with self._changing:
                text, self._written = self._text(), self._version
            replace_private(self._path, text)

    def _text(self) -> str:
        entries = []
        for resource in self.resources():
            if id(resource) not in self._texts:
                entry = encode_resource(resource, self._crypter)
                self._texts[id(resource)] = json.dumps(entry, ensure_ascii=False)
            entries.append(self._texts[id(resource)])
        start = json.dumps({"version": FORMAT_VERSION, "deployment": header(self._crypter)}, ensure_ascii=False)
        return start[:-2] + ', "resources": [\n' + ",\n".join(entries) + "\n]}}\n"


def _forget_needed(resource: ResourceState, gone: ResourceState) -> None:
    resource.parent = gone.parent if resource.parent == gone.urn else resource.parent
    resource.dependencies = [urn for urn in resource.dependencies if urn != gone.urn]
    resource.property_dependencies = {
        key: [urn for urn in urns if urn != gone.urn] for key, urns in resource.property_dependencies.items()
    }


def _rename_needed(resource: ResourceState, old_urn: str, new_urn: str) -> None:
    def renamed(urns: list[str]) -> list[str]:
        return [new_urn if urn == old_urn else urn for urn in urns]

    resource.parent = new_urn if resource.parent == old_urn else resource.parent
    resource.dependencies = renamed(resource.dependencies)
    resource.property_dependencies = {key: renamed(urns) for key, urns in resource.property_dependencies.items()}
