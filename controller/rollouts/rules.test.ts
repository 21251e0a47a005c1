/** What the planner goes by: gates, quiet hours, waves, and the text of a document with a change in it. */
import { describe, expect, it } from 'vitest';
import { rolloutGates, type RolloutHours, type WaveSpec } from '@branchline/contracts/fleet/rollouts';
import { readYaml } from '@branchline/runtime/yaml-text';
import { findingsOf } from './judge.ts';
import { backText, forwardText } from './patch.ts';
import {
  callsByHourOfWeek,
  hoursOfWeek,
  HOURS_OF_WEEK,
  isQuiet,
  minuteOfWeek,
  quietHoursOf,
} from './quiet.ts';
import type { Figures } from './state.ts';
import { wavesOf } from './waves.ts';

const before: Figures = {
  healthAt: '1',
  phones: { up: ['a', 'b', 'c', 'd'], away: ['e'] },
  trunks: { up: ['x', 'y'], away: [] },
  alarms: [{ name: 'phone-unreachable e', severity: 'warning' }],
  calls: { ended: 1_000, failed: 50 },
  tests: { x: 'good' },
  ledger: null,
};
const failing = (now: Partial<Figures>, gates: Parameters<typeof rolloutGates.parse>[0] = {}) =>
  findingsOf(before, { ...before, calls: { ended: 0, failed: 0 }, ...now }, rolloutGates.parse(gates))
    .filter(({ ok }) => !ok)
    .map(({ gate, what }) => [gate, ...what]);

describe('a gate', () => {
  it('holds when all is as it was', () => expect(failing({})).toEqual([]));

  it('misses telephones that are away now, and not those that the document has no more', () => {
    expect(failing({ phones: { up: ['c', 'd'], away: ['a', 'b'] } })).toEqual([['phones', 'a', 'b']]);
    expect(failing({ phones: { up: ['c', 'd'], away: ['a', 'b'] } }, { phonesLostPercent: 50 })).toEqual([]);
    expect(failing({ phones: { up: ['c', 'd'], away: [] } })).toEqual([]);
  });

  it('misses trunks', () => {
    expect(failing({ trunks: { up: ['x'], away: ['y'] } })).toEqual([['trunks', 'y']]);
    expect(failing({ trunks: { up: ['x'], away: ['y'] } }, { trunksLost: 1 })).toEqual([]);
  });

  it('believes a test call that fails where the last one before did not', () => {
    expect(failing({ tests: { x: 'bad' } })).toEqual([['tests', 'x']]);
    expect(
      findingsOf(
        { ...before, tests: { x: 'bad' } },
        { ...before, tests: { x: 'bad' } },
        rolloutGates.parse({}),
      ).every(({ ok }) => ok),
    ).toBe(true);
  });

  it('holds the share of failed calls against that of before, once there are enough', () => {
    expect(failing({ calls: { ended: 20, failed: 4 } })).toEqual([['calls']]);
    expect(failing({ calls: { ended: 20, failed: 3 } })).toEqual([]);
    expect(failing({ calls: { ended: 9, failed: 9 } })).toEqual([]);
  });

  it('sees new alarms, of the severity that was said', () => {
    const alarms = [...before.alarms, { name: 'trunk-down x', severity: 'major' as const }];
    expect(failing({ alarms })).toEqual([['alarms', 'trunk-down x']]);
    expect(failing({ alarms }, { alarmsFrom: 'critical' })).toEqual([]);
    expect(failing({ alarms }, { alarmsFrom: 'none' })).toEqual([]);
  });
});

describe('quiet hours', () => {
  const shop = Array.from({ length: HOURS_OF_WEEK }, (_, hour) =>
    hour % 24 >= 9 && hour % 24 < 21 ? 30 : 1,
  );

  it('are those with few calls', () => {
    const quiet = quietHoursOf(shop);
    expect(quiet.slice(0, 24)).toBe('111111111000000000000111');
  });

  it('are in the night where nothing is known', () => {
    const nobody = quietHoursOf(Array.from({ length: HOURS_OF_WEEK }, () => 0));
    expect(nobody.slice(24, 48)).toBe('011110000000000000000000');
  });

  it('are the least busy ones where it is never quiet', () => {
    const hotline = Array.from({ length: HOURS_OF_WEEK }, (_, hour) => 100 + (hour % 24));
    expect(quietHoursOf(hotline).replaceAll('0', '').length).toBe(14);
  });

  it('go by the zone of the branch', () => {
    const sunday = Date.UTC(2026, 0, 4, 20, 30) / 3_600_000;
    const calls = callsByHourOfWeek([{ hour: Math.floor(sunday), calls: 3 }], hoursOfWeek('Asia/Shanghai'));
    expect(calls[4]).toBe(3);
    expect(minuteOfWeek(Date.UTC(2026, 0, 4, 20, 30), 'Asia/Shanghai')).toBe(4 * 60 + 30);
    expect(minuteOfWeek(Date.UTC(2026, 0, 5), 'Nowhere/At-all')).toBe(0);
  });

  const hours = (from: string, to: string): RolloutHours => ({ by: 'stated', from, to });
  const MINUTE = 60_000;
  it.each([
    [hours('01:00', '05:00'), 60, 2, true],
    [hours('01:00', '05:00'), 59, 2, false],
    [hours('01:00', '05:00'), 299, 2, false],
    [hours('22:00', '02:00'), 30, 2, true],
    [hours('22:00', '02:00'), 119, 2, false],
    [hours('00:00', '00:00'), 700, 60, true],
    [{ by: 'any' }, 700, 2, true],
    [{ by: 'computed' }, 8 * 60, 2, true],
    [{ by: 'computed' }, 8 * 60 + 59, 2, false],
    [{ by: 'computed' }, 10 * 60, 2, false],
    [{ by: 'computed' }, HOURS_OF_WEEK * 60 - 1, 60, true],
  ] as const)('%j at minute %i for %i minutes: %s', (by, minute, minutes, quiet) => {
    expect(isQuiet(by, quietHoursOf(shop), minute, minutes * MINUTE)).toBe(quiet);
  });
});

