import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { destinationText } from '@branchline/contracts/branch/values';
import type { NewEvent } from '@branchline/contracts/ledger';
import { emptyAcd, type AcdEffect, type AcdState } from '../acd/state.ts';
import { takenOut, type StepInputs, type TakenOut } from '../acd/replay.ts';
import { piecesOf, PIECES, storedAcd } from '../acd/stored.ts';
import { Centre } from '../acd/testing/centre.ts';
import { DAY, dayOf, SKILLED, SKILLS } from '../acd/testing/day.ts';
import { checkDocument, lastGoodDocument, rememberGood } from '../branch/document.ts';
import { olderDocuments } from '../branch/documents-kept.ts';
import { Bench, branchOf, smallBranch } from '../calls/bench.ts';
import { acdPlan } from '../calls/switchboard.ts';
import { Ledger } from '../store/ledger.ts';
import { Look } from '../store/look.ts';
import { openLedgerDatabase } from '../store/open.ts';
import { BadArgument } from './bad-argument.ts';
import { replayDay, type ReplayDeps } from './replay.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'replay-'));
  mkdirSync(dir, { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true }));

const deps = (): ReplayDeps => ({
  dataDir: () => dir,
  now: () => Date.UTC(2026, 0, 5, 4),
  lastGood: lastGoodDocument,
  older: (dataDir) => olderDocuments(dataDir).map((source) => checkDocument(source)),
  look: (dataDir) => new Look(dataDir),
});
const replayed = (...args: string[]) => replayDay(args, deps());

function force(document: unknown, at = 0): void {
  const checked = checkDocument(JSON.stringify(document));
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  rememberGood(checked.document, dir, at);
}

function store(events: readonly NewEvent[], acdInputs: readonly StepInputs[]): void {
  const db = openLedgerDatabase(join(dir, 'ledger.db'));
  new Ledger(db).append({ events, openCalls: {}, about: {}, acdInputs });
  db.close();
}

/** Ann serves the first; the second hangs up while it rings at Bob, who lets the third ring in vain; Ann takes it after her wrap-up. */
function morning(bench: Bench): void {
  const gone = (channel: string, cause = 16): void => void bench.happen({ type: 'gone', channel, cause });
  for (const [index, channel] of ['c1', 'c2', 'c3'].entries()) {
    bench.callIn(channel, '+8657186001001', `1390000000${index}`);
    bench.pass(3_000);
    if (index === 0) bench.answer(bench.legAt('c1', 'p2'));
  }
  const leg = bench.legAt('c2', 'p3');
  gone('c2');
  gone(leg);
  bench.pass(15_000);
  gone(bench.legAt('c3', 'p3'), 19);
  const ann = bench.legAt('c1', 'p2');
  gone('c1');
  gone(ann);
  bench.pass(30_000);
  bench.answer(bench.legAt('c3', 'p2'));
  bench.pass(40_000);
  gone('c3');
}

