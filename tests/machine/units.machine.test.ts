/** The units as systemd runs them: what is killed, and what happens. Each of systemd/README.md's sentences about it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageOf } from './image.ts';
import { BOX } from './install.ts';
import { Machine } from './machine.ts';
import { pidOf, Talk, timesOf, untilNew } from './units.ts';

const SUITE = process.env.BRANCHLINE_MACHINE_SUITE;

describe.skipIf(SUITE === undefined)('a box under systemd', () => {
  let machine: Machine;
  let talk: Talk;

  beforeAll(async () => {
    machine = await Machine.start(imageOf(SUITE ?? ''));
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
    expect(await machine.run('systemd-analyze verify --man=no /etc/systemd/system/branchline-*')).toBe('');
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

  test('a watchdog that is killed is new, and nobody else notices', async () => {
    const [watchdog, box] = [await pidOf(machine, 'watchdog'), await pidOf(machine, 'box')];
    await machine.run('systemctl kill -s KILL branchline-watchdog');
    await untilNew(machine, 'watchdog', watchdog);
    expect(await pidOf(machine, 'box')).toBe(box);
  });

  test('headquarters and the network may be gone: the box service is the same, and the call goes on', async () => {
    const box = await pidOf(machine, 'box');
    await machine.run(
      'systemctl kill -s KILL branchline-hq; systemctl stop branchline-hq; ip link set eth0 down; sleep 40',
    );
    expect(await pidOf(machine, 'box')).toBe(box);
    await talk.goesOn();
    await machine.run('ip link set eth0 up');
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
    await machine.run('systemctl kill -s STOP branchline-engine');
    await untilNew(machine, 'engine', engine);
    await ready();
    expect(await pidOf(machine, 'box')).toBe(box);
  });

  test('a box service that ends again and again stands aside', async () => {
    for (let ends = 0; ends < 5; ends += 1) {
      const box = await pidOf(machine, 'box');
      await machine.run('systemctl kill -s KILL branchline-box');
      await untilNew(machine, 'box', box);
    }
    await machine.until(
      'grep -q "safe" /var/lib/branchline/starts.json && cat /var/lib/branchline/starts.json',
    );
  });
});
