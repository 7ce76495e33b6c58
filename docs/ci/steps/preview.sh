#!/usr/bin/env bash
# Previews a stack for whoever reviews the change: preview.sh STACK FOLDER, in the folder of Pulumi.yaml.
#
# FOLDER then holds preview.json, comment.md (the report), plan.json (what `up` may do) and, if the preview worked and the gate
# lets it pass, reviewed-tree: the files that it is about. Ends with 3 where the gate stops, and with the preview's own status
# where that failed.
#
# PLIVO_FAIL_ON is what the gate stops; empty, it stops nothing. plivo-allowed.STACK.txt lists numbers that may go all the
# same, a number a line. PLIVO_SANDBOX=yes previews on the local Plivo, with the engine that is there, and makes no plan.
set -euo pipefail
stack=$1
folder=$2
fail_on=${PLIVO_FAIL_ON-unrent,powerpack-delete}
agreed=plivo-allowed.$stack.txt

mkdir -p "$folder"
rm -f "$folder"/{preview.json,plan.json,report.md,reasons.txt,comment.md,reviewed-tree}
previewed=0
if [ "${PLIVO_SANDBOX:-no}" = yes ]; then
  plivo-sandbox preview --stack "$stack" --json >"$folder/preview.json" || previewed=$?
else
  pulumi preview --stack "$stack" --non-interactive --json --show-sames --show-replacement-steps \
    --save-plan "$folder/plan.json" >"$folder/preview.json" || previewed=$?
fi

arguments=()
if [ -n "$fail_on" ]; then
  arguments+=(--fail-on "$fail_on")
fi
if [ -f "$agreed" ]; then
  while IFS= read -r line || [ -n "$line" ]; do
    number=$(sed -e 's/#.*//' -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' <<<"$line")
    if [ -n "$number" ]; then
      arguments+=(--allow "$number")
    fi
  done <"$agreed"
fi
gate=0
plivo-numbers report "$folder/preview.json" ${arguments[@]+"${arguments[@]}"} \
  >"$folder/report.md" 2>"$folder/reasons.txt" || gate=$?
cat "$folder/reasons.txt" >&2

{
  echo "<!-- plivo-numbers: $stack -->"
  echo "### Plivo numbers of the stack \`$stack\`"
  echo
  cat "$folder/report.md"
  if [ "$previewed" -ne 0 ]; then
    echo
    echo "**The preview failed:** the job's log says why."
  fi
  if [ "$gate" -eq 3 ]; then
    echo
    echo "**Stopped.** Numbers that may go are listed in \`$agreed\`, a number a line, in this same change."
    echo
    sed -e 's/^/    /' "$folder/reasons.txt"
  elif [ "$gate" -ne 0 ]; then
    echo
    echo "**There is no report:** the job's log says why."
  fi
} >"$folder/comment.md"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cat "$folder/comment.md" >>"$GITHUB_STEP_SUMMARY"
fi

if [ "$previewed" -ne 0 ]; then
  exit "$previewed"
fi
if [ "$gate" -ne 0 ]; then
  exit "$gate"
fi
git rev-parse 'HEAD^{tree}' >"$folder/reviewed-tree"
