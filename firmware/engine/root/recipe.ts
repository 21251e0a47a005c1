/** What an engine root is made of: the command that makes it, and what must be true of it. Pure. */

/** Raised whenever a root made by an older recipe would not do: a root without it is then made again. */
export const RECIPE = 2;

/** The oldest engine without the advisories of June 2026 (Asterisk ChangeLog-22.10.1). */
export const OLDEST_ENGINE = '22.10.1';

export interface RecipeChoices {
  /** A Debian suite that carries Asterisk 22; of the releases up to 13 none does. */
  readonly suite: string;
  /** Where to fetch packages; the suite's usual place when left out. */
  readonly mirror?: string;
  /** Take packages from an index whose validity date has passed: signatures are still checked, freshness is not. */
  readonly allowExpiredIndex: boolean;
}

const LEFT_OUT = [
  '/usr/share/doc/*',
  '/usr/share/man/*',
  '/usr/share/info/*',
  '/usr/share/locale/*',
  '/usr/share/lintian/*',
];

/** Arguments of mmdebstrap(1). As an ordinary user the tree comes out of it as a tar, because only there can it own files of others. */
export function mmdebstrapArgs(choices: RecipeChoices, target: { dir: string } | 'tar'): string[] {
  const where = target === 'tar' ? ['--mode=unshare', '--format=tar'] : ['--mode=root', '--format=directory'];
  return [
    ...where,
    '--variant=apt',
    '--include=asterisk,asterisk-moh-opsound-gsm',
    ...LEFT_OUT.map((path) => `--dpkgopt=path-exclude=${path}`),
    ...(choices.allowExpiredIndex ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    choices.suite,
    target === 'tar' ? '-' : target.dir,
    ...(choices.mirror === undefined ? [] : [choices.mirror]),
  ];
}

/** apt has no exit code for this one: its sentence is the only sign. */
export function saysIndexExpired(output: string): boolean {
  return /Release file for \S+ is expired/.test(output);
}

/** What mmdebstrap says it is doing. That it hears the end of a step which failed, as a signal, is no step. */
export function stepsOf(output: string): string[] {
  return [...output.matchAll(/^I: (?!main\(\) received signal)(.+)$/gm)].map(([, step = '']) => step);
}

/** The upstream version of package asterisk in a dpkg status file: '22.10.1' of '1:22.10.1+dfsg-1'. */
export function engineVersion(dpkgStatus: string): string | undefined {
  const entry = dpkgStatus.split('\n\n').find((text) => /^Package: asterisk$/m.test(text));
  return /^Version: (?:\d+:)?(\d+(?:\.\d+)+)/m.exec(entry ?? '')?.[1];
}

export function isAtLeast(version: string, oldest: string): boolean {
  const [a, b] = [version.split('.').map(Number), oldest.split('.').map(Number)];
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * Files that every instance lays its own over, or that keep the engine from waiting on a name service:
 * gateways are named by address, so nothing here ever needs DNS, and a dead one must cost no call its first seconds.
 */
export const ROOT_FILES: Readonly<Record<string, string>> = {
  'etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
  'etc/hostname': 'localhost\n',
  'etc/resolv.conf': 'options timeout:1 attempts:1\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
};
