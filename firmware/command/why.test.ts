import { describe, expect, test } from 'vitest';
import { Bench, smallBranch } from '../calls/bench.ts';
import { checkDocument } from '../branch/document.ts';
import type { CallSeen } from '../store/look.ts';
import { BadArgument } from './bad-argument.ts';
import { why, type WhyDeps } from './why.ts';

/** A call that Ann lets ring and Bob takes, one to an extension, one more of another caller. */
const bench = new Bench();
bench.callIn('1767578400.7');
bench.pass(15_000);
bench.happen({ type: 'gone', channel: bench.legAt('1767578400.7', 'p2'), cause: 19 });
bench.pass(2_000);
bench.answer(bench.legAt('1767578400.7', 'p3'));
bench.pass(1_000);
bench.callIn('1767578418.8', '+8657186001029', '057188880000');

const events = bench.events.map((event, index) => ({
  ...event,
  seq: index + 1,
  at: new Date(event.at).toISOString(),
}));
let closed = 0;
const deps: WhyDeps = {
  dataDir: () => '/box',
  lastGood: (dataDir) => (dataDir === '/box' ? checkDocument(JSON.stringify(smallBranch)) : undefined),
  look: () => ({
    eventsOf: (call) => events.filter((event) => event.call === call),
    calls: (limit, passes) =>
      events
        .flatMap((event): CallSeen[] =>
          event.type === 'call.offered'
            ? [
                {
                  id: event.call ?? '',
                  startedAt: event.at,
                  from: event.body.from.id,
                  dialled: event.body.dialled,
                },
              ]
            : [],
        )
        .reverse()
        .filter((call) => passes?.(call) ?? true)
        .slice(0, limit),
    close: () => void (closed += 1),
  }),
};
const asked = (...args: string[]): string => why(args, deps);

describe('branchline why', () => {
  const text = asked('1767578400.7');

  test('tells every offer with its time of day at the branch, its reasons and what came of it', () => {
    expect(text).toMatch(
      /^Call 1767578400\.7 \(2026-01-05, Asia\/Shanghai\): A queue offered it 2 times; Bob took it\.\n/,
    );
    expect(text).toContain(
      "10:00:00  Queue 'service' offered it to Ann at p2 (offer 1).\n            Ann was chosen:",
    );
    expect(text).toContain('          → Not answered within 15 s.');
    expect(text).toContain("10:00:15  Queue 'service' offered it to Bob at p3 (offer 2).");
    expect(text).toContain('          → Answered after 2 s.');
  });

  test('in Chinese when asked', () => {
    expect(asked('1767578400.7', '--language', 'zh')).toContain('队列派了 2 次；由 Bob 接听。');
  });

  test.each([
    ['the end of an id', '.7'],
    ['the beginning of an id', '1767578400'],
    ["a caller's number", '13900000001'],
    ['the same number in full', '+86 139 0000 0001'],
  ])('takes %s', (_, which) => {
    expect(asked(which)).toBe(text);
  });

  test('a call that no queue offered says what happened instead', () => {
    expect(asked('.8')).toContain('No queue had it: it rang for Boss (8001), and nobody has answered yet.');
  });

  test.each([
    [
      'nobody',
      /'nobody' is no call of this box.*newest calls:\n {2}1767578418\.8 {2}2026-01-05 10:00:18 {2}\+86/s,
    ],
    ['17675784', /beginning or the end of several calls.*1767578400\.7/s],
  ])('%s is answered with calls to choose from', (which, expected) => {
    expect(() => asked(which)).toThrow(expected);
    expect(() => asked(which)).toThrow(BadArgument);
  });

  test.each([
    [[], /branchline why CALL/],
    [['a', 'b'], /branchline why CALL/],
    [['.7', '--language', 'fr'], /--language is 'fr'. Give zh or en/],
    [['.7', '--data', '/elsewhere'], /No box has been started in \/elsewhere.*--data/],
    [['.7', '--loud'], /--loud.*branchline why CALL/s],
  ])('%j is refused in words', (args, expected) => {
    expect(() => asked(...args)).toThrow(expected);
  });

  test('the ledger is closed again, whatever came of it', () => {
    const before = closed;
    asked('.7');
    expect(() => asked('nobody')).toThrow();
    expect(closed).toBe(before + 2);
  });
});
