#!/bin/sh
# uplink.sh [WISH [LIST]]: has what the machine sends leave by the uplink that the box service wishes, and lets each uplink be probed by
# itself. Run as root by branchline-uplink.service.
#
# WISH is written by the box service and holds the name of one interface. It is obeyed only when LIST names that interface: a file of
# root's that nobody else may write, one name a line. Nothing else in WISH is read, shown or run; the gateway is the one that the machine
# itself has for the interface. IPv4.
set -u
wish=${1:-/var/lib/branchline/uplink}
list=${2:-/etc/branchline/uplinks}
# Before any route that a network manager makes; the protocol by which our own routes are known.
metric=5
protocol=176
# Of the tables and rules by which each uplink is probed: one more for each.
first=17600

say() { echo "uplink: $*"; }
refuse() {
  say "$*" >&2
  exit 1
}

[ -f "$list" ] && [ ! -L "$list" ] || refuse "there is no $list: name the uplinks' interfaces in it, one a line"
[ "$(stat -c %u "$list")" = "$(id -u)" ] || refuse "$list is not root's"
case $(stat -c %A "$list") in
  ?????w???? | ????????w?) refuse "$list can be written by others than root" ;;
esac

named=$(grep -E '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,14}$' "$list")

# The gateway of an interface's own default route, as `via ADDRESS`; empty for one that needs none; fails without a default route.
way() {
  route=$(ip -4 -o route show default dev "$1" | grep -v "proto $protocol" | head -n 1)
  [ -n "$route" ] || return 1
  echo "$route" | grep -oE 'via [0-9.]+' || true
}

# What is sent from an uplink's own address leaves by it.
table=$first
for device in $named; do
  addresses=$(ip -4 -o address show dev "$device" scope global 2>/dev/null | sed -n 's/.* inet \([0-9.]*\)\/.*/\1/p')
  if via=$(way "$device"); then
    # shellcheck disable=SC2086
    ip route replace default $via dev "$device" table "$table"
  fi
  known=$(ip -4 rule show priority "$table" | sed -n 's/.*from \([0-9.]*\) lookup.*/\1/p')
  for address in $addresses; do
    echo "$known" | grep -qFx "$address" || ip rule add from "$address" lookup "$table" priority "$table"
  done
  for address in $known; do
    echo "$addresses" | grep -qFx "$address" || ip rule del from "$address" lookup "$table" priority "$table"
  done
  table=$((table + 1))
done

[ -f "$wish" ] || exit 0
device=$(head -c 16 "$wish" | head -n 1)
echo "$named" | grep -qFx -- "$device" || refuse "what is wished for is not in $list"
via=$(way "$device") || refuse "$device has no default route of its own"
# shellcheck disable=SC2086
ip route replace default $via dev "$device" metric "$metric" proto "$protocol" || exit 1
