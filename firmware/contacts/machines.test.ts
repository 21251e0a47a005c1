import { describe, expect, test } from 'vitest';
import { LAMP_PATTERNS, LAMP_SHOWS } from '@branchline/contracts/contacts';
import { seen, settled, settlesAt, UNKNOWN, type Debounced } from './debounce.ts';
import { factsOf, type FactSources } from './facts.ts';
import { buzzerPattern, lampPattern, PHASES, type Lit } from './lamps.ts';
import { lifelineStep, newLifeline } from './lifeline.ts';
import { firstSeen, openingDue, openingStep, TAMPER_STAYS_MS, type OpeningStep } from './opening.ts';

describe('a level', () => {
  test('is believed at once when it is the first, and after its stillness from then on', () => {
    let level = seen(UNKNOWN, false, 0);
    expect(level.believed).toBe(false);
    level = seen(level, true, 10);
    expect([level.believed, settlesAt(level, 50)]).toEqual([false, 60]);
    expect(settled(level, 50, 59).believed).toBe(false);
    expect(settled(level, 50, 60)).toEqual({ believed: true });
  });

  test('that bounces is believed once it is still; what ends where it began was nothing', () => {
    let level: Debounced = { believed: false };
    for (const [at, high] of [
      [0, true],
      [5, false],
      [9, true],
      [12, false],
      [15, true],
    ] as const)
      level = seen(settled(level, 50, at), high, at);
    expect(settled(level, 50, 64).believed).toBe(false);
    expect(settled(level, 50, 65).believed).toBe(true);
    level = seen(seen({ believed: false }, true, 0), false, 5);
    expect(settled(level, 50, 1_000)).toEqual({ believed: false });
  });
});

describe('what can be open', () => {
  const door = { role: 'door', openForMs: 120_000 } as const;
  const tamper = { role: 'tamper', openForMs: 0 } as const;

  test('a door is an alarm when it stands open, and none when it is closed in time', () => {
    let step: OpeningStep = firstSeen(false, 0, door);
    expect(step.alarm).toBe('clear');
    step = openingStep(step.state, true, 1_000, door);
    expect([step.changed, step.alarm, openingDue(step.state, door)]).toEqual([
      { lastedMs: 1_000 },
      undefined,
      121_000,
    ]);
    expect(openingStep(step.state, false, 60_000, door).alarm).toBeUndefined();
    step = openingStep(step.state, true, 121_000, door);
    expect([step.changed, step.alarm]).toEqual([undefined, 'raise']);
    step = openingStep(step.state, false, 200_000, door);
    expect([step.changed, step.alarm, openingDue(step.state, door)]).toEqual([
      { lastedMs: 199_000 },
      'clear',
      undefined,
    ]);
  });

  test('a case that was opened is an alarm at once, and for ten minutes after it was closed', () => {
    let step = openingStep(firstSeen(false, 0, tamper).state, true, 50, tamper);
    expect(step.alarm).toBe('raise');
    step = openingStep(step.state, false, 3_000, tamper);
    expect([step.changed, step.alarm]).toEqual([{ lastedMs: 2_950 }, undefined]);
    expect(openingStep(step.state, false, 3_000 + TAMPER_STAYS_MS - 1, tamper).alarm).toBeUndefined();
    expect(openingStep(step.state, false, 3_000 + TAMPER_STAYS_MS, tamper).alarm).toBe('clear');
  });

  test('one that is open when it is first seen', () => {
    expect(firstSeen(true, 0, tamper).alarm).toBe('raise');
    expect(firstSeen(true, 0, door).alarm).toBeUndefined();
  });
});

describe('the lifeline relay', () => {
  test('is energised while the box serves, and let go when it has not for its time', () => {
    let state = newLifeline(false, 0);
    state = lifelineStep(state, false, 100, 20_000);
    expect(state.energised).toBe(false);
    state = lifelineStep(state, true, 200, 20_000);
    expect(lifelineStep(state, false, 20_199, 20_000).energised).toBe(true);
    expect(lifelineStep(state, false, 20_200, 20_000).energised).toBe(false);
  });

  test('that is held still is held on while a service is started again', () => {
    expect(lifelineStep(newLifeline(true, 0), false, 19_999, 20_000).energised).toBe(true);
    expect(lifelineStep(newLifeline(true, 0), false, 20_000, 20_000).energised).toBe(false);
  });
});

