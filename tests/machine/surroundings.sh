#!/bin/sh
# What a box has around it: an address on a network that leads nowhere, and a bank of GPIO lines for each of the kernel's two ways to them.
set -eu
until ip link show eth0 >/dev/null 2>&1; do sleep 0.1; done
ip addr replace 192.0.2.10/24 dev eth0
ip addr replace 192.0.2.20/24 dev eth0
ip link set eth0 up
# In namespaces there is no such module to be had, and the box goes without.
modprobe gpio-sim || exit 0
for bank in cdev sysfs; do
  dir=/sys/kernel/config/gpio-sim/$bank
  [ ! -d "$dir" ] || continue
  mkdir -p "$dir/bank"
  echo 32 >"$dir/bank/num_lines"
  echo "lab-$bank" >"$dir/bank/label"
  echo 1 >"$dir/live"
done
