/** Calls in talk, G.711 both ways, and what they cost whoever carries them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingCall } from '@branchline/lab/sip/incoming-call';
import type { OutgoingCall } from '@branchline/lab/sip/outgoing-call';
import { bridgeTechnologies } from './console.ts';
import type { Load } from './load.ts';
import { cpuMs } from './proc.ts';
import type { Programs } from './programs.ts';
import type { Watch } from './phase.ts';

const SETTLE_MS = 1_500;
export const MEASURE_MS = 7_000;
/** Longer than it takes until a recording with nothing in it is begun once more. */
const BRIDGE_MS = 8_000;
const LOOK_AGAIN_MS = 200;
const ANSWER_MS = 20_000;
const AT_ONCE_MS = 40;
/** Packets of a stream that may be on their way at the moment of counting. */
const IN_FLIGHT = 2;

export interface TalkOrder {
  readonly load: Load;
  /** What is dialled for each call. */
  readonly numbers: readonly string[];
  /** Whose CPU is counted. */
  readonly pids: readonly number[];
  readonly programs: Programs;
  /** The directory of the engine that carries the calls. */
  readonly instance: string;
  /** What every bridge must be while they talk: another technology is another measurement. */
  readonly technology: 'native_rtp' | 'simple_bridge' | 'softmix';
}

export interface Talk {
  readonly calls: number;
  /** CPU of one call, in thousandths of a core. */
  readonly millicores: number;
  readonly lost: number;
  /** Packets that came, of all streams. */
  readonly received: number;
  readonly longestGapMs: number;
  /** How late the load itself was at its worst, ms: gaps below it are its own. */
  readonly loadLateMs: number;
  /** Bridges that were of another kind when the talks had just settled; while it is measured none is. */
  readonly lateBridges: number;
}

/** @throws when calls are not up or their bridges are not of the technology that is asked for. */
export async function talk(order: TalkOrder, watch: Watch): Promise<Talk> {
  const { load, numbers } = order;
  const heard: IncomingCall[] = [];
  load.habit = (call) => {
    heard.push(call);
    call.ring();
    call.answer();
  };
  const placed = await place(load, numbers);
  await pause(SETTLE_MS);
  const lateBridges = await checkBridges(order);
  const result = await watch(() => measure(order, [...placed, ...heard]));
  const up = [...placed, ...heard].filter((call) => call.state === 'up').length;
  await load.hangUpAll();
  if (up !== 2 * numbers.length)
    throw new Error(`of ${numbers.length} calls, ${up / 2} were up: nothing was measured`);
  await pause(SETTLE_MS);
  return { ...result, lateBridges };
}

async function place(load: Load, numbers: readonly string[]): Promise<OutgoingCall[]> {
  const placed: OutgoingCall[] = [];
  for (const number of numbers) {
    placed.push(await load.call(number));
    await pause(AT_ONCE_MS);
  }
  await Promise.all(placed.map((call) => call.answered(ANSWER_MS)));
  return placed;
}

/** How many were not of their kind at first. @throws when some stay so. */
async function checkBridges({ instance, technology, numbers }: TalkOrder): Promise<number> {
  const until = performance.now() + BRIDGE_MS;
  let late: number | undefined;
  for (;;) {
    const found = await bridgeTechnologies(instance);
    const right = found.get(technology) ?? 0;
    late ??= numbers.length - right;
    if (found.size === 1 && right === numbers.length) return late;
    if (performance.now() > until) {
      const text = [...found].map(([name, count]) => `${count} ${name}`).join(', ') || 'none';
      throw new Error(
        `of ${numbers.length} bridges in talk each should be ${technology}; the engine has ${text}`,
      );
    }
    await pause(LOOK_AGAIN_MS);
  }
}

async function measure(
  { load, numbers, pids }: TalkOrder,
  calls: readonly (IncomingCall | OutgoingCall)[],
): Promise<Omit<Talk, 'lateBridges'>> {
  const streams = calls.map((call) => call.rtp);
  for (const rtp of streams) rtp.resetStats();
  load.pacer.resetStats();
  const before = pids.map(cpuMs);
  const began = performance.now();
  await pause(MEASURE_MS);
  const used = pids.map((pid, index) => cpuMs(pid) - (before[index] ?? 0));
  const lasted = performance.now() - began;
  const stats = streams.map((rtp) => rtp.stats());
  return {
    calls: numbers.length,
    millicores: (1_000 * used.reduce((sum, ms) => sum + ms, 0)) / lasted / numbers.length,
    lost: Math.max(
      stats.reduce((sum, { lost }) => sum + lost, 0),
      stats.reduce((sum, { sent, received }) => sum + sent - received, 0) - IN_FLIGHT * streams.length,
      0,
    ),
    received: stats.reduce((sum, { received }) => sum + received, 0),
    longestGapMs: Math.max(...stats.map(({ maxGapMs }) => maxGapMs)),
    loadLateMs: load.pacer.stats().maxLateMs,
  };
}
