#!/bin/bash
# Runs what the test asks for and answers. A line each way: NUMBER SCRIPT, and NUMBER EXIT-CODE OUTPUT, both texts in base64.
exec 3<>"${1:?the port}"
while :; do
  read -r number script <&3 || exit 1
  output=$(base64 -d <<<"$script" | /bin/bash 3>&- 2>&1)
  code=$?
  printf '%s %s %s\n' "$number" "$code" "$(base64 -w0 <<<"$output")" >&3
done
