"""`python -m pulumi_plivo.cli` is `plivo-numbers`."""

import sys

from pulumi_plivo.cli.entry import main

sys.exit(main())
