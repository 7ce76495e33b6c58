"""The process of the SDK's own provider plugin: `python -u -m plivo_sandbox.engine.plugin LIFELINE`."""

import runpy
import sys

from plivo_sandbox.engine.lifeline import end_with_parent

if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    del sys.argv[1:]
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