describe('branchline replay', () => {
  const bench = new Bench();
  morning(bench);

  test('decides again what the ledger says, and tells how much', () => {
    force(smallBranch);
    store(bench.events, bench.acdInputs);
    const { text, same } = replayed();
    expect(same).toBe(true);
    const offers = bench.bodies('call.leg-offered').length;
    expect(offers).toBe(4);
    expect(text).toContain(`\n${offers} offers, 1 agent taken out: all as the ledger says`);
    expect(text).toMatch(
      /^Decided again from 2026-01-05 10:00:00 on \(Asia\/Shanghai\)\.\n2026-01-05 10:00 {2}\d+ steps/,
    );
    expect(replayed('--minutes').text).toMatch(/\n2026-01-05 10:01 {2}\d+ steps/);
  });

  const isOffer = ({ type }: NewEvent): boolean => type === 'call.leg-offered';
  const second = bench.events.filter(isOffer)[1];

  test.each<[string, (event: NewEvent) => NewEvent[], RegExp]>([
    [
      'another agent',
      (event) => [{ ...event, body: { ...event.body, to: { kind: 'agent', id: 'eve' } } } as NewEvent],
      /First difference in agent, at 2026-01-05 10:00:03:\n {2}the ledger says {2}c2 of queue service to eve.*\n {2}decided again {4}c2 of queue service to bob, offer 1$/,
    ],
    [
      'other reasons',
      (event) => [{ ...event, body: { ...event.body, candidates: [] } } as NewEvent],
      /First difference in candidates/,
    ],
    ['an offer too few', () => [], /First difference in time/],
    ['an offer twice', (event) => [event, { ...event, at: event.at + 1 }], /First difference/],
  ])('names the first difference: %s', (_, changed, expected) => {
    force(smallBranch);
    store(
      bench.events.flatMap((event) => (event === second ? changed(event) : [event])),
      bench.acdInputs,
    );
    const { text, same } = replayed();
    expect(same).toBe(false);
    expect(text).toMatch(expected);
  });

  test.each<[string, (event: NewEvent) => boolean, RegExp]>([
    [
      'an agent taken out of whom the ledger does not say so',
      ({ type, body }) => type === 'agent.state' && 'reason' in body && body.reason === 'no-answer',
      /First difference, at .*\n {2}the ledger says {2}no agent was taken out\n {2}decided again {4}bob taken out: no-answer$/,
    ],
  ])('%s is named', (_, left, expected) => {
    force(smallBranch);
    store(
      bench.events.filter((event) => !left(event)),
      bench.acdInputs,
    );
    expect(replayed().text).toMatch(expected);
  });

  test('who was sent on, by which rule and where to, is compared too', () => {
    const overflow = [{ when: 'waiting > 30s', to: 'extension 8001' }];
    const document = { ...smallBranch, queues: { service: { overflow } } };
    const late = new Bench(document);
    for (const agent of ['ann', 'bob']) late.happen({ type: 'agent-order', agent, state: 'not-ready' });
    late.callIn('c1');
    late.pass(31_000);
    force(document);
    store(late.events, late.acdInputs);
    expect(replayed().text).toMatch(/\n0 offers, 1 sent on: all as the ledger says/);
    rmSync(join(dir, 'ledger.db'));
    const elsewhere = (event: NewEvent): NewEvent =>
      event.type === 'call.overflowed' ? { ...event, body: { ...event.body, to: 'hang-up' } } : event;
    store(late.events.map(elsewhere), late.acdInputs);
    expect(replayed().text).toMatch(
      /First difference in to, .*\n {2}the ledger says {2}c1 left queue service: waiting/,
    );
  });

  test('an offer that the ledger has not, and one that was not decided again, at the end', () => {
    force(smallBranch);
    const last = bench.events.findLast(isOffer);
    store(
      bench.events.filter((event) => event !== last),
      bench.acdInputs,
    );
    expect(replayed().text).toMatch(/the ledger says {2}no offer$/m);
    rmSync(join(dir, 'ledger.db'));
    store([...bench.events, { ...last, at: bench.now + 1 } as NewEvent], bench.acdInputs);
    expect(replayed().text).toMatch(/decided again {4}no offer$/);
  });

  test('another document in between: each part by its own, as long as it is kept', () => {
    const other = { ...smallBranch, queues: { service: { ring: '7s', order: 'linear' } } };
    const later = new Bench(other);
    later.now = bench.now + 60_000;
    later.state = bench.state;
    later.callIn('d1');
    later.pass(30_000);
    const steps = [
      ...bench.acdInputs,
      ...later.acdInputs.slice(later.acdInputs.findIndex(({ at }) => at > bench.now)),
    ];
    const events = [...bench.events, ...later.events.filter(({ at }) => at > bench.now)];
    force(smallBranch);
    force(other, later.now);
    store(events, steps);
    expect(replayed().text).toMatch(/offers.*: all as the ledger says/);
    rmSync(join(dir, 'documents'), { recursive: true });
    expect(() => replayed()).toThrow(/document that was in force at 2026-01-05 10:00:00 is not kept/);
  });

  test.each([
    [['--day', 'monday'], /--day is 'monday'. Give a day such as/],
    [['--day', '2026-02-30'], /--day is '2026-02-30'/],
    [['--day', '2026-01-04'], /Of 2026-01-04 nothing is kept.*for a week/],
    [['more'], /branchline replay \[options\]/],
    [['--data', '/nowhere'], /No box has been started in \/nowhere/],
  ])('%j is refused in words', (args, expected) => {
    force(smallBranch);
    store(bench.events, bench.acdInputs);
    expect(() => replayed(...args)).toThrow(expected);
    expect(() => replayed(...args)).toThrow(BadArgument);
  });
});

