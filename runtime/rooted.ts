/**
 * Runs a program inside a root directory of its own (a Debian tree), as root or as an ordinary user.
 *
 * The program ends up as the very process that was spawned: unshare becomes sh, sh becomes chroot, chroot becomes the
 * program. So whoever spawned it supervises the program itself, and a signal sent to the child reaches it.
 * The tree is seen read-only, with small private /dev, /run and /tmp; what may be written is bound in by the caller.
 */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Bind {
  /** A directory or file of the machine; must exist. */
  readonly from: string;
  /** Where the program sees it: must exist in the tree, or lie beneath /run, /tmp or /dev. */
  readonly to: string;
  readonly readOnly?: boolean;
}

export interface RootedProgram {
  /** The tree, an absolute path. It may serve any number of programs at once. */
  readonly root: string;
  readonly binds: readonly Bind[];
  /** An account of the tree. An ordinary user has one account only, its own, and this is then not used. */
  readonly user?: string;
  /** The program as the tree sees it, absolute, and its arguments. */
  readonly argv: readonly [string, ...string[]];
}

export interface RootedCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * Positional arguments: tree, account or '', then mode/from/to for each bind, '--', and the program.
 * A remount must repeat the flags a mount already has: in a user namespace the kernel refuses to drop them.
 */
const ENTER = `set -eu
root=$1; user=$2; shift 2
read_only() { mount -o "remount,bind,ro,$(findmnt -nro VFS-OPTIONS -M "$1" | tail -n 1 | sed -E 's/^r[ow],?//')" "$1"; }
mount --rbind "$root" "$root"
mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
for place in dev run tmp; do mount -t tmpfs -o nosuid,size=16m,mode=0755 tmpfs "$root/$place"; done
chmod 1777 "$root/tmp"
for node in null zero full random urandom; do
  : > "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir -p "$root/dev/shm" "$root/run/lock"
while [ "$1" != -- ]; do
  mode=$1; from=$2; to=$root$3; shift 3
  case "\${to#"$root"}" in /run/*|/tmp/*|/dev/*)
    if [ -d "$from" ]; then mkdir -p "$to"; else mkdir -p "\${to%/*}"; : > "$to"; fi ;;
  esac
  [ -e "$from" ] || { echo "Cannot bind '$from': it does not exist" >&2; exit 125; }
  [ -e "$to" ] || { echo "Cannot bind '$from': '$to' is missing; prepare the root again" >&2; exit 125; }
  mount --rbind "$from" "$to"
  [ "$mode" = rw ] || read_only "$to"
done
shift
read_only "$root"
if [ -n "$user" ]; then set -- --reuid="$user" --regid="$user" --clear-groups -- "$@"; else set -- -- "$@"; fi
exec chroot "$root" /usr/bin/setpriv --no-new-privs --inh-caps=-all --bounding-set=-all "$@"`;

/** What to spawn (or execve) so that the program runs in its root. Pure. */
export function rootedCommand(program: RootedProgram, asRoot: boolean): RootedCommand {
  const named = [program.root, program.argv[0], ...program.binds.flatMap((bind) => [bind.from, bind.to])];
  for (const path of named) {
    if (!path.startsWith('/')) throw new Error(`The path '${path}' is not absolute. Give it from '/'.`);
  }
  const binds = program.binds.flatMap((bind) => [bind.readOnly === true ? 'ro' : 'rw', bind.from, bind.to]);
  const user = asRoot ? (program.user ?? '') : '';
  const namespaces = [asRoot ? '-m' : '-Urm', '--propagation', 'private'];
  const enter = ['/bin/sh', '-c', ENTER, 'rooted', program.root, user];
  return { file: '/usr/bin/unshare', args: [...namespaces, ...enter, ...binds, '--', ...program.argv] };
}

export const runsAsRoot = (): boolean => process.geteuid?.() === 0;

/** The child is the program: its pid, its exit code. The environment is only what `options.env` names. */
export function spawnRooted(program: RootedProgram, options: SpawnOptions = {}): ChildProcess {
  const { file, args } = rootedCommand(program, runsAsRoot());
  return spawn(file, args, { ...options, env: { PATH: SYSTEM_PATH, ...options.env } });
}

/** Becomes the program: this process, same pid, with nothing of Node left. Never returns. */
export function becomeRooted(program: RootedProgram, env: Readonly<Record<string, string>> = {}): never {
  if (!process.execve) throw new Error('process.execve is missing: this needs Node 24.');
  const { file, args } = rootedCommand(program, runsAsRoot());
  return process.execve(file, [file, ...args], { PATH: SYSTEM_PATH, ...env });
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The numbers behind an account of the tree, for giving it a directory of the machine. */
export function accountOf(root: string, name: string): Account {
  const path = join(root, 'etc/passwd');
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [account, , uid, gid] = line.split(':');
    if (account === name) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`There is no account '${name}' in ${path}. Prepare the root again.`);
}

const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
