/**
 * A rollout over two hundred boxes on the wire: headquarters as it ships, boxes simulated by the contract. A good change reaches all of them
 * in waves; a bad one is stopped at the third box that takes it, and all are as before.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fleet, ringOf, ringPlan, WELL } from './fleet.ts';

const BOXES = 200;
const names = Array.from({ length: BOXES }, (_, index) => `b${String(index).padStart(3, '0')}`);
/** Boxes whose telephones do not come back once they ring for 99 s. */
const tender = new Set<string>();
const fleet = new Fleet(names, (name, source) =>
  tender.has(name) && source.includes('ring: 99s')
    ? { ...WELL, phones: { 'desk-1': true, 'desk-2': false, 'desk-3': false, 'desk-4': false } }
    : WELL,
);
beforeAll(() => fleet.start(), 60_000);
afterAll(() => fleet.end());

const waves = [
  { take: 'boxes', boxes: ['b000'] },
  { take: 'one-per-model' },
  { take: 'share', percent: 10 },
  { take: 'rest' },
];
const inForce = (): Set<string | undefined> => new Set([...fleet.boxes.values()].map(ringOf));

describe('a rollout over two hundred boxes', { timeout: 90_000 }, () => {
  it('finds a document of each branch at headquarters', () => fleet.settle());

  it('reaches all of them, a wave at a time', async () => {
    const { id } = await fleet.begin(ringPlan('20s', names, waves, { atOnce: 60 }));
    const done = await fleet.until(id, ({ status }) => status !== 'running');
    expect(done.status).toBe('done');
    expect(done.counts.good).toBe(BOXES);
    expect(inForce()).toEqual(new Set(['20s']));
    const sizes = waves.map((_, wave) => done.boxes.filter((box) => box.wave === wave).length);
    expect(sizes).toEqual([1, 1, 18, 180]);
  });

  it('with a change that costs the third box its telephones stops there, and all are as before', async () => {
    const { id, boxes: planned } = await fleet.begin(ringPlan('99s', names, waves, { atOnce: 1 }));
    const third = planned.find(({ wave }) => wave === 2)?.box ?? '';
    tender.add(third);
    const over = await fleet.until(id, ({ status }) => status === 'gone-back');
    expect(over.stop).toMatchObject({ by: 'gate', gate: 'phones', box: third });
    expect(over.counts).toMatchObject({ back: 3, waiting: BOXES - 3 });
    expect(inForce()).toEqual(new Set(['20s']));
    const touched = over.boxes.filter(({ step }) => step === 'back').map(({ box }) => box);
    for (const [name, { asked }] of fleet.boxes)
      expect(asked).toEqual(touched.includes(name) ? [1, 2, 3, 4] : [1, 2]);
    const phones = over.boxes
      .find(({ box }) => box === third)
      ?.findings.find(({ gate }) => gate === 'phones');
    expect(phones).toMatchObject({ ok: false, before: 4, now: 1, what: ['desk-2', 'desk-3', 'desk-4'] });
  });

  it('leaves every step in the audit log, and every reason in the versions', async () => {
    const { json } = await fleet.ask('/api/audit?limit=500');
    const said = (json as { entries: { action: string; detail: string; box: string | null }[] }).entries
      .filter(({ action, detail }) => action === 'rollout' && detail.startsWith("rollout 2 'ring 99s'"))
      .map(({ detail, box }) => `${box ?? ''} ${detail.slice(detail.indexOf(':') + 2)}`);
    expect(said.at(0)).toContain('gone back everywhere');
    expect(said.filter((line) => line.includes('took the change')).length).toBe(3);
    expect(said.some((line) => line.includes("stopped: gate 'phones' failed (desk-2, desk-3, desk-4)"))).toBe(
      true,
    );
    const versions = (await fleet.ask('/api/boxes/b000/documents')).json as {
      versions: { reason: string }[];
    };
    expect(versions.versions[0]?.reason).toContain(
      "rollout 2 'ring 99s' taken back: gate 'phones' failed at",
    );
  });
});
