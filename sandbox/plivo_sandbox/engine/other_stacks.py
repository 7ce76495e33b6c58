"""The outputs of other stacks that the embedded engine holds: what a `StackReference` of the program reads."""

from dataclasses import dataclass
from pathlib import Path

from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.properties import Properties, has_secret
from plivo_sandbox.engine.provider_plugin import ProviderError
from plivo_sandbox.engine.snapshot import Snapshot
from plivo_sandbox.engine.urns import STACK_TYPE, StackName

#: The one organization that a backend without organizations has.
ORGANIZATION = "organization"


@dataclass(frozen=True)
class OtherStacks:
    """The stacks beside one: the state of each is `PROJECT/STACK.json`, as this stack's own is.

    Attributes:
        state: The file with this stack's state.
        name: This stack.
        passphrase: What opens the secrets of them all.
    """

    state: Path
    name: StackName
    passphrase: str

    def outputs(self, reference: str) -> Properties:
        """Return what a `StackReference` of this name has as its outputs. Raises ProviderError."""
        other = self._named(reference)
        path = self.state.parent.parent / other.project / f"{other.stack}.json"
        if not path.is_file():
            raise ProviderError(
                f'unknown stack "{reference}": the embedded engine has no state of it; bring it up first, or use the'
                " pulumi CLI for both if it is there"
            )
        try:
            resources = Snapshot.load(path, None, self.passphrase, keep=False).base
        except EngineError as error:
            raise ProviderError(str(error)) from error
        outputs = next((each.outputs for each in resources if each.type == STACK_TYPE), {})
        secret = [name for name, value in outputs.items() if has_secret(value)]
        return {"name": reference, "outputs": outputs, "secretOutputNames": secret}

    def _named(self, reference: str) -> StackName:
        parts = reference.split("/")
        if len(parts) == 1 and _is_name(parts[0]):
            return StackName(self.name.project, parts[0])
        if len(parts) == 3 and parts[0] == ORGANIZATION and all(map(_is_name, parts)):
            return StackName(parts[1], parts[2])
        raise ProviderError(f'"{reference}" is not the name of a stack, such as {ORGANIZATION}/PROJECT/STACK')


def _is_name(text: str) -> bool:
    return bool(text.strip(".")) and all(each.isalnum() or each in "-_." for each in text)
