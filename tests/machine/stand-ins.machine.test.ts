/** A host of stand-ins under systemd: installed, enrolled, and killed while what it has started goes on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageOf, layersOf } from './image.ts';
import { enrolled, HOST } from './install.ts';
import { Namespaces } from './namespaces.ts';
import { pidOf, untilNew } from './units.ts';

const SUITE = process.env.BRANCHLINE_MACHINE_SUITE;
const DATA = '/var/lib/branchline-standin';
const RUN = `${DATA}/places/machine/run`;

describe.skipIf(SUITE === undefined)('a host of stand-ins under systemd', () => {
  let machine: Namespaces;

  beforeAll(async () => {
    machine = await Namespaces.start(layersOf(imageOf(SUITE ?? '')));
    await machine.run('systemctl start branchline-standin');
    await machine.until(`test -s ${DATA}/identity/box.csr`);
    await machine.run(enrolled({ box: 'cloud-1', at: DATA, as: 'branchline-standin' }));
    await ready();
  });
  afterAll(async () => {
    await machine.stop();
  });

  const pidIn = (program: string): Promise<string> =>
    machine.run(`tr -dc 0-9, <${RUN}/${program}.json | cut -d, -f1`);
  const both = async (): Promise<string[]> => [await pidIn('service'), await pidIn('engine')];
  /** Its engine answers at its own address. */
  const ready = (): Promise<string> =>
    machine.until(
      `for p in service engine; do kill -0 $(tr -dc 0-9, <${RUN}/$p.json | cut -d, -f1) || exit 1; done; ss -Hlnu 'src ${HOST}' | grep -q :5060`,
    );

  test('makes a key, is signed, and its branch has a stand-in that runs as nobody else', async () => {
    const owners = await machine.run(`ps -o user:32= -p ${(await both()).join(',')} | sort -u`);
    expect(owners.trim()).toBe('branchline-standin');
    expect(await machine.run(`find ${DATA} -perm /o=rwx ! -type l | head`)).toBe('');
    expect(await machine.run('systemctl --failed --no-legend --plain')).toBe('');
  });

  test.each(['is killed', 'is restarted'])('the host %s: its stand-ins are the same', async (how) => {
    const [old, before] = [await pidOf(machine, 'standin'), await both()];
    await machine.run(
      how === 'is killed'
        ? 'systemctl kill --kill-whom=main -s KILL branchline-standin'
        : 'systemctl restart branchline-standin',
    );
    await untilNew(machine, 'standin', old);
    await machine.until(
      'journalctl -b -u branchline-standin -n 20 -o cat | grep -q "connected to headquarters"',
    );
    expect(await both()).toEqual(before);
    await ready();
  });

  test('a service of a stand-in that is killed is new, and its engine the same', async () => {
    const [service, engine] = await both();
    await machine.run(`kill -KILL ${service}`);
    await machine.until(`[ "$(tr -dc 0-9, <${RUN}/service.json | cut -d, -f1)" != ${service} ]`);
    await ready();
    expect(await pidIn('engine')).toBe(engine);
  });

  test('the machine goes down with a stand-in on it, and it is there again with the machine', async () => {
    await machine.run('systemctl enable branchline-standin');
    await machine.ask('systemctl poweroff');
    await machine.wentDown();
    await machine.switchOn();
    await ready();
  });
});
