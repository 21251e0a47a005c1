/** G6-G8: what a call costs while people talk, recorded and not, and whether every packet arrives. */
import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingCall } from '@branchline/lab/sip/incoming-call';
import type { OutgoingCall } from '@branchline/lab/sip/outgoing-call';
import { armsOf, loadNow, type Arm, type Bench } from './rig/context.ts';
import { NUMBERS } from './rig/document.ts';
import type { Load } from './rig/load.ts';
import { startPair, type Pair } from './rig/pair.ts';
import { PEER_NUMBERS } from './rig/peer.ts';
import { cpuMs } from './rig/proc.ts';
import type { Found } from './rig/report.ts';

const CALLS = 20;
const MANY_CALLS = 60;
const SETTLE_MS = 1_500;
const MEASURE_MS = 8_000;
const ANSWER_MS = 20_000;
const AT_ONCE_MS = 40;
/** Packets of a stream that may be on their way at the moment of counting. */
const IN_FLIGHT = 2;

type Kind = 'plain' | 'recorded';

interface Talk {
  /** CPU of one call, in thousandths of a core. */
  readonly millicores: number;
  readonly lost: number;
  readonly received: number;
  readonly longestGapMs: number;
  /** How late the load itself was at its worst, ms: gaps below it are its own. */
  readonly loadLateMs: number;
}

export async function media(bench: Bench): Promise<Found> {
  const few = await startPair(bench, MANY_CALLS);
  const talks: Record<Kind, Record<Arm, Talk[]>> = {
    plain: { ours: [], peer: [] },
    recorded: { ours: [], peer: [] },
  };
  let many: Talk;
  try {
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.say(`media, round ${round + 1} of ${bench.rounds}`);
      for (const kind of ['plain', 'recorded'] as const)
        for (const arm of armsOf(round)) talks[kind][arm].push(await talk(few, arm, kind, CALLS));
    }
    bench.say(`media, ${MANY_CALLS} recorded calls at once`);
    many = await talk(few, 'ours', 'recorded', MANY_CALLS);
  } finally {
    await few.stop();
  }
  const cost = (kind: Kind, arm: Arm): number[] => talks[kind][arm].map(({ millicores }) => millicores);
  return {
    name: 'media',
    rows: [
      {
        goal: 'G6',
        what: 'CPU of a call in talk, not recorded',
        unit: 'millicores',
        ours: cost('plain', 'ours'),
        peer: cost('plain', 'peer'),
        atMost: 1.05,
      },
      {
        goal: 'G7',
        what: 'CPU of a call in talk, recorded',
        unit: 'millicores',
        ours: cost('recorded', 'ours'),
        peer: cost('recorded', 'peer'),
        atMost: 1.05,
      },
      {
        goal: 'G8',
        what: `packets lost, ${MANY_CALLS} recorded calls`,
        unit: `of ${many.received}`,
        ours: [many.lost],
        atMost: 0,
      },
    ],
    notes: [
      `${CALLS} calls at once, G.711 both ways, engine and service counted; peers: Dial, and MixMonitor(wav,b) with Dial`,
      `${MANY_CALLS} recorded calls: ${many.millicores.toFixed(1)} millicores each, longest gap ${many.longestGapMs.toFixed(0)} ms; the load itself was late by ${many.loadLateMs.toFixed(0)} ms at most`,
      `a round counts only where ${MEASURE_MS / 20} packets came for each stream; of that came, ours and peer: ${shares(talks)}`,
      loadNow(),
    ],
  };
}

/** A starved call is a cheap one: without this its figure would look good. */
function shares(talks: Record<Kind, Record<Arm, readonly Talk[]>>): string {
  const share = ({ received }: Talk): string =>
    `${((100 * received) / (2 * CALLS * (MEASURE_MS / 20))).toFixed(0)} %`;
  return (['plain', 'recorded'] as const)
    .map(
      (kind) =>
        `${kind} ${talks[kind].ours.map(share).join(' ')} and ${talks[kind].peer.map(share).join(' ')}`,
    )
    .join(', ');
}

async function talk(pair: Pair, arm: Arm, kind: Kind, calls: number): Promise<Talk> {
  const load = pair.loads[arm];
  const heard: IncomingCall[] = [];
  load.habit = (call) => {
    heard.push(call);
    call.ring();
    call.answer();
  };
  const placed = await place(load, arm, kind, calls);
  await pause(SETTLE_MS);
  const streams = [...placed, ...heard].map((call) => call.rtp);
  for (const rtp of streams) rtp.resetStats();
  load.pacer.resetStats();
  const before = pair.pids(arm).map(cpuMs);
  await pause(MEASURE_MS);
  const used = pair.pids(arm).map((pid, index) => cpuMs(pid) - (before[index] ?? 0));
  const stats = streams.map((rtp) => rtp.stats());
  const { maxLateMs } = load.pacer.stats();
  const up = [...placed, ...heard].filter((call) => call.state === 'up').length;
  await load.hangUpAll();
  if (up !== 2 * calls) throw new Error(`of ${calls} calls, ${up / 2} were up: nothing was measured`);
  await pause(SETTLE_MS);
  return {
    millicores: (1_000 * used.reduce((sum, ms) => sum + ms, 0)) / MEASURE_MS / calls,
    lost: Math.max(
      stats.reduce((sum, { lost }) => sum + lost, 0),
      stats.reduce((sum, { sent, received }) => sum + sent - received, 0) - IN_FLIGHT * streams.length,
      0,
    ),
    received: stats.reduce((sum, { received }) => sum + received, 0),
    longestGapMs: Math.max(...stats.map(({ maxGapMs }) => maxGapMs)),
    loadLateMs: maxLateMs,
  };
}

async function place(load: Load, arm: Arm, kind: Kind, calls: number): Promise<OutgoingCall[]> {
  const placed: OutgoingCall[] = [];
  for (let index = 0; index < calls; index += 1) {
    placed.push(await load.call(numberOf(arm, kind, index)));
    await pause(AT_ONCE_MS);
  }
  await Promise.all(placed.map((call) => call.answered(ANSWER_MS)));
  return placed;
}

/** Ours are calls to a queue, which is the dearest way to an agent. */
function numberOf(arm: Arm, kind: Kind, index: number): string {
  if (arm === 'ours') return kind === 'plain' ? NUMBERS.queue : NUMBERS.recorded;
  return kind === 'plain' ? PEER_NUMBERS.dial(index) : PEER_NUMBERS.recorded(index);
}
