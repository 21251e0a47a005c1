/** A trunk under anything that can be said of it, in any order and at any pace. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { physicalEvidence } from './physical.ts';
import { TrunkBench } from './testing/trunk-bench.ts';
import { SETTLE_MS } from './truth.ts';
import type { TrunkEvent } from './truth-state.ts';

const LINES = ['e1-0', 'e1-1'];
const RULES = {
  channels: 30,
  calls: 3,
  drained: false,
  test: { to: '057187770003', everyMs: 300_000, open: true },
};

type Happening = { readonly afterMs: number; readonly make: (now: number, serial: number) => TrunkEvent };

const evidence: fc.Arbitrary<Happening['make']> = fc.oneof(
  fc.boolean().map((good) => () => ({ type: 'options', good }) as const),
  fc.constant(() => ({ type: 'options', good: undefined }) as const),
  fc.boolean().map((good) => () => ({ type: 'registration', good }) as const),
  fc
    .record({
      source: fc.constantFrom('snmp-poll', 'snmp-trap', 'console', 'syslog', 'http'),
      line: fc.constantFrom(...LINES),
      state: fc.constantFrom('good', 'bad', 'unclear'),
      what: fc.constantFrom('LOS', 'RAI', 'AIS', 'no alarm'),
      blockedChannels: fc.constantFrom(0, 0, 15, 30),
    })
    .map((said) => (at: number) => ({ type: 'line', evidence: { ...said, at } }) as const),
  fc
    .constantFrom('answered', 'short', 'one-way', 'reached', 'failed', 'full', 'full-early', 'came')
    .map(
      (fared) => (at: number, serial: number) =>
        ({ type: 'call', result: { id: `leg-${serial}`, at, fared } }) as const,
    ),
  fc
    .constantFrom('both-ways', 'silent', 'not-returned', 'refused', 'unjudged')
    .map((verdict) => () => ({ type: 'tested', verdict }) as const),
);

const happenings = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 0, max: 8_000 }), fc.integer({ min: 0, max: 400_000 })),
    make: evidence,
  }),
  { maxLength: 60 },
);

function live(all: readonly Happening[], each: (trunk: TrunkBench) => void): TrunkBench {
  const trunk = new TrunkBench(RULES);
  all.forEach(({ afterMs, make }, serial) => {
    trunk.wait(afterMs);
    each(trunk);
    trunk.tell(make(trunk.now, serial));
    each(trunk);
  });
  return trunk;
}

test('it is never up, nor takes calls, while the wire is known to be dead', () => {
  fc.assert(
    fc.property(happenings, (all) => {
      live(all, ({ truth, now, rules }) => {
        if (physicalEvidence(truth.lines, rules.channels, now)?.verdict === 'bad')
          expect(truth.state).toBe('down');
      });
    }),
    { numRuns: 150 },
  );
});

test('it does not come back to up sooner than it takes to settle', () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const { changes } = live(all, () => undefined);
      changes.forEach((left, at) => {
        const back = changes.slice(at + 1).find(({ to }) => to === 'up');
        if (left.from === 'up' && back) expect(back.at - left.at).toBeGreaterThanOrEqual(SETTLE_MS);
      });
    }),
    { numRuns: 150 },
  );
});

test('every change names what it stands on, unless nothing is known', () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const { changes } = live(all, () => undefined);
      for (const { to, because, lastedMs } of changes) {
        if (to !== 'unknown') expect(because.length).toBeGreaterThan(0);
        expect(lastedMs).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 150 },
  );
});

test('with good evidence alone it always comes back, within an hour', () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const trunk = live(all, () => undefined);
      trunk.tell({ type: 'registration', good: true }, { type: 'options', good: true });
      for (let minute = 0; minute < 60; minute += 1) {
        for (const line of LINES) trunk.line('good', 'no alarm', { line, blockedChannels: 0 });
        trunk.calls('answered').tell({ type: 'tested', verdict: 'both-ways' }).wait(60_000);
      }
      expect(trunk.stands).toBe('up');
    }),
    { numRuns: 60 },
  );
});
