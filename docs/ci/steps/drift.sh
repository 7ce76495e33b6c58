#!/usr/bin/env bash
# Says where a stack and Plivo differ, and changes nothing: drift.sh STACK, in the folder of Pulumi.yaml.
#
# Ends with 1 where they do, and with another status where that could not be told. `plivo-numbers check` finds strangers in the pools too, which no refresh can see.
set -euo pipefail
stack=$1
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
differs=0

found=$(mktemp)
pulumi stack export --stack "$stack" | plivo-numbers check --stack "$stack" --state - >"$found" || differs=$?
cat "$found"
pulumi refresh --stack "$stack" --non-interactive --preview-only --expect-no-changes --diff || [ "$differs" -ne 0 ] || differs=1

{
  echo "### Drift of the stack \`$stack\`"
  echo
  sed -e 's/^/    /' "$found"
} >>"$summary"
rm "$found"
exit "$differs"
