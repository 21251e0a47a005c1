/** What a busy box has to tell: one queue call after the other, each in nine events, and the frames it tells them in. */
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { cutFrame, FRAME_EVENTS, type Frame } from '@branchline/firmware/uplink/frames';

/**
 * `single`: a frame for each event. `live`: what comes within the 200 ms that a box waits for company shares a frame, which is
 * four, two, two and one event of each call. `full`: frames of 500, as after an hour without headquarters.
 */
export type Batching = 'single' | 'live' | 'full';

export const EPOCH = '00000000000000aa';
const LIVE_FRAMES = [4, 2, 2, 1];
const BEGAN = Date.UTC(2026, 0, 5, 2);
const CALL_MS = 45_000;
const AGENTS = 10;

type Scene = readonly [type: string, atMs: number, body: (call: string) => Record<string, unknown>];

const caller = { kind: 'caller', id: '+8613900000003', via: 'pstn' };
const agent = { kind: 'agent', id: 'agent.ad', via: 'desk-4' };
const leg = (call: string): string => `${call}-leg-1`;
const candidates = Array.from({ length: AGENTS }, (_, index) => ({
  agent: `agent.a${String.fromCharCode(97 + index)}`,
  verdict: index === 3 ? 'chosen' : index < 6 ? 'lower' : 'busy',
  score: BEGAN + index * 7_919,
}));

const SCENES: readonly Scene[] = [
  [
    'call.offered',
    0,
    () => ({ direction: 'in', from: caller, dialled: '057186001001', number: 'queue', trunk: 'pstn' }),
  ],
  ['call.queued', 1, () => ({ queue: 'service', priority: 0, position: 1 })],
  [
    'call.leg-offered',
    2,
    (call) => ({ leg: leg(call), to: agent, queue: 'service', attempt: 1, candidates }),
  ],
  ['call.leg-ringing', 14, (call) => ({ leg: leg(call) })],
  ['call.answered', 3_549, (call) => ({ leg: leg(call), by: agent, queue: 'service', waitedMs: 3_549 })],
  ['recording.started', 3_551, (call) => ({ recording: call, channels: [caller, agent] })],
  ['call.leg-ended', 23_527, (call) => ({ leg: leg(call), who: agent, talkMs: 19_978, cause: 16 })],
  [
    'call.ended',
    23_533,
    (call) => ({
      outcome: 'answered',
      endedBy: 'callee',
      phase: 'talking',
      talkMs: 19_978,
      totalMs: 23_533,
      cause: 16,
      recorded: { kept: true, recording: call },
    }),
  ],
  [
    'recording.ended',
    23_945,
    (call) => ({
      recording: call,
      durationMs: 19_980,
      bytes: 639_404,
      sha256: '73770434bf2e340b5fb98f771e55340dae711cd536b2b722d494138ac8f9c482',
      salvaged: false,
    }),
  ],
];

/** The event of this number in the life of a box. */
export function eventOf(box: number, seq: number): LedgerEvent {
  const number = Math.floor((seq - 1) / SCENES.length);
  const [type, atMs, body] = SCENES[(seq - 1) % SCENES.length] ?? ['', 0, () => ({})];
  // Boxes are busy at the same time, and not in step.
  const at = BEGAN + number * CALL_MS + box * 37 + atMs;
  const call = `b${box}-${(BEGAN / 1_000 + number).toFixed(0)}.${number}`;
  return { seq, at: new Date(at).toISOString(), call, type, body: body(call) };
}

/** The frames of one box, for ever. */
export function* framesOf(box: number, batching: Batching): Generator<Frame, never> {
  let seq = 1;
  for (let turn = 0; ; turn += 1) {
    const size = sizeOf(batching, turn);
    const events = Array.from({ length: size }, (_, index) => eventOf(box, seq + index));
    const frame = cutFrame(EPOCH, seq + size - 1, events);
    if (!frame) throw new Error('a frame of no events');
    seq = frame.upto + 1;
    yield frame;
  }
}

function sizeOf(batching: Batching, turn: number): number {
  if (batching === 'single') return 1;
  return batching === 'full' ? FRAME_EVENTS : (LIVE_FRAMES[turn % LIVE_FRAMES.length] ?? 1);
}