describe('waves', () => {
  const boxes = Array.from({ length: 20 }, (_, index) => ({
    box: `b${index}`,
    models: [`machine ${index % 3}`, index === 7 ? 'gateway rare' : 'gateway common'],
    online: index !== 7,
  }));
  const sizes = (...specs: WaveSpec[]): number[] => {
    const waves = [...wavesOf(specs, boxes, 'seed').values()];
    return specs.map((_, wave) => waves.filter((each) => each === wave).length);
  };
  const enoughPercent = 100;

  it('take pilots, one of each model, a share, a count, and the rest', () => {
    const specs: WaveSpec[] = [
      { take: 'boxes', boxes: ['b0', 'b3'], enoughPercent },
      { take: 'one-per-model', enoughPercent },
      { take: 'share', percent: 50, enoughPercent },
      { take: 'count', count: 3, enoughPercent },
      { take: 'rest', enoughPercent },
    ];
    const waves = wavesOf(specs, boxes, 'seed');
    const second = boxes.filter(({ box }) => waves.get(box) === 1);
    expect(new Set(second.flatMap(({ models }) => models))).toEqual(
      new Set(['machine 1', 'machine 2', 'gateway rare', 'gateway common']),
    );
    const [pilots, canaries, share, count, rest] = sizes(...specs);
    expect([pilots, (canaries ?? 0) + (share ?? 0), count, rest]).toEqual([2, 8, 3, 7]);
  });

  it('leave out whom nobody takes, and take others first with another seed', () => {
    const one: WaveSpec[] = [{ take: 'count', count: 5, enoughPercent }];
    expect(sizes(...one)).toEqual([5]);
    expect([...wavesOf(one, boxes, 'a').keys()]).not.toEqual([...wavesOf(one, boxes, 'b').keys()]);
  });
});

describe('the text of a document', () => {
  const source =
    '# by Chen\nsite: { id: a, name: x }\nqueues:\n  q: { ring: 15s } # long enough\nlist: [ 1 ]\n';
  const set = (path: string[], becomes?: unknown) => ({
    kind: 'document' as const,
    set: [{ path, becomes }],
  });
  const valueOf = (text: string): unknown => {
    const read = readYaml(text);
    return read.ok ? read.value : undefined;
  };
  const text = (patched: ReturnType<typeof forwardText>): string => (patched.ok ? patched.source : '');

  it('has the change, and every remark', () => {
    const changed = text(forwardText(source, set(['queues', 'q', 'ring'], '20s')));
    expect(changed).toBe(source.replace('15s', '20s'));
    expect(valueOf(text(forwardText(source, set(['site', 'name']))))).toMatchObject({ site: { id: 'a' } });
    expect(forwardText(source, set(['queues', 'q', 'ring'], '15s'))).toMatchObject({ ok: true, same: true });
  });

  it('is not changed within a list or a value', () => {
    expect(forwardText(source, set(['list', '0'], 2))).toMatchObject({ ok: false, fault: { path: 'list' } });
    expect(forwardText(source, set(['site', 'id', 'more'], 2))).toMatchObject({
      ok: false,
      fault: { path: 'site.id' },
    });
  });

  it('goes back letter for letter, and keeps what another changed since', () => {
    const carried = text(forwardText(source, set(['queues', 'q', 'ring'], '20s')));
    expect(text(backText(carried, carried, source))).toBe(source);
    const since = carried.replace('name: x', 'name: y');
    expect(text(backText(since, carried, source))).toBe(source.replace('name: x', 'name: y'));
    const decided = carried.replace('20s', '25s');
    expect(backText(decided, carried, source)).toMatchObject({ ok: true, same: true });
  });
});
