#!/bin/sh
# What a box has around it: an address on a network that leads nowhere.
set -eu
until ip link show eth0 >/dev/null 2>&1; do sleep 0.1; done
ip addr replace 192.0.2.10/24 dev eth0
ip addr replace 192.0.2.20/24 dev eth0
ip addr replace 192.0.2.40/24 dev eth0
ip link set eth0 up
