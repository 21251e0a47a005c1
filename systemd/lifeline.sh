#!/bin/bash
# lifeline.sh FOLDER [--stay] [--tools FOLDER] [--sys FOLDER]: holds the lifeline relay for the box service, and lets it go when the service
# does not say in time that it goes on. A process of its own: one that is killed, or stopped, cannot let go of anything.
#
# Told by FOLDER/told (a pipe), a line at a time:  SECONDS cdev CHIP LINE LEVEL RELEASED   or   SECONDS sysfs NUMBER 0 LEVEL RELEASED
# LEVEL is what the line shall have now, RELEASED what it has when the relay is not energised; SECONDS without another line let it go.
# Tells in FOLDER/is:  'energised', 'released' or 'lost REASON'. With --stay it goes on after it has let go; without, it ends.
set -u
folder=${1:?the folder} && shift
stay=no tools='' sys=/sys
while [ $# -gt 0 ]; do
  case $1 in
    --stay) stay=yes ;;
    --tools) tools=${2:?}/ && shift ;;
    --sys) sys=${2:?} && shift ;;
    *) echo "lifeline.sh: unknown: $1" >&2 && exit 2 ;;
  esac
  shift
done
umask 0027
mkdir -p "$folder"
# One holder at a time: a service that is started again goes on with the one that is there.
exec 9>"$folder/lock"
flock -n 9 || exit 0
[ -p "$folder/told" ] || { rm -f "$folder/told" && mkfifo "$folder/told"; } || exit 1
# For both directions, so that neither the open nor a read ends with the writer.
exec 3<>"$folder/told"

child='' held=''

say() {
  [ "$(cat "$folder/is" 2>/dev/null)" = "$1" ] && return
  printf '%s\n' "$1" >"$folder/is.new" && mv "$folder/is.new" "$folder/is"
}

drop() {
  [ -n "$child" ] && kill "$child" 2>/dev/null && wait "$child" 2>/dev/null
  child=''
}

# hold DRIVER CHIP LINE LEVEL RELEASED
hold() {
  local now="$*" word=energised
  [ "$4" = "$5" ] && word=released
  if [ "$now" = "$held" ] && { [ "$1" = sysfs ] || kill -0 "$child" 2>/dev/null; }; then
    say "$word"
    return
  fi
  drop
  held=''
  if [ "$1" = sysfs ]; then
    local gpio="$sys/class/gpio/gpio$2" direction=low
    [ "$4" = 1 ] && direction=high
    { [ -d "$gpio" ] || echo "$2" >"$sys/class/gpio/export"; } 2>"$folder/trouble" &&
      { echo "$direction" >"$gpio/direction"; } 2>>"$folder/trouble" || {
      say "lost sysfs: $(tail -n1 "$folder/trouble")"
      return
    }
  else
    # --banner: it says so once it has the line. 3 and 9 stay here, or a child that outlives this would hold them.
    exec 4< <(exec setpriv --pdeathsig TERM "${tools}gpioset" --banner -c "$2" "$3=$4" 2>"$folder/trouble" 3<&- 9>&-)
    child=$!
    if ! read -r -t 3 -u 4 _; then
      drop
      local why
      why=$(tail -n1 "$folder/trouble" | sed 's/^.*gpioset: //')
      say "lost ${why:-{tool-silent\}}"
      return
    fi
  fi
  held=$now
  printf '%s\n' "$now" >"$folder/last"
  say "$word"
}

# The line as it was told last, let go.
release() {
  local driver chip line released
  # A box that was never told of a relay has nothing to let go.
  [ -f "$folder/last" ] && read -r driver chip line _ released <"$folder/last" || return
  hold "$driver" "$chip" "$line" "$released" "$released"
}

trap 'release; drop; exit 0' TERM INT
# Before anything else, and after whatever ended the holder before this one: let go.
release

silent=0 within=20
while :; do
  # One second at most, so that a signal is heard, and time is counted by reads and not by a clock that may jump.
  if read -r -t 1 -u 3 seconds driver chip line level released _; then
    if [[ "$seconds $line $level $released" =~ ^[0-9]{1,3}\ [0-9]{1,4}\ [01]\ [01]$ && "$driver $chip" =~ ^(cdev\ [A-Za-z0-9._:+-]{1,40}|sysfs\ [0-9]{1,5})$ ]]; then
      silent=0 within=$seconds
      hold "$driver" "$chip" "$line" "$level" "$released"
    fi
  else
    silent=$((silent + 1))
    [ "$silent" -lt "$within" ] && continue
    release
    silent=0
    [ "$stay" = yes ] || { drop && exit 0; }
  fi
done
