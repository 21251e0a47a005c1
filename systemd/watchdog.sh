#!/bin/sh
# watchdog.sh UNIT [SECONDS]: asks the box's page whether anybody is there, and ends a service that does not answer; its supervisor
# starts it again, and it adopts its calls. Any answer will do but 503, by which the service says that a loop of its own does not go on:
# an engine, a network or a disk that is out is a fault that a restart cannot cure, and no reason; nor is an address of the page that this
# machine does not have for now, as when nobody renewed its lease.
# It begins to judge only after a first answer, so a slow start is never cut short. A service that listens and never gave one, as it hung
# before it was asked, is ended too; but once only until something answers, as a firewall in between would look the same.
set -u
unit=$1
every_s=${2:-2}
listen=${BRANCHLINE_BOX_CONSOLE_LISTEN:-127.0.0.1:8080}
port=${listen##*:}
host=${listen%:*}
case $host in
  0.0.0.0 | '[::]' | '') host=127.0.0.1 scheme=https ;;
  127.* | localhost | '[::1]') scheme=http ;;
  *) scheme=https ;;
esac
# What curl says when the address that it is to ask from is not one of this machine's.
no_such_address=45
# And when what it asks took the connection and then said nothing: where nobody listens it is told so at once.
no_answer=28
here=${host#[}
here=${here%]}
url="$scheme://$host:$port/api/alive"
patience=4

misses=0
judged=''
may_end_unheard=yes
while :; do
  pid=$(systemctl show --property=MainPID --value "$unit")
  if [ "$pid" != "$judged" ]; then armed=no misses=0 judged=$pid; fi
  # -k: who answers does not matter here, and the box's own certificate is signed by nobody.
  answer=$(curl -sk -o /dev/null -w '%{http_code}' --max-time "$every_s" --interface "host!$here" "$url")
  said=$?
  if [ "$said" = "$no_such_address" ]; then
    misses=0
  elif [ "$answer" != 000 ] && [ "$answer" != 503 ] && [ -n "$answer" ]; then
    armed=yes misses=0 may_end_unheard=yes
  elif [ "$armed" = yes ] || { [ "$said" = "$no_answer" ] && [ "$may_end_unheard" = yes ]; }; then
    misses=$((misses + 1))
    if [ "$misses" -ge "$patience" ] && [ "${pid:-0}" -gt 1 ]; then
      echo "no life at $url $misses times (${answer:-nothing}): ending $unit (pid $pid)"
      [ "$armed" = yes ] || may_end_unheard=no
      kill -KILL "$pid"
      misses=0 armed=no
    fi
  fi
  sleep "$every_s"
done
