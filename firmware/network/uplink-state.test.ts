import { describe, expect, it } from 'vitest';
import { becauseOf, newUplink, uplinkStep, type UplinkEvent, type UplinkState } from './uplink-state.ts';

const LIMITS = { latencyMs: 200, jitterMs: 50, lossPercent: 5 };
const heard = (ms: number, times: number): UplinkEvent[] =>
  Array.from({ length: times }, () => ({ type: 'probed', ms }));
const lost: UplinkEvent = { type: 'probed', ms: null };
const pulled: UplinkEvent = { type: 'link', fault: 'no-carrier' };
const well: UplinkEvent = { type: 'link', fault: undefined };

function run(events: readonly UplinkEvent[]) {
  let state: UplinkState = newUplink({ now: 0, monotonic: 0 });
  const froms: string[] = [];
  events.forEach((event, index) => {
    const step = uplinkStep(state, event, { now: index * 5_000, monotonic: index * 5_000 }, LIMITS);
    state = step.state;
    froms.push(...step.effects.map(({ from }) => from));
  });
  return { condition: state.condition, because: becauseOf(state), froms };
}

describe('an uplink', () => {
  it.each<[string, UplinkEvent[], string, string | null]>([
    ['is unknown at first', [well], 'unknown', null],
    ['is up when its probes are answered', heard(20, 5), 'up', null],
    ['is degraded when they are slow', heard(400, 5), 'degraded', 'latency'],
    ['is down when three are lost', [lost, lost, lost], 'down', 'no-answer'],
    ['is down at once without its cable', [...heard(20, 5), pulled], 'down', 'no-carrier'],
    [
      'is unknown with its cable back, until it is measured',
      [...heard(20, 9), pulled, well],
      'unknown',
      null,
    ],
    ['is up again when it was measured', [...heard(20, 9), pulled, well, ...heard(20, 5)], 'up', null],
    ['hears nothing without its cable', [pulled, ...heard(20, 9)], 'down', 'no-carrier'],
    ['is told the newest fault', [pulled, { type: 'link', fault: 'no-interface' }], 'down', 'no-interface'],
  ])('%s', (_, events, condition, because) => expect(run(events)).toMatchObject({ condition, because }));

  it('tells each change once', () => {
    const twice = [...heard(20, 6), pulled, pulled, well, well, lost, lost, lost, lost];
    expect(run(twice).froms).toEqual(['unknown', 'up', 'down', 'unknown']);
  });
});
