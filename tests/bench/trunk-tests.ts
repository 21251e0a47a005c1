/** Test calls over good lines and over bad ones of every kind: how often the verdict was wrong, and how often a fault was missed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LiveTrunk, TestVerdict } from '@branchline/contracts/trunks';
import { LabGateway } from '@branchline/lab/gateways/gateway';
import { gatewayPlans } from '@branchline/lab/gateways/plans';
import { readPlan } from '@branchline/lab/plan';
import { startPstn } from '@branchline/lab/pstn/pstn';
import { createPacer } from '@branchline/lab/rtp/pacer';
import { freeUdpRange } from '@branchline/lab/udp';
import type { Door } from '../bed/door.ts';
import { BenchBranch } from './rig/branch.ts';
import type { Bench } from './rig/context.ts';
import type { Found, Row } from './rig/report.ts';
import { BEHIND } from './trunks/plan.ts';
import { GOOD_VERDICTS, TESTED_LINES, testsDocument, type TestedLine } from './trunks/test-plan.ts';

/** With five rounds twelve turns, each of 22 tests: 264. */
const TURNS_A_ROUND = 2.4;
const UP_MS = 60_000;
const VERDICT_MS = 45_000;
const LOOK_MS = 100;
/** Two audio ports for each test that may be under way. */
const RTP_PORTS = 400;

export interface Judged {
  readonly line: string;
  readonly faulty: boolean;
  readonly verdict: TestVerdict;
  readonly right: readonly TestVerdict[];
}

export async function trunkTests(bench: Bench): Promise<Found> {
  const turns = Math.ceil(TURNS_A_ROUND * bench.rounds);
  const branch = await BenchBranch.start({
    engineRoot: bench.engineRoot,
    document: (gateway) => testsDocument(gateway.split('.').slice(0, 3).join('.'), TESTED_LINES),
    headquarters: false,
  });
  const opened: { stop(): Promise<void> }[] = [branch];
  try {
    const gateways = await network(bench.engineRoot, branch, opened);
    // One session for all lines: a box takes few sign-ins at once.
    const { box } = branch;
    await box.untilLive(({ trunks }) => Object.values(trunks).every(({ state }) => state === 'up'), UP_MS);
    bench.say(`trunk-tests, ${TESTED_LINES.length} lines side by side, ${turns} turns`);
    const judged = await Promise.all(
      TESTED_LINES.map((line) => judgeLine(box, line, gateways.get(line.name), turns)),
    );
    return found(judged.flat());
  } finally {
    for (const each of opened.toReversed()) await each.stop();
  }
}

/** A public network behind a gateway for each line. */
async function network(
  engineRoot: string,
  { net, dir, sip }: BenchBranch,
  opened: { stop(): Promise<void> }[],
): Promise<ReadonlyMap<string, LabGateway>> {
  const rtp = await freeUdpRange('127.0.0.1', RTP_PORTS);
  const instance = join(dir, 'pstn');
  mkdirSync(instance, { recursive: true });
  const plan = readPlan({
    box: sip,
    pstn: {
      engineRoot,
      instance,
      exchange: { host: `${net}.12`, port: 5_060 },
      rtp: { first: rtp, last: rtp + RTP_PORTS - 1 },
      country: { code: '86', area: '571' },
    },
    gateways: TESTED_LINES.map(({ name, host }) => ({
      name,
      address: { host: `${net}.${host}`, port: 5_060 },
      behind: BEHIND,
    })),
    subscriberHost: `${net}.20`,
  });
  opened.push(await startPstn(plan, createPacer()));
  const gateways = new Map<string, LabGateway>();
  for (const each of gatewayPlans(plan)) {
    const gateway = await LabGateway.open(each);
    gateways.set(each.name, gateway);
    opened.push({ stop: () => gateway.close() });
  }
  return gateways;
}

async function judgeLine(
  box: Door,
  line: TestedLine,
  gateway: LabGateway | undefined,
  turns: number,
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    judged.push({
      line: line.name,
      faulty: false,
      right: line.right,
      verdict: await ordered(box, line.name),
    });
    if (!line.fault || !gateway) continue;
    const { name, right } = line.fault;
    await idle(box, line.name);
    gateway.fault(name, true);
    judged.push({ line: line.name, faulty: true, right, verdict: await ordered(box, line.name) });
    await idle(box, line.name);
    gateway.fault(name, false);
  }
  return judged;
}

const look = async (box: Door, trunk: string): Promise<LiveTrunk | undefined> => {
  const { trunks } = await box.get<{ trunks: LiveTrunk[] }>('/api/trunks');
  return trunks.find(({ id }) => id === trunk);
};

/** No test is under way, as the box makes some by itself where it has doubts. */
async function idle(box: Door, trunk: string): Promise<LiveTrunk> {
  const until = performance.now() + VERDICT_MS;
  for (;;) {
    const live = await look(box, trunk);
    if (live?.test && !live.test.running) return live;
    if (performance.now() > until) throw new Error(`the test call on ${trunk} does not end`);
    await pause(LOOK_MS);
  }
}

/** The verdict of one test that was begun just now. */
async function ordered(box: Door, trunk: string): Promise<TestVerdict> {
  for (;;) {
    const before = await idle(box, trunk);
    try {
      await box.post(`/api/trunks/${trunk}/test`, {});
    } catch (error) {
      // The box was quicker with one of its own.
      if (error instanceof Error && error.message.includes('409')) continue;
      throw error;
    }
    const after = await idle(box, trunk);
    const { last } = after.test ?? {};
    if (last && last.why === 'order' && last.at !== before.test?.last?.at) return last.verdict;
  }
}

/** A fault is missed when its line counts as one that carries calls. */
export const isMissed = ({ verdict, right }: Judged): boolean =>
  !right.includes(verdict) && GOOD_VERDICTS.includes(verdict);
export const isWrong = ({ verdict, right }: Judged): boolean => !right.includes(verdict);

function found(judged: readonly Judged[]): Found {
  const count = (of: (each: Judged) => boolean): number => judged.filter(of).length;
  // Of all rounds together: one that is wrong must not hide behind a median.
  const row = (what: string, of: (each: Judged) => boolean): Row => ({
    goal: '-',
    what,
    unit: `of ${judged.length}`,
    ours: [count(of), count(of), count(of)],
    wanted: { atMost: 0 },
  });
  return {
    name: 'trunk-tests',
    rows: [row('test calls with a wrong verdict', isWrong), row('test calls that missed a fault', isMissed)],
    notes: [
      'real engine, real RTP, a public network behind each line; all lines side by side, so that up to fourteen tests are under way at once',
      `verdicts: ${tally(judged)}`,
      'right for a line that answers OPTIONS alone or has no power: not answered, or refused. late, half-blocked and options-503 carry calls, and must not be called bad',
    ],
  };
}

/** 'los: both-ways 12, with the fault refused 12; …'. */
function tally(judged: readonly Judged[]): string {
  const lines = [...new Set(judged.map(({ line }) => line))];
  return lines
    .map((line) => {
      const told = [false, true].flatMap((faulty) => {
        const verdicts = judged.filter((each) => each.line === line && each.faulty === faulty);
        const kinds = [...new Set(verdicts.map(({ verdict }) => verdict))];
        const counted = kinds.map(
          (kind) => `${kind} ${verdicts.filter(({ verdict }) => verdict === kind).length}`,
        );
        return counted.length > 0 ? [`${faulty ? 'with the fault ' : ''}${counted.join(' and ')}`] : [];
      });
      return `${line}: ${told.join(', ')}`;
    })
    .join('; ');
}