/** Four queues by skill, a hundred agents, some 6,500 calls; at noon the service is started anew. All of it is read from the ledger on disk. */
describe('a day of simulated traffic for 100 agents', { timeout: 120_000 }, () => {
  const day = dayOf({ seed: 20_260_105, agents: 100, callsAnHour: 900, talkMs: 180_000 });
  const document = {
    ...smallBranch,
    site: { ...smallBranch.site, timezone: 'UTC' },
    numbers: {},
    routes: [],
    flows: {},
    phones: {},
    people: Object.fromEntries(
      day.agents.map(({ id, queues, skills }, index) => [
        id,
        { name: id, extension: 1_000 + index, agent: { queues, skills } },
      ]),
    ),
    queues: Object.fromEntries(
      SKILLS.map((skill) => [
        skill,
        {
          needs: { [skill]: 1 },
          prefers: { [skill]: SKILLED, relax: { after: '20s', to: 0 } },
          priority: { vip: 10, ageing: '1/min' },
          'last-agent': { within: '1d', wait: '20s' },
          'wrap-up': '15s',
          overflow: [{ when: 'waiting > 90s', to: 'hang-up' }],
        },
      ]),
    ),
  };

  test('replays from its ledger to the same decisions, byte for byte', () => {
    force(document);
    const plan = acdPlan(branchOf(document));
    const db = openLedgerDatabase(join(dir, 'ledger.db'));
    const ledger = new Ledger(db);
    let batch: { events: NewEvent[]; acdInputs: StepInputs[]; about: Record<string, unknown> };
    const empty = (): void => void (batch = { events: [], acdInputs: [], about: {} });
    const write = (): void => {
      ledger.append({ ...batch, openCalls: {} });
      empty();
    };
    empty();
    let restarted = false;
    let known = emptyAcd;
    const centre = new Centre(day, plan, (result, at, inputs): AcdState | undefined => {
      const { effects, changed } = result;
      const outs = inputs?.events.flatMap((event) => takenOut(known, result, event)) ?? [];
      known = result.state;
      batch.events.push(...outs.map((out) => outEvent(out, at)));
      batch.events.push(
        ...effects.flatMap((effect) => [...offeredEvent(effect, at), ...sentOnEvent(effect, at)]),
      );
      if (inputs) batch.acdInputs.push(inputs);
      Object.assign(batch.about, piecesOf(changed));
      if (batch.acdInputs.length >= 200) write();
      if (restarted || at < DAY + 12 * 3_600_000) return undefined;
      restarted = true;
      write();
      return storedAcd(ledger.about('acd'), ledger.aboutUnder(PIECES), plan, at)?.state;
    });
    centre.run();
    write();
    db.close();
    const many = (what: AcdEffect['do']): number =>
      centre.decisions.filter(({ effect }) => effect.do === what).length;
    expect(restarted).toBe(true);
    expect(many('offer')).toBeGreaterThan(6_000);
    expect(many('overflow')).toBeGreaterThan(20);
    const { text, same } = replayDay(['--day', '2026-01-05'], deps());
    const [, outs = '0'] = /(\d+) agents taken out: all as the ledger says/.exec(text) ?? [];
    expect(text).toContain(
      `\n${many('offer')} offers, ${many('overflow')} sent on, ${outs} agents taken out: all`,
    );
    expect(Number(outs)).toBeGreaterThan(50);
    expect(same).toBe(true);
  });
});

function offeredEvent(effect: AcdEffect, at: number): NewEvent[] {
  if (effect.do !== 'offer') return [];
  const { interaction, agent, queue, attempt, candidates, why } = effect;
  const to = { kind: 'agent' as const, id: agent };
  const body = { leg: `${interaction}-${attempt}`, to, queue, attempt, candidates: [...candidates], why };
  return [{ type: 'call.leg-offered', call: interaction, at, body }];
}

function sentOnEvent(effect: AcdEffect, at: number): NewEvent[] {
  if (effect.do !== 'overflow') return [];
  const { interaction: call, queue, because, to } = effect;
  const body = { queue, because, waitedMs: 0, ...(to === undefined ? {} : { to: destinationText(to) }) };
  return [{ type: 'call.overflowed', call, at, body }];
}

const outEvent = ({ agent, reason }: TakenOut, at: number): NewEvent => ({
  type: 'agent.state',
  at,
  body: { agent, state: 'not-ready', ...(reason === undefined ? {} : { reason }) },
});
