#!/usr/bin/env bash
# What can be said of a change without any secret: fork.sh BASE, where BASE is the commit that the change goes onto.
#
# PLIVO_PATHS are the files that a stack is made of. Where none of them changes, no number does. Ends with 1 where one does.
set -euo pipefail
base=$1
read -r -a paths <<<"${PLIVO_PATHS:-Pulumi.yaml Pulumi.*.yaml stacks requirements.txt pyproject.toml plivo-allowed.*.txt}"
changed=$(git diff --name-only "$base" HEAD -- "${paths[@]}")
if [ -z "$changed" ]; then
  message="**Nothing changes.** No file that a stack is made of is touched, so nothing is given back."
else
  message="**Not previewed.** A pull request from a fork gets no secrets, and a preview needs them, as these files change:

$(echo "$changed" | sed -e 's/^/    /')

A maintainer who has read them pushes the commits to a branch of this repository, and opens a pull request from there."
fi
echo "$message"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  echo "$message" >>"$GITHUB_STEP_SUMMARY"
fi
[ -z "$changed" ]
