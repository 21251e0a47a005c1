/** G6-G8: what a call costs while people talk, recorded and not, and whether every packet arrives. */
import type { Arm, Bench } from './rig/context.ts';
import { AriRecorder } from './rig/ari-recorder.ts';
import { NUMBERS } from './rig/document.ts';
import { startPair, type Pair } from './rig/pair.ts';
import { PEER_NUMBERS } from './rig/peer.ts';
import { Phase, type Watch } from './rig/phase.ts';
import type { Found } from './rig/report.ts';
import { MEASURE_MS, talk, type Talk, type TalkOrder } from './rig/talk.ts';

const CALLS = 20;
const MANY_CALLS = 60;
/** Each call's two ends hear a packet every 20 ms. */
const PACKETS_EACH = (2 * MEASURE_MS) / 20;

/** `bridged` is the second peer: a bridge that ARI records, which forces a softmix. */
type RecordedArm = Arm | 'bridged';

interface Phases {
  readonly plain: Phase<Arm, Talk>;
  readonly recorded: Phase<RecordedArm, Talk>;
  readonly many: Phase<'ours', Talk>;
}

export async function media(bench: Bench): Promise<Found> {
  const pair = await startPair(bench, MANY_CALLS);
  const phases: Phases = {
    plain: new Phase('plain', ['ours', 'peer']),
    recorded: new Phase('recorded', ['ours', 'peer', 'bridged']),
    many: new Phase(`${MANY_CALLS} recorded`, ['ours']),
  };
  try {
    const recorder = await AriRecorder.open(pair.peer.dir);
    try {
      for (let round = 0; round < bench.rounds; round += 1) {
        bench.say(`media, round ${round + 1} of ${bench.rounds}`);
        await phases.plain.round(round, (arm, watch) => carry(pair, arm, 'plain', CALLS, watch));
        await phases.recorded.round(round, (arm, watch) => carry(pair, arm, 'recorded', CALLS, watch));
        await phases.many.round(round, (arm, watch) => carry(pair, arm, 'recorded', MANY_CALLS, watch));
        recorder.check();
      }
    } catch (error) {
      // What the recorder met says more than the missing bridge that followed from it.
      recorder.check();
      throw error;
    } finally {
      recorder.close();
    }
  } finally {
    await pair.stop();
  }
  return found(phases);
}

/** Of all rounds of ours. */
const total = (phase: Phase<RecordedArm, Talk> | Phase<Arm, Talk> | Phase<'ours', Talk>): number =>
  phase.all('ours').reduce((sum, { lateBridges }) => sum + lateBridges, 0);

type Kind = 'plain' | 'recorded';

function carry(pair: Pair, arm: RecordedArm, kind: Kind, calls: number, watch: Watch): Promise<Talk> {
  const side: Arm = arm === 'ours' ? 'ours' : 'peer';
  const order: TalkOrder = {
    load: pair.loads[side],
    numbers: Array.from({ length: calls }, (_, index) => numberOf(arm, kind, index)),
    pids: pair.pids(side),
    programs: pair.branch.programs,
    instance: side === 'ours' ? pair.branch.engineDir : pair.peer.dir,
    technology: technologyOf(arm, kind),
  };
  return talk(order, watch);
}

/** Ours are calls to a queue, which is the dearest way to an agent. */
function numberOf(arm: RecordedArm, kind: Kind, index: number): string {
  if (arm === 'ours') return kind === 'plain' ? NUMBERS.queue : NUMBERS.recorded;
  if (arm === 'bridged') return PEER_NUMBERS.bridged(index);
  return kind === 'plain' ? PEER_NUMBERS.dial(index) : PEER_NUMBERS.recorded(index);
}

function technologyOf(arm: RecordedArm, kind: Kind): TalkOrder['technology'] {
  if (arm === 'bridged') return 'softmix';
  return kind === 'plain' ? 'native_rtp' : 'simple_bridge';
}

function found({ plain, recorded, many }: Phases): Found {
  const cost = ({ millicores }: Talk): number => millicores;
  const ofMany = many.of('ours');
  const common = { unit: 'millicores' };
  return {
    name: 'media',
    rows: [
      {
        ...common,
        goal: 'G6',
        what: 'CPU of a call in talk, not recorded',
        ...plain.compare(cost, 'ours', 'peer'),
        wanted: { atMost: 1.05 },
      },
      {
        ...common,
        goal: 'G7',
        what: 'CPU of a call in talk, recorded',
        ...recorded.compare(cost, 'ours', 'peer'),
        wanted: { atMost: 1.05 },
      },
      {
        ...common,
        goal: 'G7',
        what: 'the same beside a bridge that ARI records',
        ...recorded.compare(cost, 'ours', 'bridged'),
        wanted: { atMost: 0.65 },
      },
      {
        goal: 'G8',
        what: `packets lost, ${MANY_CALLS} recorded calls`,
        unit: `of ${MANY_CALLS * PACKETS_EACH}`,
        ...many.compare(({ lost }) => lost, 'ours'),
        wanted: { atMost: 0 },
      },
      {
        ...common,
        goal: 'G8',
        what: `CPU of each of ${MANY_CALLS} recorded calls`,
        ...many.compare(cost, 'ours'),
      },
    ],
    notes: [
      `${CALLS} calls at once, G.711 both ways, ${MEASURE_MS / 1_000} s; engine and service counted. Peers: Dial; MixMonitor(wav,b) with Dial; a bridge that ARI records, whose application is not counted`,
      'while they talked every bridge was of its kind: native_rtp, recorded simple_bridge, softmix where ARI records; another one fails the bench',
      `bridges of ours that were of another kind 1.5 s after the last answer: ${total(plain)} (plain), ${total(recorded)} (recorded), ${total(many)} (${MANY_CALLS} recorded)`,
      `a starved call is a cheap one; of the packets due there came, at least: ${fewest([plain.of('ours'), plain.of('peer')])} (plain), ${fewest([recorded.of('ours'), recorded.of('peer'), recorded.of('bridged')])} (recorded), ${fewest([ofMany])} (${MANY_CALLS} recorded)`,
      `${MANY_CALLS} recorded calls: longest gap of each round ${each(ofMany, ({ longestGapMs }) => longestGapMs)} ms, while the load itself was late by ${each(ofMany, ({ loadLateMs }) => loadLateMs)} ms`,
      `the generator's core was busy at most ${plain.loadAtMost} (plain), ${recorded.loadAtMost} (recorded), ${many.loadAtMost} (${MANY_CALLS} recorded)`,
      `the host gave away of the measured core, median: ${[plain, recorded, many].map((phase) => phase.hostTook).join(', ')}`,
    ],
  };
}

const each = (talks: readonly Talk[], of: (talk: Talk) => number): string =>
  talks.map((one) => of(one).toFixed(0)).join(', ') || '-';

function fewest(arms: readonly (readonly Talk[])[]): string {
  const shares = arms.flat().map(({ received, calls }) => received / (calls * PACKETS_EACH));
  return shares.length > 0 ? `${(100 * Math.min(...shares)).toFixed(1)} %` : '-';
}
