"""The process of the user's program: `python -m plivo_sandbox.engine.program LIFELINE SETTINGS`.

SETTINGS is JSON: the monitor's address, project, stack, root, program and whether this is a preview. Config comes in
the environment, as the CLI passes it.
"""

import asyncio
import concurrent.futures
import json
import logging
import runpy
import sys
import traceback
from pathlib import Path

import pulumi
import pulumi.runtime

from plivo_sandbox.engine.lifeline import end_with_parent
from plivo_sandbox.engine.program_status import TOLD

# More would only wait: registrations are handled by as many threads on the other side.
PARALLEL_REGISTRATIONS = 32


def main() -> int:
    """Run the program; return the exit status."""
    end_with_parent(int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    program = settings["program"]
    sys.argv = [program]
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=settings["project"],
            stack=settings["stack"],
            monitor=settings["address"],
            engine=settings["engine"],
            parallel=PARALLEL_REGISTRATIONS,
            dry_run=settings["preview"],
            organization="organization",
            root_directory=settings["root"],
        )
    )
    # When the program fails, what it has left unawaited is no news.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    executor = concurrent.futures.ThreadPoolExecutor(PARALLEL_REGISTRATIONS)
    loop.set_default_executor(executor)
    try:
        loop.run_until_complete(
            pulumi.runtime.run_in_stack(lambda: _run(program)),
        )
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return TOLD
    except Exception as error:
        # In some versions of the SDK, what needs a failed resource fails in the program too: that is no further error.
        if type(error).__name__ != "ResourceRegistrationFailed":
            pulumi.log.error("the program failed: " + _user_traceback(error))
        return TOLD
    finally:
        executor.shutdown(wait=True)
        loop.close()
    return 0


def _run(program: str) -> None:
    # Of two programs of one length and one second, Python would run the one that it has compiled first.
    sys.dont_write_bytecode = True
    runpy.run_path(program, run_name="__main__")


def _user_traceback(error: BaseException) -> str:
    """Format the traceback from the program's first line on; without any of its lines, the error alone."""
    here = str(Path.cwd())
    frames = traceback.extract_tb(error.__traceback__)
    skipped = next((index for index, frame in enumerate(frames) if frame.filename.startswith(here)), len(frames))
    report = traceback.TracebackException.from_exception(error)
    report.stack = traceback.StackSummary.from_list(frames[skipped:])
    lines = report.format() if report.stack else report.format_exception_only()
    return "".join(lines).rstrip()


if __name__ == "__main__":
    sys.exit(main())
