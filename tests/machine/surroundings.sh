#!/bin/sh
# What a box has around it: an address on a network that leads nowhere, and a bank of GPIO lines for each of the kernel's two ways to them.
set -eu
ip addr replace 192.0.2.10/24 dev eth0
ip addr replace 192.0.2.20/24 dev eth0
ip link set eth0 up
modprobe gpio-sim
for bank in cdev sysfs; do
  dir=/sys/kernel/config/gpio-sim/$bank
  [ ! -d "$dir" ] || continue
  mkdir -p "$dir/bank"
  echo 32 >"$dir/bank/num_lines"
  echo "lab-$bank" >"$dir/bank/label"
  echo 1 >"$dir/live"
done
