#!/bin/sh
# install.sh box|hq|standin [OPTIONS]: makes this Debian machine a box, headquarters, or a host of stand-ins, of the repository that it
# lies in, which is at /opt/branchline and built. May be repeated, after an update too: settings, documents and passwords that are there stay as they are.
#
#   --address ADDRESS    box, standin: the one that telephones, gateways and carriers reach; hq: its own. Needed until there are settings
#   --name NAME          standin: as branch documents have it, and as it is enrolled; cloud-1 when left out
#   --hq HOST            standin: headquarters' broker. Needed until there are settings
#   --page ADDRESS:PORT  where the page is; the address above, port 8443, when left out
#   --document FILE      box: the branch document; an empty branch, nothing but the page, when left out
#   --ups                box: the machine goes down when the battery of its UPS ends
#   --contacts           box: it has a relay, lamps, contacts or a button at GPIO lines
#   --uplinks "A B"      box: two uplinks, by the names of their interfaces
#   --releases           box: takes releases of the software from headquarters (docs/decisions/releases.md); moves this repository beside them
#   --no-start           everything but starting; also for a root that no systemd runs
#   --dry-run            says what would be done, and does nothing
set -eu

fail() {
  echo "install.sh: $*" >&2
  exit 1
}

role=${1:-}
case $role in
  box | hq | standin) shift ;;
  *) fail "give what this machine is to be: box, hq or standin; the options stand at the head of $0" ;;
esac
address='' name='' hq='' page='' document='' ups=no contacts=no uplinks='' releases=no start=yes dry=no
while [ $# -gt 0 ]; do
  case $1 in
    --address | --name | --hq | --page | --document | --uplinks)
      [ $# -ge 2 ] || fail "$1 needs a value"
      case $1 in
        --address) address=$2 ;;
        --name) name=$2 ;;
        --hq) hq=$2 ;;
        --page) page=$2 ;;
        --document) document=$2 ;;
        --uplinks) uplinks=$2 ;;
      esac
      shift
      ;;
    --ups) ups=yes ;;
    --contacts) contacts=yes ;;
    --releases) releases=yes ;;
    --no-start) start=no ;;
    --dry-run) dry=yes ;;
    *) fail "unknown: $1; the options stand at the head of $0" ;;
  esac
  shift
done

home=/opt/branchline
here=$home/systemd
node=$home/node_modules/.bin/node
dist=$home/dist
settings=/etc/branchline/$role.env
data=/var/lib/branchline
engine_root=/var/lib/branchline-engine/root
places=/opt/branchline-releases
keys=/etc/branchline/release-keys

say() { echo "install.sh: $*"; }
# Does it, or says that it would.
run() {
  if [ "$dry" = yes ]; then say "would: $*"; else "$@"; fi
}
changed=''
# put FILE PLACE: as it is in the repository.
put() {
  cmp -s "$1" "$2" && return
  changed="$changed ${2##*/}"
  run install -D -m 0644 "$1" "$2"
}

