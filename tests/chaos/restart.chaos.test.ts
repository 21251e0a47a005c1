/**
 * The box's service is killed again and again under load. Nobody who telephones may notice, and nothing may be missing afterwards.
 * How often, and how many calls a second, is said by `npm run chaos` (tests/README.md).
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { betweenMs, seededRandom } from '@branchline/lab/traffic/chance';
import { BranchBed, ENGINE_ROOT, subscriberTone } from '../bed/branch.ts';
import { agentPhones, busyDocument } from './documents.ts';
import {
  byCall,
  eventsOf,
  headquartersFaults,
  ledgerFaults,
  placedBy,
  placesLost,
  stagesOf,
  storiesOf,
  untilSettled,
} from './one-story.ts';
import { Lateness } from './lateness.ts';
import { agent, caller, count, frontDesk, newTown, type Doings, type Town } from './people.ts';

const KILLS = Number(process.env.BRANCHLINE_TEST_KILLS ?? 50);
const SEED = Number(process.env.BRANCHLINE_TEST_SEED ?? Math.floor(Math.random() * 1e6));
/** Calls a second; when left out, each of a few callers calls again soon after he has hung up. */
const RATE =
  process.env.BRANCHLINE_TEST_RATE === undefined ? undefined : Number(process.env.BRANCHLINE_TEST_RATE);
const { callers: CALLERS, agents: AGENTS } =
  RATE === undefined ? { callers: 6, agents: 3 } : { callers: 36, agents: 20 };
const CALLER_TONES = Array.from({ length: CALLERS }, (_, index) => subscriberTone(index));
const PHONE_TONES = [520, 610, 730, 870, 940];
/** A service that is begun again and again on a machine that has all this to do besides. */
const READY_MS = 60_000;
/** Two of three kills strike right after something the telephones do, where a write and an act lie closest together. */
const MOMENTS: readonly (keyof Doings)[] = ['called', 'answered', 'held', 'transferring', 'hungUp'];

describe.skipIf(ENGINE_ROOT === undefined)('the service is killed again and again', () => {
  let bed: BranchBed;
  beforeAll(async () => {
    const document = busyDocument({ agents: AGENTS, channels: Math.max(30, CALLERS) });
    bed = await BranchBed.start({ document, subscribers: CALLERS });
  });
  afterAll(() => bed.stop());

  const load = RATE === undefined ? 'load' : `${RATE} calls a second`;
  test(
    `${KILLS} kills under ${load} cut no call, lose no event, and double none (seed ${SEED})`,
    { timeout: 300_000 + KILLS * 6_000 },
    async () => {
      console.log(`seed ${SEED}: BRANCHLINE_TEST_SEED=${SEED} repeats the dice`);
      const random = seededRandom(SEED);
      const closing = new AbortController();
      const lateness = new Lateness();
      const town = newTown(random, lateness, closing.signal, RATE === undefined ? {} : { rate: RATE });
      const number = (index: number): string => `+861390000${String(index + 1).padStart(4, '0')}`;
      const voices = new Map(CALLER_TONES.map((hz, index) => [number(index), hz]));
      frontDesk(town, bed.phone('desk-1'), voices);
      for (const desk of agentPhones(AGENTS)) agent(town, bed.phone(desk), '8001', CALLER_TONES);
      const callers = Array.from({ length: CALLERS }, (_, index) =>
        caller(town, bed.caller(index), number(index), PHONE_TONES),
      );

      const began = performance.now();
      for (let kill = 0; kill < KILLS; kill += 1) {
        await aMoment(bed, town, kill);
        await bed.end('box', 'SIGKILL');
        for (const stage of stagesOf(bed)) count(town, `killed: ${stage}`);
        bed.startBox();
      }
      closing.abort();
      const seconds = (performance.now() - began) / 1000;
      const calls = [...town.placed.values()].reduce((sum, placed) => sum + placed, 0);
      console.log(
        `${KILLS} kills in ${seconds.toFixed(0)} s, ${calls} calls, ${(calls / seconds).toFixed(1)} a second`,
      );
      await Promise.all(callers);
      await bed.boxReady(READY_MS);
      // Once more, in the quiet: what the engine did alone is entered at the start.
      await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, 40_000);
      await bed.end('box', 'SIGKILL');
      bed.startBox();
      // What the step log alone holds is entered by then.
      await bed.boxReady(READY_MS);

      lateness.stop();
      console.log(JSON.stringify(town.tally), JSON.stringify([...town.placed]));
      const events = await untilSettled(bed, town.placed, 30_000);
      const counts = placedBy(events);
      for (const [who, placed] of town.placed)
        if (counts.get(who) !== placed)
          town.faults.push(`${who} placed ${placed} calls, and the ledger has ${counts.get(who) ?? 0}`);
      const faults = [
        ...town.faults,
        ...ledgerFaults(events),
        ...placesLost(events),
        ...(await headquartersFaults(bed, 20_000)),
      ];
      const odd = faults.flatMap((fault) => namedIn(fault, events));
      if (odd.length > 0) console.log(`now of ${odd.join(', ')}:`);
      for (const { call = '', at, seq, type, body } of eventsOf(bed))
        if (odd.includes(call))
          console.log(`  ${seq} ${at} ${call} ${type} ${JSON.stringify(body).slice(0, 220)}`);
      for (const who of new Set(faults.flatMap((fault) => /^\+\d+/.exec(fault) ?? [])))
        console.log(`the ledger on ${who}:\n${storiesOf(events, who)}`);
      expect(faults).toEqual([]);
    },
  );
});

/** The calls that a fault is about. */
const namedIn = (fault: string, events: readonly LedgerEvent[]): string[] => {
  const words = new Set(fault.split(/[\s,]+/));
  return [...byCall(events).keys()].filter((call) => words.has(call));
};

/** In the first moments of a life, or in its midst right after what the telephones did. */
async function aMoment(bed: BranchBed, town: Town, kill: number): Promise<void> {
  const { random } = town;
  if (kill % 3 === 0) return pause(betweenMs({ least: 20, most: 1_200 }, random));
  const what = MOMENTS[Math.floor(random() * MOMENTS.length)] ?? 'called';
  await bed.boxReady(READY_MS).catch((error: unknown) => {
    console.log(`after ${kill} kills:\n${bed.lastWords()}`);
    throw error;
  });
  await town.doings.waitFor(what, { withinMs: 700 }).catch(() => undefined);
  await pause(betweenMs({ least: 0, most: 40 }, random));
}
