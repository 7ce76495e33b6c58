#!/usr/bin/env bash
# Does what was reviewed, and nothing else: up.sh STACK FOLDER, where FOLDER holds what preview.sh left there.
#
# Refused where there is no plan, or one of other files than this commit's; Pulumi itself refuses a step that is not in it.
set -euo pipefail
stack=$1
folder=$2
if [ ! -f "$folder/plan.json" ] || [ ! -f "$folder/reviewed-tree" ]; then
  echo "refused: $folder holds no plan that a preview has let pass; preview this commit, and have it reviewed" >&2
  exit 1
fi
if [ "$(cat "$folder/reviewed-tree")" != "$(git rev-parse 'HEAD^{tree}')" ]; then
  echo "refused: the plan in $folder is of another commit; preview this one, and have it reviewed" >&2
  exit 1
fi
if ! pulumi up --stack "$stack" --yes --skip-preview --non-interactive --plan "$folder/plan.json"; then
  echo "the up has stopped; where the plan no longer fits, preview this commit again, and have it reviewed" >&2
  exit 1
fi