describe('lamps', () => {
  const well: Lit = {
    serving: 'fully',
    alarm: 'none',
    uplink: 'up',
    power: 'mains',
    identifying: false,
    sought: false,
    resetAsked: false,
  };
  const all = (lit: Partial<Lit>): string[] =>
    LAMP_SHOWS.map((shows) => lampPattern(shows, { ...well, ...lit }));

  test('what each shows', () => {
    expect(all({})).toEqual(['on', 'off', 'on', 'on']);
    expect(all({ serving: 'partly', alarm: 'open', uplink: 'down', power: 'battery' })).toEqual(
      Array(4).fill('slow'),
    );
    expect(all({ serving: 'no', alarm: 'critical', uplink: 'alone', power: 'low' })).toEqual([
      'fast',
      'fast',
      'off',
      'fast',
    ]);
    expect(all({ alarm: 'seen', power: 'unknown' })).toEqual(['on', 'on', 'on', 'off']);
  });

  test('all tell which box it is, and all that a reset waits to be confirmed', () => {
    expect(all({ identifying: true })).toEqual(Array(4).fill('double'));
    expect(all({ sought: true, alarm: 'critical' })).toEqual(Array(4).fill('double'));
    expect(all({ identifying: true, resetAsked: true })).toEqual(Array(4).fill('fast'));
  });

  test('a critical alarm sounds until somebody looks after it', () => {
    expect(buzzerPattern({ ...well, alarm: 'critical' })).toBe('beeps');
    expect(buzzerPattern({ ...well, alarm: 'seen' })).toBe('off');
  });

  test('a box that headquarters looks for sounds otherwise than an alarm; one whose button was pressed does not', () => {
    expect(buzzerPattern({ ...well, sought: true })).toBe('double');
    expect(buzzerPattern({ ...well, sought: true, alarm: 'critical' })).toBe('double');
    expect(buzzerPattern({ ...well, identifying: true })).toBe('off');
  });

  test('every pattern that is not steady goes on and off in turn', () => {
    for (const pattern of LAMP_PATTERNS) expect(PHASES[pattern].length % 2).toBe(0);
  });
});

describe('the facts that lamps tell', () => {
  const alarm = (
    severity: 'info' | 'warning' | 'critical',
    seenBy = false,
    window: string | null = null,
  ) => ({
    code: 'engine-down' as const,
    severity,
    acknowledged: seenBy ? { who: 'a', at: 0, note: null } : null,
    window,
  });
  const facts = (more: Partial<FactSources>) =>
    factsOf({ engine: 'up', trunks: [{ state: 'up' }], alarms: [], ...more });

  test.each([
    [[], 'none'],
    [[alarm('info')], 'none'],
    [[alarm('critical', false, 'window')], 'none'],
    [[alarm('warning')], 'open'],
    [[alarm('critical', true), alarm('warning')], 'open'],
    [[alarm('critical', true)], 'seen'],
    [[alarm('warning'), alarm('critical')], 'critical'],
  ] as const)('alarms %j show as %s', (alarms, shows) => {
    expect(facts({ alarms }).alarm).toBe(shows);
  });

  test('headquarters looks for this box', () => {
    expect(facts({}).sought).toBe(false);
    expect(facts({ alarms: [{ ...alarm('info'), code: 'identify' as const }] }).sought).toBe(true);
  });

  test('what serves', () => {
    expect(facts({}).serving).toBe('fully');
    expect(facts({ trunks: [{ state: 'up' }, { state: 'degraded' }] }).serving).toBe('partly');
    expect(facts({ engine: 'not-answering' }).serving).toBe('no');
    expect([facts({}).uplink, facts({ connected: false }).uplink]).toEqual(['alone', 'down']);
  });
});
