import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Limits } from '@branchline/contracts/branch/model';
import { brake, isSpent, type BrakeEvent, type BrakePlan, type BrakeState, type Running } from './brake.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const limits: Limits = {
  extension: { calls: 2, minutesADay: 60, internationalMinutesADay: 10, costADay: 5 },
  trunk: { costADay: 20 },
  offHours: { hours: 'shop', deny: ['international', 'premium'] },
  burst: { prefixes: 3, withinMs: 10 * MINUTE },
  forwardOut: false,
};
const plan: BrakePlan = {
  limits,
  day: (now) => String(Math.floor(now / DAY)),
  isOpen: (now) => now % DAY < DAY / 2,
};
const NOTHING: Running = { calls: 0, talkMs: 0, internationalMs: 0, cost: 0 };
const ask = (more: Partial<Extract<BrakeEvent, { type: 'asked' }>> = {}): BrakeEvent => ({
  type: 'asked',
  extension: '8001',
  class: 'national',
  running: NOTHING,
  ...more,
});
const abroad = (prefix: string): BrakeEvent => ask({ class: 'international', prefix });

function after(events: readonly (readonly [number, BrakeEvent])[], state: BrakeState = {}): BrakeState {
  return events.reduce((now, [at, event]) => brake(now, event, at, plan).state, state);
}

describe('caps', () => {
  test('calls at once', () => {
    expect(brake({}, ask({ running: { ...NOTHING, calls: 1 } }), 0, plan).denied).toBeUndefined();
    expect(brake({}, ask({ running: { ...NOTHING, calls: 2 } }), 0, plan).denied).toEqual({
      because: 'calls-at-once',
      detail: '2',
    });
  });

  test('minutes of a day, those of calls in progress with them, and anew with the next day', () => {
    const ended = {
      type: 'ended',
      extension: '8001',
      class: 'national',
      talkMs: 50 * MINUTE,
      cost: 0,
    } as const;
    const state = after([[0, ended]]);
    expect(brake(state, ask(), 1, plan).denied).toBeUndefined();
    const running = { ...NOTHING, talkMs: 10 * MINUTE };
    expect(brake(state, ask({ running }), 1, plan).denied?.because).toBe('minutes');
    expect(brake(state, ask({ running }), DAY, plan).denied).toBeUndefined();
  });

  test('international minutes apart from the others', () => {
    const ended = {
      type: 'ended',
      extension: '8001',
      class: 'international',
      talkMs: 10 * MINUTE,
      cost: 0,
    } as const;
    const state = after([[0, ended]]);
    expect(brake(state, abroad('+44'), 1, plan).denied?.because).toBe('minutes');
    expect(brake(state, ask(), 1, plan).denied).toBeUndefined();
  });

  test('cost, of an extension and of a trunk', () => {
    const ended = {
      type: 'ended',
      extension: '8001',
      trunk: 'pstn',
      class: 'mobile',
      talkMs: 1,
      cost: 5,
    } as const;
    const state = after([[0, ended]]);
    expect(brake(state, ask(), 1, plan).denied?.because).toBe('cost');
    expect(isSpent(state, 'pstn', NOTHING, 1, plan)).toBe(false);
    expect(isSpent(state, 'pstn', { talkMs: 0, cost: 15 }, 1, plan)).toBe(true);
  });

  test('outside of hours', () => {
    expect(brake({}, abroad('+44'), DAY / 2, plan).denied).toEqual({ because: 'off-hours', detail: 'shop' });
    expect(brake({}, ask(), DAY / 2, plan).denied).toBeUndefined();
  });
});

describe('a burst of places never called before', () => {
  const burst = [
    [0, abroad('+44')],
    [MINUTE, abroad('+49')],
    [2 * MINUTE, abroad('+881')],
  ] as const;

  test('stops the extension for everything but what is inside and emergencies', () => {
    const [first, second, [at, third]] = burst;
    const result = brake(after([first, second]), third, at, plan);
    expect(result.stopped).toEqual({ extension: '8001', detail: '+44, +49, +881' });
    expect(result.denied?.because).toBe('stopped');
    expect(brake(result.state, ask(), DAY, plan).denied?.because).toBe('stopped');
    expect(brake(result.state, ask({ class: 'emergency' }), DAY, plan).denied).toBeUndefined();
    expect(brake(result.state, ask({ extension: '8002' }), DAY, plan).denied).toBeUndefined();
  });

  test('not when they come one by one, or were called before', () => {
    const slow = burst.map(([at, event]) => [at * 6, event] as const);
    expect(after(slow)['extension/8001']?.stopped).toBeUndefined();
    const again = burst.map(([at, event]) => [at + 30 * MINUTE, event] as const);
    expect(after(again, after(slow))['extension/8001']?.stopped).toBeUndefined();
  });

  test('until an operator releases it; then it begins anew', () => {
    const released = brake(after(burst), { type: 'released', extension: '8001' }, DAY, plan);
    expect(released.released).toBe(true);
    expect(brake(released.state, abroad('+33'), DAY + 1, plan).denied).toBeUndefined();
    expect(brake(released.state, { type: 'released', extension: '8001' }, DAY, plan).released).toBe(false);
  });
});

test('whatever happens: never an emergency, never past a cap, and stopped means stopped', () => {
  const classes = fc.constantFrom('local', 'national', 'mobile', 'international', 'premium', 'emergency');
  const extension = fc.constantFrom('8001', '8002');
  const event: fc.Arbitrary<BrakeEvent> = fc.oneof(
    fc.record({
      type: fc.constant('asked' as const),
      extension,
      class: classes,
      prefix: fc.constantFrom('+44', '+49', '+881', '+1', '+7'),
      running: fc.record({
        calls: fc.nat(3),
        talkMs: fc.nat(90 * MINUTE),
        internationalMs: fc.nat(20 * MINUTE),
        cost: fc.nat(8),
      }),
    }),
    fc.record({
      type: fc.constant('ended' as const),
      extension,
      trunk: fc.constant('pstn'),
      class: classes,
      talkMs: fc.nat(30 * MINUTE),
      cost: fc.nat(3),
    }),
    fc.record({ type: fc.constant('released' as const), extension }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20 * MINUTE), event), { maxLength: 60 }), (steps) => {
      let state: BrakeState = {};
      let now = 0;
      for (const [wait, next] of steps) {
        now += wait;
        const before = state;
        const result = brake(before, next, now, plan);
        state = result.state;
        if (next.type !== 'asked') continue;
        if (next.class === 'emergency') {
          expect(result.denied).toBeUndefined();
          expect(state).toBe(before);
          continue;
        }
        const use = before[`extension/${next.extension}`];
        const today = use?.day === plan.day(now) ? use : undefined;
        if (use?.stopped) expect(result.denied?.because).toBe('stopped');
        if (!result.denied) {
          expect(next.running.calls).toBeLessThan(limits.extension.calls);
          expect((today?.talkMs ?? 0) + next.running.talkMs).toBeLessThan(60 * MINUTE);
          expect((today?.cost ?? 0) + next.running.cost).toBeLessThan(5);
        }
        if (result.stopped) expect(result.denied?.because).toBe('stopped');
        expect(Object.keys(state[`extension/${next.extension}`]?.called ?? {}).length).toBeLessThanOrEqual(
          200,
        );
      }
    }),
  );
});