# What is missing is said all at once, and before anything is changed.
missing=''
lacks() { missing="$missing
  $*"; }
needs() { command -v "$1" >/dev/null || lacks "$1: apt-get install -y --no-install-recommends $2"; }
[ "$(id -u)" = 0 ] || lacks "root: type sudo before it"
[ "$(realpath "$(dirname "$0")")" = "$(realpath "$here" 2>/dev/null)" ] || lacks "the repository at $home: this one is at $(realpath "$(dirname "$0")/..")"
[ -x "$node" ] && [ -f "$dist/firmware/main.mjs" ] && [ -d "$home/web-ui/dist" ] || lacks "programs: type 'npm run build' in $home"
[ "$start" = no ] || [ -d /run/systemd/system ] || lacks "systemd; or give --no-start"
needs systemd-sysusers systemd
needs curl curl
if [ "$role" != hq ]; then
  needs espeak-ng espeak-ng
  needs flock util-linux
  needs setpriv util-linux
  [ -d "$engine_root" ] || needs mmdebstrap mmdebstrap
  [ "$(cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null || echo 1)" = 1 ] ||
    lacks "user namespaces, by which the engine enters its root: sysctl kernel.unprivileged_userns_clone=1, and in /etc/sysctl.d"
  [ -z "$document" ] || [ -r "$document" ] || lacks "$document, which --document names"
  [ -z "$uplinks" ] || needs ip iproute2
fi
[ "$releases" = no ] || [ "$role" = box ] || lacks "a box for --releases: this is to be $role"
[ "$releases" = no ] || ls "$keys"/*.pub >/dev/null 2>&1 || lacks "$keys/NAME.pub: the public key of the releases, as 'npm run release -- keygen' made it"
[ -f "$settings" ] || [ -n "$address" ] || lacks "--address ADDRESS, as there is no $settings"
[ "$role" != standin ] || [ -f "$settings" ] || [ -n "$hq" ] || lacks "--hq HOST, as there is no $settings"
[ -z "$missing" ] || fail "this is missing:$missing"

say "accounts and folders"
put "$here/sysusers.conf" /usr/lib/sysusers.d/branchline.conf
put "$here/tmpfiles.conf" /usr/lib/tmpfiles.d/branchline.conf
run systemd-sysusers branchline.conf
run systemd-tmpfiles --create branchline.conf

if [ ! -f "$settings" ]; then
  say "settings: $settings"
  if [ "$dry" = no ]; then
    sed -e "s/192\.0\.2\.[12]0:8443/${page:-$address:8443}/" -e "s/192\.0\.2\.[124]0/$address/g" \
      -e "s/^\(BRANCHLINE_STANDIN_NAME\)=.*/\1=${name:-cloud-1}/" -e "s/^\(BRANCHLINE_STANDIN_HQ_HOST\)=.*/\1=$hq/" "$here/$role.env.example" >"$settings.new"
    mv "$settings.new" "$settings"
  fi
fi

# as ACCOUNT PROGRAM...: with the settings of the role.
as() {
  account=$1
  shift
  [ "$dry" = no ] || { say "would, as $account: $*" && return; }
  (
    set -a
    # shellcheck source=/dev/null
    . "$settings"
    BRANCHLINE_BOX_DATA_DIR=$data BRANCHLINE_BOX_PROMPTS_DIR=$home/firmware/prompts BRANCHLINE_HQ_DATA_DIR=/var/lib/branchline-hq
    exec runuser -u "$account" -- "$@"
  )
}

# This repository becomes the first of the releases, in a folder that is root's alone; /opt/branchline leads to the one that runs.
make_ready_for_releases() {
  [ ! -L "$home" ] || return 0
  version=$(sed -n 's/^ *"version": "\([0-9.]*\)",$/\1/p' "$home/package.json" | head -n 1)
  [ -n "$version" ] || fail "$home/package.json names no version"
  [ ! -e "$places/$version" ] || fail "$places/$version is there already: what is it? Move it away, then again"
  say "releases: $home moves to $places/$version"
  run install -d -m 0755 "$places"
  run chown -R root:root "$home"
  run chmod -R go-w "$home"
  run ln -sfn "$version" "$places/current"
  run ln -sfn "$version" "$places/good"
  run mv "$home" "$places/$version"
  run ln -s "$places/current" "$home"
}

# Nothing but what is there already when the recipe of the root has not changed.
make_engine_root() {
  say "the call engine's root"
  run "$node" "$dist/firmware/engine/root/main.mjs" "$engine_root"
}

if [ "$role" = box ]; then
  units='branchline-engine.service branchline-box.service branchline-watchdog.service'
  run install -d -o branchline -g branchline -m 0750 "$data"
  make_engine_root
  if [ ! -f "$data/branch.yaml" ]; then
    say "branch document: ${document:-an empty branch}"
    run install -o branchline -g branchline -m 0640 "${document:-$here/first-branch.yaml}" "$data/branch.yaml"
  elif [ -n "$document" ] && ! cmp -s "$document" "$data/branch.yaml"; then
    say "branch document: the one that is there stays; another is given to it on its page"
  fi
  say "prepare; a password that was just made stands in the last line, this once"
  as branchline "$node" "$dist/firmware/prepare.mjs"
  if [ "$releases" = yes ]; then
    make_ready_for_releases
    units="$units branchline-release.path branchline-release.service"
  fi
  # A disk that nobody can ask says nothing, and no unit fails for it.
  units="$units branchline-smart.timer"
  [ "$ups" = no ] || units="$units branchline-power-off.path"
  if [ "$contacts" = yes ]; then
    units="$units branchline-lifeline.service branchline-factory-reset.path"
    put "$here/branchline-gpio.rules" /etc/udev/rules.d/60-branchline-gpio.rules
    put "$here/box-contacts.conf" /etc/systemd/system/branchline-box.service.d/contacts.conf
  fi
  if [ -n "$uplinks" ]; then
    units="$units branchline-uplink.path branchline-uplink.timer"
    [ "$dry" = yes ] || printf '%s\n' $uplinks >/etc/branchline/uplinks
  fi
elif [ "$role" = standin ]; then
  units=branchline-standin.service
  run install -d -o branchline-standin -g branchline-standin -m 0750 /var/lib/branchline-standin
  make_engine_root
else
  units=branchline-hq.service
  run install -d -o branchline-hq -g branchline-hq -m 0750 /var/lib/branchline-hq
  if [ ! -f /var/lib/branchline-hq/access.sqlite ]; then
    say "the first password of its page, this once"
    as branchline-hq "$node" "$dist/controller/access/main.mjs" new-password
  fi
fi

say "units"
for unit in "$here"/branchline-*.service "$here"/branchline-*.path "$here"/branchline-*.timer; do
  # Of a program that lies beside releases: without them it would be a unit with a fault.
  case $unit in
    */branchline-release.*) [ -d "$places/good" ] || [ "$releases" = yes ] || continue ;;
  esac
  put "$unit" "/etc/systemd/system/${unit##*/}"
done
[ -z "$changed" ] || say "new or changed:$changed"
if [ "$start" = no ]; then
  run systemctl enable $units
  say "done; it starts with the machine"
  exit 0
fi
run systemctl daemon-reload
[ "$contacts" = no ] || run udevadm control --reload
[ "$contacts" = no ] || run udevadm trigger --subsystem-match=gpio
run systemctl enable --now $units
# A service that runs already goes on with the program and the unit that it was started with.
say "done; after an update: systemctl restart branchline-$role"
