/** G1-G4: a call centre's queue beside app_queue, ten agents. */
import { armsOf, loadNow, type Arm, type Bench } from './rig/context.ts';
import { NUMBERS } from './rig/document.ts';
import { percentile } from './rig/numbers.ts';
import { startPair } from './rig/pair.ts';
import { PEER_NUMBERS } from './rig/peer.ts';
import { pace, saturate, type PacedFigures, type SaturatedFigures } from './rig/queue-traffic.ts';
import type { Found } from './rig/report.ts';

const AGENTS = 10;
const CALLERS = 16;
const WARM_CALLS = 150;
const SATURATED = { callers: CALLERS, talk: { least: 500, most: 1_500 }, warmUpMs: 3_000, measureMs: 15_000 };
const PACED = { everyMs: 100, calls: 120, talkMs: 500 };
/** One call at a time, so that nothing but its own way is in its time. */
const IDLE = { everyMs: 120, calls: 60, talkMs: 20 };

type Figures = Record<Arm, { saturated: SaturatedFigures[]; paced: PacedFigures[]; idle: PacedFigures[] }>;

export async function queue(bench: Bench): Promise<Found> {
  const pair = await startPair(bench, AGENTS);
  const figures: Figures = { ours: empty(), peer: empty() };
  const number = (arm: Arm): string => (arm === 'ours' ? NUMBERS.queue : PEER_NUMBERS.queue);
  const unanswered = (arm: Arm): string => (arm === 'ours' ? NUMBERS.queue : PEER_NUMBERS.queueUnanswered);
  try {
    for (const arm of ['ours', 'peer'] as const)
      await pace(pair.loads[arm], {
        number: number(arm),
        everyMs: 60,
        calls: WARM_CALLS,
        talkMs: 300,
        pids: [],
      });
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.say(`queue, round ${round + 1} of ${bench.rounds}`);
      for (const arm of armsOf(round)) {
        const load = pair.loads[arm];
        const mine = figures[arm];
        mine.idle.push(await pace(load, { ...IDLE, number: unanswered(arm), pids: [] }));
        mine.paced.push(await pace(load, { ...PACED, number: number(arm), pids: pair.pids(arm) }));
        mine.saturated.push(await saturate(load, { ...SATURATED, number: number(arm) }));
      }
    }
  } finally {
    await pair.stop();
  }
  return found(figures);
}

const empty = (): Figures[Arm] => ({ saturated: [], paced: [], idle: [] });

function found({ ours, peer }: Figures): Found {
  const freed = (of: Figures[Arm], share: number): number[] =>
    of.saturated.map(({ freedToInviteMs }) => percentile(freedToInviteMs, share));
  const idle = (of: Figures[Arm], share: number): number[] =>
    of.idle.map(({ inviteToInviteMs }) => percentile(inviteToInviteMs, share));
  const cpu = (of: Figures[Arm]): number[] =>
    of.paced.map(({ cpuMs, answered }) => cpuMs.reduce((sum, ms) => sum + ms, 0) / answered);
  const rate = (of: Figures[Arm]): number[] =>
    of.saturated.map(({ answered }) => SATURATED.measureMs / answered);
  const doubled = (of: Figures[Arm]): number =>
    of.saturated.reduce((sum, figures) => sum + figures.doubled, 0);
  const split = ours.paced.map(({ cpuMs, answered }) =>
    cpuMs.map((ms) => (ms / answered).toFixed(1)).join('+'),
  );
  return {
    name: 'queue',
    rows: [
      {
        goal: 'G1',
        what: 'agent freed to next INVITE, p95',
        unit: 'ms',
        ours: freed(ours, 0.95),
        peer: freed(peer, 0.95),
        atMost: 0.01,
      },
      {
        goal: 'G1',
        what: 'agent freed to next INVITE, p99',
        unit: 'ms',
        ours: freed(ours, 0.99),
        atMost: 20,
      },
      {
        goal: 'G2',
        what: 'INVITE to INVITE, idle agent, p95',
        unit: 'ms',
        ours: idle(ours, 0.95),
        peer: idle(peer, 0.95),
        atMost: 1.5,
      },
      {
        goal: 'G2',
        what: 'INVITE to INVITE, idle agent, p50',
        unit: 'ms',
        ours: idle(ours, 0.5),
        peer: idle(peer, 0.5),
        atMost: 1.5,
      },
      { goal: 'G3', what: 'CPU per queue call', unit: 'ms', ours: cpu(ours), peer: cpu(peer), atMost: 1.25 },
      {
        goal: 'G4',
        what: 'time per call handled, saturated',
        unit: 'ms',
        ours: rate(ours),
        peer: rate(peer),
        atMost: 1 / 1.5,
      },
    ],
    notes: [
      `peer: app_queue with retry=1, autofill=yes, ringinuse=no, leastrecent, queue_log; Answer() before it except for G2`,
      `G3 ours is engine + service, round by round: ${split.join(', ')}; ledger (FULL) and uplink to headquarters attached`,
      `agents asked to take two calls at once: ours ${doubled(ours)}, peer ${doubled(peer)}`,
      loadNow(),
    ],
  };
}
