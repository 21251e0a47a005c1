#!/bin/sh
# factory-reset.sh DATA_DIR: the box as it came, but for what happened: ledger, recordings and messages stay where they are. What made it this
# branch's is laid aside, for whoever pressed the button by mistake; a person who gives the box away empties the disk.
set -eu
data=$1
here=$(dirname "$0")
# Taken away first: whatever goes wrong from here on, it is not done twice.
rm -f "$data/factory-reset"
systemctl stop branchline-box.service branchline-engine.service
aside="$data/before-reset/$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p -m 0700 "$data/before-reset" "$aside"
for name in branch.yaml document-in-force.yaml documents headquarters-documents.json identity access.sqlite access.sqlite-wal access.sqlite-shm secrets.json phone-secrets.json line-ca.pem engine-site.json; do
  if [ -e "$data/$name" ]; then mv "$data/$name" "$aside/"; fi
done
first=/etc/branchline/first-branch.yaml
[ -r "$first" ] || first=$here/first-branch.yaml
install -m 0640 --owner="$(stat -c %U "$data")" --group="$(stat -c %G "$data")" "$first" "$data/branch.yaml"
systemctl start branchline-engine.service branchline-box.service
