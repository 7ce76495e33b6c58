"""One command on the embedded engine: `python -m bench.embedded_command OPERATION DIRECTORY STACK STATE`."""

import sys
from pathlib import Path

from plivo_sandbox.engine import operations

if __name__ == "__main__":
    operation, directory, stack, state = sys.argv[1:]
    result = getattr(operations, operation)(Path(directory), stack, state=Path(state), output=sys.stdout)
    has_changes = operation == "preview" and set(result.summary) - {"same"}
    sys.exit(0 if result.succeeded and not has_changes else 1)
