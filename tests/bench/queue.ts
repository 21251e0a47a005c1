/** G1-G4: a call centre's queue beside app_queue, ten agents. */
import type { Arm, Bench } from './rig/context.ts';
import { NUMBERS } from './rig/document.ts';
import { percentile } from './rig/numbers.ts';
import { startPair, type Pair } from './rig/pair.ts';
import { PEER_NUMBERS } from './rig/peer.ts';
import { Phase } from './rig/phase.ts';
import { pace, saturate, type PacedFigures, type SaturatedFigures } from './rig/queue-traffic.ts';
import type { Found, Row } from './rig/report.ts';

const AGENTS = 10;
const CALLERS = 16;
const ARMS = ['ours', 'peer'] as const;
const WARM_UP = { everyMs: 60, calls: 150, talkMs: 300, pids: [] };
const SATURATED = { callers: CALLERS, talk: { least: 500, most: 1_500 }, warmUpMs: 3_000, measureMs: 15_000 };
const PACED = { everyMs: 100, calls: 120, talkMs: 500 };
/** One call at a time, so that nothing but its own way is in its time. */
const IDLE = { everyMs: 120, calls: 60, talkMs: 20 };

interface Phases {
  readonly idle: Phase<Arm, PacedFigures>;
  readonly paced: Phase<Arm, PacedFigures>;
  readonly saturated: Phase<Arm, SaturatedFigures>;
}

export async function queue(bench: Bench): Promise<Found> {
  const pair = await startPair(bench, AGENTS);
  const phases: Phases = {
    idle: new Phase('idle', ARMS),
    paced: new Phase('paced', ARMS),
    saturated: new Phase('saturated', ARMS),
  };
  try {
    for (const arm of ARMS) await pace(pair.loads[arm], { ...WARM_UP, number: numberOf(arm) });
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.say(`queue, round ${round + 1} of ${bench.rounds}`);
      await oneRound(pair, phases, round);
    }
  } finally {
    await pair.stop();
  }
  return found(phases);
}

const numberOf = (arm: Arm): string => (arm === 'ours' ? NUMBERS.queue : PEER_NUMBERS.queue);

async function oneRound(
  { loads, pids }: Pair,
  { idle, paced, saturated }: Phases,
  round: number,
): Promise<void> {
  await idle.round(round, (arm, watch) => {
    const number = arm === 'ours' ? NUMBERS.queue : PEER_NUMBERS.queueUnanswered;
    return watch(() => pace(loads[arm], { ...IDLE, number, pids: [] }));
  });
  await paced.round(round, (arm, watch) =>
    watch(() => pace(loads[arm], { ...PACED, number: numberOf(arm), pids: pids(arm) })),
  );
  await saturated.round(round, (arm, watch) =>
    watch(() => saturate(loads[arm], { ...SATURATED, number: numberOf(arm) })),
  );
}

function found(phases: Phases): Found {
  const { idle, paced, saturated } = phases;
  const doubled = (arm: Arm): number => saturated.all(arm).reduce((sum, figures) => sum + figures.doubled, 0);
  const split = paced
    .of('ours')
    .map(({ cpuMs, answered }) => cpuMs.map((ms) => (ms / answered).toFixed(1)).join('+'));
  return {
    name: 'queue',
    rows: [...freedRows(saturated), ...idleRows(idle), cpuRow(paced), handledRow(saturated)],
    notes: [
      `peer: app_queue with retry=1, autofill=yes, ringinuse=no, leastrecent, queue_log; Answer() before it except for G2`,
      `G3 ours is engine + service, round by round: ${split.join(', ') || '-'}; ledger (FULL) and uplink to headquarters attached`,
      `agents asked to take two calls at once: ours ${doubled('ours')}, peer ${doubled('peer')}`,
      `the generator's core was busy at most ${idle.loadAtMost} (idle), ${paced.loadAtMost} (paced), ${saturated.loadAtMost} (saturated)`,
      `the host gave away of the measured core, median: ${[idle, paced, saturated].map((phase) => phase.hostTook).join(', ')}`,
    ],
  };
}

function freedRows(saturated: Phases['saturated']): Row[] {
  const p = (share: number) => (figures: SaturatedFigures) => percentile(figures.freedToInviteMs, share);
  const common = { goal: 'G1', unit: 'ms' };
  return [
    {
      ...common,
      what: 'agent freed to next INVITE, p95',
      ...saturated.compare(p(0.95), 'ours', 'peer'),
      wanted: { atMost: 0.01 },
    },
    {
      ...common,
      what: 'agent freed to next INVITE, p99',
      ...saturated.compare(p(0.99), 'ours'),
      wanted: { atMost: 20 },
    },
  ];
}

function idleRows(idle: Phases['idle']): Row[] {
  return [0.95, 0.5].map((share) => ({
    goal: 'G2',
    what: `INVITE to INVITE, idle agent, p${100 * share}`,
    unit: 'ms',
    ...idle.compare(({ inviteToInviteMs }) => percentile(inviteToInviteMs, share), 'ours', 'peer'),
    wanted: { atMost: 1.5 },
  }));
}

function cpuRow(paced: Phases['paced']): Row {
  const cpu = ({ cpuMs, answered }: PacedFigures): number =>
    cpuMs.reduce((sum, ms) => sum + ms, 0) / answered;
  return {
    goal: 'G3',
    what: 'CPU per queue call',
    unit: 'ms',
    ...paced.compare(cpu, 'ours', 'peer'),
    wanted: { atMost: 1.25 },
  };
}

function handledRow(saturated: Phases['saturated']): Row {
  const rate = ({ answered }: SaturatedFigures): number => answered / (SATURATED.measureMs / 1_000);
  return {
    goal: 'G4',
    what: 'calls handled, saturated',
    unit: '/s',
    ...saturated.compare(rate, 'ours', 'peer'),
    wanted: { atLeast: 1.5 },
  };
}
