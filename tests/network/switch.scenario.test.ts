/** systemd/uplink.sh in a network namespace of its own, with two uplinks: the kernel's own routes say what came of it. Needs root. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../systemd/uplink.sh');
const NAMESPACE = `bl-uplink-${process.pid}`;

const run = (...command: string[]): { status: number | null; stdout: string; stderr: string } => {
  const [program = '', ...args] = command;
  return spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
};
const inside = (...command: string[]) => run('ip', 'netns', 'exec', NAMESPACE, ...command);
const ip = (text: string): string => inside('ip', ...text.split(' ')).stdout;

const mayMake = run('ip', 'netns', 'add', NAMESPACE).status === 0;
if (!mayMake) console.warn('no network namespace can be made here: the change of uplinks is not tried');

describe.skipIf(!mayMake)('the change to another uplink', () => {
  let dir = '';
  let wish = '';
  let list = '';

  beforeAll(() => {
    for (const [index, device] of ['wan-a', 'wan-b'].entries()) {
      ip(`link add ${device} type veth peer name far-${index}`);
      ip(`address add 10.7${index}.0.2/24 dev ${device}`);
      ip(`link set ${device} up`);
      ip(`link set far-${index} up`);
      ip(`route add default via 10.7${index}.0.1 dev ${device} metric ${index === 0 ? 100 : 700}`);
    }
  });
  afterAll(() => {
    run('ip', 'netns', 'del', NAMESPACE);
    rmSync(dir, { recursive: true, force: true });
  });
  beforeEach(() => {
    rmSync(dir, { recursive: true, force: true });
    dir = mkdtempSync(join(tmpdir(), 'branchline-uplink-'));
    [wish, list] = [join(dir, 'wish'), join(dir, 'list')];
    writeFileSync(list, '# of this box\nwan-a\nwan-b\n', { mode: 0o644 });
    ip('route del default metric 5');
  });

  const ask = (device: string) => {
    writeFileSync(wish, device);
    return inside('sh', SCRIPT, wish, list);
  };
  /** The kernel takes the routes away with the address. */
  const moveTo = (address: string, from: string): void => {
    ip(`address del ${from}/24 dev wan-b`);
    ip(`address add ${address}/24 dev wan-b`);
    ip('route add default via 10.71.0.1 dev wan-b metric 700');
  };
  const way = (): string => /dev (\S+)/.exec(ip('route get 192.0.2.1'))?.[1] ?? '';

  it('is made by the gateway that the machine has for it, and undone by the next', () => {
    expect(way()).toBe('wan-a');
    expect(ask('wan-b\n')).toMatchObject({ status: 0, stderr: '' });
    expect(way()).toBe('wan-b');
    expect(ip('route show default metric 5').trim()).toMatch(/^default via 10\.71\.0\.1 dev wan-b proto 176/);
    expect(ask('wan-a\n').status).toBe(0);
    expect(way()).toBe('wan-a');
    expect(ip('route show default proto 176').trim().split('\n')).toHaveLength(1);
  });

  it('lets what is sent from the address of an uplink leave by it, whichever is used', () => {
    ask('wan-b\n');
    ask('wan-b\n');
    expect(ip('route get 192.0.2.1 from 10.70.0.2')).toContain('dev wan-a');
    expect(ip('route get 192.0.2.1 from 10.71.0.2')).toContain('dev wan-b');
    expect(ip('rule show').match(/176\d\d:/g)).toHaveLength(2);
  });

  it('follows an address that has become another', () => {
    ask('wan-a\n');
    moveTo('10.71.0.9', '10.71.0.2');
    ask('wan-a\n');
    expect(ip('rule show').match(/from 10\.71\.0\.\d+/g)).toEqual(['from 10.71.0.9']);
    expect(ip('route get 192.0.2.1 from 10.71.0.9')).toContain('dev wan-b');
    moveTo('10.71.0.2', '10.71.0.9');
  });

  it.each([
    ['an interface that is not in the list', 'lo'],
    ['a command', 'wan-b; reboot'],
    ['an option', '-n'],
    ['a pattern', 'wan-.'],
    ['nothing', ''],
    ['two', 'wan-c\nwan-b\n'],
    ['a long name', 'wan-b'.padEnd(40, 'b')],
  ])('is refused for %s, and nothing of it is shown', (_, wanted) => {
    const { status, stdout, stderr } = ask(wanted);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`uplink: what is wished for is not in ${list}\n`);
    expect(way()).toBe('wan-a');
  });

  it('is refused when others than root may write the list, or it is a link', () => {
    chmodSync(list, 0o666);
    expect(ask('wan-b\n').stderr).toContain('can be written by others');
    const real = join(dir, 'real');
    writeFileSync(real, 'wan-b\n');
    rmSync(list);
    symlinkSync(real, list);
    expect(ask('wan-b\n').stderr).toContain('there is no');
    expect(way()).toBe('wan-a');
  });

  it('is refused for one without a way out of its own', () => {
    ip('route del default dev wan-b metric 700');
    expect(ask('wan-b\n')).toMatchObject({
      status: 1,
      stderr: 'uplink: wan-b has no default route of its own\n',
    });
    ip('route add default via 10.71.0.1 dev wan-b metric 700');
  });
});
