/** The units as systemd runs them: what is killed, and what happens. Each of systemd/README.md's sentences about it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageOf, layersOf } from './image.ts';
import { BOX } from './install.ts';
import { Namespaces } from './namespaces.ts';
import { pidOf, Talk, timesOf, untilNew } from './units.ts';

const SUITE = process.env.BRANCHLINE_MACHINE_SUITE;

describe.skipIf(SUITE === undefined)('a box under systemd', () => {
  let machine: Namespaces;
  let talk: Talk;

  beforeAll(async () => {
    machine = await Namespaces.start(layersOf(imageOf(SUITE ?? '')));
    await ready();
    talk = await Talk.start(machine);
  });
  afterAll(async () => {
    await machine.stop();
  });

  const ready = (): Promise<string> =>
    machine.until(`curl -sk https://${BOX}:8443/api/ready | grep -F '"ready":true,"engine":"up"'`);

  test('comes up with the machine, and nothing has failed', async () => {
    expect(await machine.run('systemctl --failed --no-legend --plain')).toBe('');
    const times = await timesOf(machine, ['lifeline', 'engine', 'box', 'watchdog']);
    expect(times.lifeline).toBeLessThan(times.box ?? 0);
    expect(times.box).toBeLessThan(times.watchdog ?? 0);
  });

  test('the units hold no fault, and are no more exposed than they say', async () => {
    const units = 'branchline-engine branchline-box branchline-watchdog branchline-lifeline branchline-hq';
    expect(
      await machine.run(
        'systemd-analyze verify --man=no /etc/systemd/system/branchline-*.{service,path,timer}',
      ),
    ).toBe('');
    console.log(
      await machine.run(`for u in ${units}; do systemd-analyze security --no-pager $u | tail -n 1; done`),
    );
  });

  test('a box service that is killed is new, and the call goes on', async () => {
    const [box, engine] = [await pidOf(machine, 'box'), await pidOf(machine, 'engine')];
    await machine.run('systemctl kill -s KILL branchline-box');
    await untilNew(machine, 'box', box);
    await ready();
    expect(await pidOf(machine, 'engine')).toBe(engine);
    await talk.goesOn();
  });

  test('a box service that hangs is ended by the watchdog, and the call goes on', async () => {
    const [box, engine] = [await pidOf(machine, 'box'), await pidOf(machine, 'engine')];
    await machine.run('systemctl kill -s STOP branchline-box');
    await untilNew(machine, 'box', box);
    await ready();
    expect(await pidOf(machine, 'engine')).toBe(engine);
    expect(await machine.run('journalctl -b -u branchline-watchdog')).toContain(
      'ending branchline-box.service',
    );
    await talk.goesOn();
  });

  test.each(['watchdog', 'lifeline', 'hq'])('%s, killed, is new, and nobody else notices', async (unit) => {
    const [old, box] = [await pidOf(machine, unit), await pidOf(machine, 'box')];
    await machine.run(`systemctl kill -s KILL branchline-${unit}`);
    await untilNew(machine, unit, old);
    expect(await pidOf(machine, 'box')).toBe(box);
    await talk.goesOn();
  });

  test('headquarters, the network and the address may be gone: the box service is the same, and the call goes on', async () => {
    const box = await pidOf(machine, 'box');
    await machine.run('systemctl stop branchline-hq; ip link set eth0 down; sleep 25');
    expect(await pidOf(machine, 'box')).toBe(box);
    await talk.goesOn();
    // As when nobody renews its lease. The talk is on this machine, but by the address that is gone.
    await machine.run(`ip address flush dev eth0; sleep 25`);
    expect(await pidOf(machine, 'box')).toBe(box);
    await machine.run('systemctl restart machine-surroundings; systemctl start branchline-hq');
    await ready();
    await talk.goesOn();
  });

  test('an engine that is killed is new, and the box service the same', async () => {
    const [box, engine] = [await pidOf(machine, 'box'), await pidOf(machine, 'engine')];
    await machine.run('systemctl kill -s KILL branchline-engine');
    await untilNew(machine, 'engine', engine);
    await ready();
    expect(await pidOf(machine, 'box')).toBe(box);
  });

  test('an engine that hangs is ended by the box service', async () => {
    const [box, engine] = [await pidOf(machine, 'box'), await pidOf(machine, 'engine')];
    // One that was started a moment ago may be what starts it still.
    await machine.until(`grep -qx asterisk /proc/${engine}/comm`);
    await machine.run('systemctl kill -s STOP branchline-engine');
    await untilNew(machine, 'engine', engine);
    await ready();
    expect(await pidOf(machine, 'box')).toBe(box);
  });

  test('the machine goes down when the box service wishes it, in order, and comes up again', async () => {
    const since = await machine.run('date +%s');
    await machine.run('runuser -u branchline -- touch /var/lib/branchline/power-off');
    await machine.wentDown();
    await machine.switchOn();
    await ready();
    expect(await machine.run('ls /var/lib/branchline/power-off 2>&1 || true')).toContain('No such file');
    // The kernel is the same, and so the journal knows of one boot only.
    const said = await machine.run(`journalctl --since @${since} -o cat --no-pager _PID=1`);
    for (const unit of ['engine', 'box', 'watchdog', 'lifeline', 'hq'])
      expect(said).toContain(`branchline-${unit}.service: Deactivated successfully.`);
    expect(said).not.toMatch(/branchline-.*(Failed with result|timed out)/);
  });

  test('a box service that ends again and again stands aside', async () => {
    const alive = `curl -skf https://${BOX}:8443/api/alive`;
    for (let ends = 0; ends < 5; ends += 1) {
      const box = await pidOf(machine, 'box');
      await machine.run('systemctl kill -s KILL branchline-box');
      await untilNew(machine, 'box', box);
      // One that dies before it has said that it starts counts for nothing.
      await machine.until(alive);
    }
    await machine.until(`grep '"safe"' /var/lib/branchline/starts.json`);
    expect(await machine.run('systemctl is-active branchline-engine')).toBe('active');
  });
});
