#!/bin/sh
# inside.sh ROOT: becomes systemd, process 1 of ROOT, in namespaces that unshare(1) has made. Devices are those that every process may have.
set -eu
root=$1
mount --make-rprivate /
cd "$root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for name in null zero full random urandom tty; do
  touch "dev/$name"
  mount --bind "/dev/$name" "dev/$name"
done
mkdir dev/pts dev/shm .before
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t cgroup2 cgroup2 sys/fs/cgroup
ip link set lo up
ip link add eth0 type veth peer name outside
ip link set outside up
pivot_root . .before
# shellcheck disable=SC2016
exec chroot . /bin/sh -c 'umount -l /.before; rmdir /.before; exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd'
