import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { inputsOf, replay } from './replay.ts';
import { Centre } from './testing/centre.ts';
import { dayOf, planOfDay } from './testing/day.ts';

/** A day is some 25,000 inputs, decided twice. */
describe('a day of 100 agents', { timeout: 120_000 }, () => {
  const day = dayOf({ seed: 20_260_105, agents: 100, callsAnHour: 900, talkMs: 180_000 });
  const plan = planOfDay(day, { lastAgent: { withinMs: 86_400_000, waitMs: 20_000 } });
  const centre = new Centre(day, plan);
  const { served } = centre.run();
  const ledger = centre.ledger.map((event) => JSON.stringify(event));
  const read = ledger.map((line) => JSON.parse(line) as LedgerEvent);

  test('is worth replaying', () => {
    expect(served.length).toBe(day.callers.length);
    expect(served.filter(({ agent }) => agent !== undefined).length).toBeGreaterThan(5_000);
    expect(centre.decisions.length).toBeGreaterThan(6_000);
  });

  test('replays from its ledger to the same decisions, byte for byte', () => {
    const again = replay(inputsOf(read), (id) => (id === plan.id ? plan : undefined));
    expect(JSON.stringify(again.decisions)).toBe(JSON.stringify(centre.decisions));
  });

  test('says nothing of who called but where the call itself says it', () => {
    const inputs = ledger.filter((line) => line.includes('"acd.input"')).join('\n');
    expect(inputs).not.toMatch(/\+86139/);
  });
});

test('a ledger of a document that is not at hand says so', () => {
  expect(() => replay([{ at: 0, event: { type: 'plan', plan: 'x1' } }], () => undefined)).toThrow(/x1/);
});
