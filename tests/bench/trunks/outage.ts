/** Whole lines that fail: from the fault until it is known, and from its end until the line takes all its calls again. */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LabFault } from '@branchline/contracts/lab';
import type { LiveState } from '@branchline/contracts/live';
import type { TrunkState } from '@branchline/contracts/trunks';
import { commandLine } from '@branchline/firmware/engine/command-line';
import type { Arms } from './arms.ts';
import { timeOut } from './fall-back.ts';
import { GOOD, type BenchLine, type Use } from './plan.ts';

/** Between one fault and the next, so that each meets the rhythm of questions at another moment. */
const APART_MS = 230;
const DOWN_MS = 30_000;
/** Twice what the second way back takes. */
const BACK_MS = 150_000;
const QUALIFY_MS = 90_000;
const LOOK_MS = 200;
const ANSWER_MS = 5_000;

export const FAULT_OF: Readonly<Partial<Record<Use, LabFault>>> = {
  trap: 'los',
  poll: 'los',
  dead: 'power-off',
};

export interface Outage {
  readonly line: BenchLine;
  readonly downS: number;
  readonly upS: number;
  /** How often its state changed on the way back; 2 is down, part of its channels, all of them. */
  readonly changes: number;
}

/** Pulls and kills all lines that are there for it, one after the other, and puts them back. */
export async function ourOutages(
  { branch, arms }: Arms,
  lines: readonly BenchLine[],
  whileDown: () => Promise<void>,
): Promise<Outage[]> {
  const { gateways } = arms.ours;
  const failing = lines.filter(({ use }) => FAULT_OF[use] !== undefined);
  const all =
    (state: TrunkState) =>
    ({ trunks }: LiveState): boolean =>
      failing.every(({ name }) => trunks[name]?.state === state);
  const turn = async (on: boolean): Promise<Map<string, number>> => {
    const at = new Map<string, number>();
    for (const { name, use } of shuffled(failing)) {
      at.set(name, Date.now());
      gateways.get(name).fault(FAULT_OF[use] ?? 'los', on);
      await pause(APART_MS);
    }
    return at;
  };
  const failed = await turn(true);
  await branch.box.untilLive(all('down'), DOWN_MS);
  await whileDown();
  const put = await turn(false);
  await branch.box.untilLive(all('up'), BACK_MS);
  // The box writes what it has still in its step log before anybody reads its history.
  await branch.box.calls();
  const changes = changesOf(join(branch.dir, 'box/ledger.db'));
  return failing.map((line) => {
    const its = changes.filter(({ trunk }) => trunk === line.name);
    const [failedAt = NaN, putAt = NaN] = [failed.get(line.name), put.get(line.name)];
    const down = its.find(({ at, to }) => at >= failedAt && to === 'down');
    const back = its.filter(({ at }) => at >= putAt);
    return {
      line,
      downS: ((down?.at ?? NaN) - failedAt) / 1_000,
      upS: ((back.at(-1)?.at ?? NaN) - putAt) / 1_000,
      changes: back.length,
    };
  });
}

interface Change {
  readonly at: number;
  readonly trunk: string;
  readonly to: TrunkState;
}

/** As the ledger has them. */
function changesOf(ledger: string): Change[] {
  const db = new DatabaseSync(ledger, { readOnly: true });
  try {
    const rows = db
      .prepare("select at, body from events where type = 'trunk.changed' order by seq")
      .all() as unknown as { at: number; body: string }[];
    return rows.map(({ at, body }) => ({ ...(JSON.parse(body) as Omit<Change, 'at'>), at }));
  } finally {
    db.close();
  }
}

export interface PlainOutage {
  /** Until its contact is 'Unavail', s. */
  readonly downS: number;
  /** Until it is 'Avail' again, s. */
  readonly upS: number;
}

/** Gateways of the plain engine that lose power and get it back. */
export async function plainOutages(
  { arms, plainDir }: Arms,
  lines: readonly BenchLine[],
): Promise<PlainOutage[]> {
  const { gateways } = arms.peer;
  const until = async (on: boolean, state: string): Promise<number[]> => {
    const began = new Map<string, number>();
    const took = new Map<string, number>();
    const turning = (async () => {
      for (const { name } of lines) {
        began.set(name, Date.now());
        gateways.get(name).fault('power-off', on);
        await pause(APART_MS);
      }
    })();
    const end = Date.now() + QUALIFY_MS + lines.length * APART_MS;
    while (took.size < lines.length) {
      if (Date.now() > end)
        throw new Error(`the plain engine has ${took.size} of ${lines.length} gateways ${state}`);
      const contacts = await plainContacts(plainDir);
      for (const { name } of lines) {
        const since = began.get(name);
        if (since === undefined || took.has(name) || contacts.get(name) !== state) continue;
        took.set(name, (Date.now() - since) / 1_000);
      }
      await pause(LOOK_MS);
    }
    await turning;
    return lines.map(({ name }) => took.get(name) ?? NaN);
  };
  const down = await until(true, 'Unavail');
  const up = await until(false, 'Avail');
  return down.map((downS, index) => ({ downS, upS: up[index] ?? NaN }));
}

/** Every contact has been asked after once: it begins at a moment of its own within the first minute. */
export async function plainReady(plainDir: string, lines: readonly BenchLine[]): Promise<void> {
  const end = Date.now() + QUALIFY_MS;
  for (;;) {
    const contacts = await plainContacts(plainDir);
    const waiting = lines.filter(({ name }) => contacts.get(name) !== 'Avail');
    if (waiting.length === 0) return;
    if (Date.now() > end)
      throw new Error(`the plain engine does not reach ${waiting.map(({ name }) => name).join()}`);
    await pause(LOOK_MS);
  }
}

/** 'Avail' or 'Unavail' of each line. */
export async function plainContacts(dir: string): Promise<ReadonlyMap<string, string>> {
  const said = await commandLine(join(dir, 'run/asterisk.ctl'), ANSWER_MS).ask('pjsip show contacts');
  return readContacts(said);
}

/** Pure. */
export function readContacts(said: string): ReadonlyMap<string, string> {
  const found = said.matchAll(/Contact:\s+([^/\s]+)\/\S+\s+\S+\s+([A-Z][A-Za-z]+)/g);
  return new Map([...found].map(([, name = '', state = '']) => [name, state]));
}

/** Calls out at lines whose E1 is pulled: ms of each from its INVITE to the one at the line that works. */
export async function callsAtPulled(
  arm: Arms['arms']['ours'],
  lines: readonly BenchLine[],
): Promise<number[]> {
  const took: number[] = [];
  for (const line of lines) took.push(await timeOut(arm, line, GOOD));
  return took;
}

/** By the golden ratio: the same in every run, and no group beside itself. */
const shuffled = (lines: readonly BenchLine[]): BenchLine[] =>
  lines
    .map((line, index) => ({ line, key: (index * 0.618_033_988_75) % 1 }))
    .sort((a, b) => a.key - b.key)
    .map(({ line }) => line);
