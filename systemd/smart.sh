#!/bin/sh
# smart.sh [FOLDER [SYS]]: leaves in FOLDER what each disk says of itself (SMART), one JSON file a disk. Run as root by branchline-smart.service.
# A disk that sleeps is not woken: what it said last stays. A disk that is gone takes its file along.
set -u
folder=${1:-/run/branchline-smart}
sys=${2:-/sys}

for path in "$sys"/block/sd* "$sys"/block/nvme*n*; do
  [ -e "$path" ] || continue
  disk=${path##*/}
  # Its exit status tells of the disk, bit by bit; only the first two say that there is no answer (smartctl(8)).
  smartctl --json=c --xall --nocheck=standby,0 "/dev/$disk" >"$folder/.$disk"
  if [ $(($? & 3)) -eq 0 ] || grep -q '"smart_support":{"available":false' "$folder/.$disk"; then
    chmod 0644 "$folder/.$disk"
    mv "$folder/.$disk" "$folder/$disk.json"
  else
    rm -f "$folder/.$disk"
  fi
done

for file in "$folder"/*.json; do
  [ -e "$file" ] || continue
  disk=${file##*/}
  [ -e "$sys/block/${disk%.json}" ] || rm -f "$file"
done
