/** Seconds from a fault of a line to the way round it, beside Asterisk with a sequential dial plan. Ten runs a round. */
import type { Bench } from './rig/context.ts';
import { inTurn } from './rig/context.ts';
import { brief } from './rig/numbers.ts';
import type { Found, Row } from './rig/report.ts';
import { startArms, type Arms } from './trunks/arms.ts';
import { allAtOnce, roundAbout, type RoundAbout } from './trunks/fall-back.ts';
import {
  callsAtPulled,
  ourOutages,
  plainContacts,
  plainOutages,
  plainReady,
  type Outage,
  type PlainOutage,
} from './trunks/outage.ts';
import { benchLines, type BenchLine, type Kind, type Use } from './trunks/plan.ts';

const RUNS_A_ROUND = 10;
const PASSES = 2;
/** Of the plain engine's: of one kind, as it knows no kinds. */
const PLAIN_PULLED = 2;
const KINDS: readonly Kind[] = ['e1', 'fxo'];

interface Figures {
  readonly refusing: Record<'ours' | 'peer', Record<Kind, RoundAbout[]>>;
  readonly silent: { readonly ours: Record<Kind, RoundAbout[]>; readonly peer: number[] };
  /** Of each pass: after the first fall, and after the second. */
  readonly outages: Outage[][];
  readonly plain: PlainOutage[];
  readonly pulled: Record<'ours' | 'peer', number[]>;
  /** Of so many looks at pulled E1s, how often the plain engine had them for available. */
  readonly believed: { looks: number; available: number };
}

export async function trunks(bench: Bench): Promise<Found> {
  const runs = RUNS_A_ROUND * bench.rounds;
  const lines = benchLines(runs / PASSES);
  const plainPulled = of(lines, 'trap').slice(0, PLAIN_PULLED);
  const arms = await startArms(
    bench,
    lines,
    (line) => line.use !== 'poll' && (line.use !== 'trap' || plainPulled.includes(line)),
  );
  const figures: Figures = {
    refusing: { ours: { e1: [], fxo: [] }, peer: { e1: [], fxo: [] } },
    silent: { ours: { e1: [], fxo: [] }, peer: [] },
    outages: [],
    plain: [],
    pulled: { ours: [], peer: [] },
    believed: { looks: 0, available: 0 },
  };
  try {
    bench.say(`trunks, ${lines.length} lines up; ${runs} calls at refusing ones`);
    await refusing(arms, lines, runs, figures);
    bench.say('trunks, calls at silent ones');
    await silent(arms, lines, runs, figures);
    await plainReady(arms.plainDir, [...of(lines, 'dead'), ...plainPulled]);
    for (let pass = 1; pass <= PASSES; pass += 1) {
      bench.say(`trunks, outages, pass ${pass} of ${PASSES}`);
      await outages(arms, lines, plainPulled, figures);
    }
  } finally {
    await arms.stop();
  }
  return found(figures, runs);
}

const of = (lines: readonly BenchLine[], use: Use): BenchLine[] => lines.filter((line) => line.use === use);

async function refusing(
  { arms }: Arms,
  lines: readonly BenchLine[],
  runs: number,
  into: Figures,
): Promise<void> {
  for (let run = 0; run < runs; run += 1)
    for (const arm of inTurn(['ours', 'peer'] as const, run))
      for (const line of of(lines, 'refuse'))
        into.refusing[arm][line.kind].push(await roundAbout(arms[arm], line, 'refuse'));
}

/** Both kinds side by side, and the plain engine's beside them: every one of them waits, and does nothing. */
async function silent(
  { arms }: Arms,
  lines: readonly BenchLine[],
  runs: number,
  into: Figures,
): Promise<void> {
  const mute = of(lines, 'mute');
  const ours = mute.map(async (line) => {
    for (let run = 0; run < runs; run += 1)
      into.silent.ours[line.kind].push(await roundAbout(arms.ours, line, 'options-only'));
  });
  const [first] = mute;
  const peer = first ? allAtOnce(arms.peer, first, 'options-only', runs) : Promise.resolve([]);
  await Promise.all(ours);
  into.silent.peer.push(...(await peer));
}

async function outages(
  all: Arms,
  lines: readonly BenchLine[],
  plainPulled: readonly BenchLine[],
  into: Figures,
): Promise<void> {
  const { arms, plainDir } = all;
  const pulled = of(lines, 'trap');
  const whileDown = async (): Promise<void> => {
    into.pulled.ours.push(...(await callsAtPulled(arms.ours, pulled)));
  };
  const ours = ourOutages(all, lines, whileDown);
  for (const { name } of plainPulled) arms.peer.gateways.get(name).fault('los', true);
  const plain = plainOutages(all, of(lines, 'dead'));
  const repeated = pulled
    .map((_, index) => plainPulled[index % plainPulled.length])
    .filter((line) => line !== undefined);
  into.pulled.peer.push(...(await callsAtPulled(arms.peer, repeated)));
  into.plain.push(...(await plain));
  const contacts = await plainContacts(plainDir);
  into.believed.looks += plainPulled.length;
  into.believed.available += plainPulled.filter(({ name }) => contacts.get(name) === 'Avail').length;
  for (const { name } of plainPulled) arms.peer.gateways.get(name).fault('los', false);
  into.outages.push(await ours);
}

function found(figures: Figures, runs: number): Found {
  const { refusing: refused, silent: mute, outages: passes, plain, pulled, believed } = figures;
  const all = passes.flat();
  const downS = (use: Use, kind: Kind): number[] =>
    all.filter(({ line }) => line.use === use && line.kind === kind).map((outage) => outage.downS);
  const upS = (pass: number): number[] => (passes[pass] ?? []).map((outage) => outage.upS);
  const changes = all.map((outage) => outage.changes);
  const goal = '-';
  const rows: Row[] = [
    ...KINDS.flatMap((kind): Row[] => {
      const [ours, peer] = [refused.ours[kind], refused.peer[kind]];
      const what = `${NAMES[kind]} refuses`;
      return [
        {
          goal,
          what: `${what}: added to the call`,
          unit: 'ms',
          ours: ours.map(added),
          wanted: { atMost: 200 },
        },
        {
          goal,
          what: `${what}: INVITE to INVITE at the next`,
          unit: 'ms',
          ours: ours.map(took),
          peer: peer.map(took),
        },
      ];
    }),
    ...KINDS.map((kind): Row => {
      const ours = mute.ours[kind].map((each) => seconds(added(each)));
      return {
        goal,
        what: `${NAMES[kind]} is silent: added to the call`,
        unit: 's',
        ours,
        wanted: { atMost: 2.5 },
      };
    }),
    beside(
      'gateway is silent: INVITE to INVITE at the next',
      mute.ours.e1.map((each) => seconds(took(each))),
      mute.peer.map(seconds),
    ),
    { goal, what: 'E1 pulled, trap: to down', unit: 's', ours: downS('trap', 'e1'), wanted: { atMost: 2 } },
    {
      goal,
      what: 'E1 pulled, asked only: to down',
      unit: 's',
      ours: downS('poll', 'e1'),
      wanted: { atMost: 5 },
    },
    {
      goal,
      what: 'E1 pulled: added to each call, beside plain',
      unit: 'ms',
      ours: pulled.ours,
      peer: pulled.peer,
    },
    ...KINDS.map((kind): Row => {
      const what = `${NAMES[kind]} dead: to down`;
      return { goal, what, unit: 's', ours: downS('dead', kind), wanted: { atMost: 4 } };
    }),
    beside(
      'gateway dead: to down',
      [...downS('dead', 'e1'), ...downS('dead', 'fxo')],
      plain.map((outage) => outage.downS),
    ),
    { goal, what: 'fault over: to all its channels, first time', unit: 's', ours: upS(0) },
    { goal, what: 'fault over: to all its channels, second time', unit: 's', ours: upS(1) },
    beside(
      'gateway back: to all its channels, first time',
      plainlyBack(passes[0] ?? []),
      plain.map((outage) => outage.upS),
    ),
    { goal, what: 'changes of state on the way back', unit: '', ours: changes, wanted: { atMost: 2 } },
  ];
  return { name: 'trunks', rows, notes: notesOf(rows, runs, believed) };
}

const NAMES: Readonly<Record<Kind, string>> = { e1: 'E1 gateway', fxo: 'FXO gateway' };
const added = ({ addedMs }: RoundAbout): number => addedMs;
const took = ({ tookMs }: RoundAbout): number => tookMs;
const seconds = (ms: number): number => ms / 1_000;
const plainlyBack = (outages: readonly Outage[]): number[] =>
  outages.filter(({ line }) => line.use === 'dead').map((outage) => outage.upS);

/** Run by run, for as many as both have. */
function beside(what: string, ours: readonly number[], peer: readonly number[]): Row {
  const runs = Math.min(ours.length, peer.length);
  return { goal: '-', what, unit: 's', ours: ours.slice(0, runs), peer: peer.slice(0, runs) };
}

function notesOf(rows: readonly Row[], runs: number, believed: Figures['believed']): string[] {
  const worst = rows
    .filter(({ wanted }) => wanted !== undefined)
    .map(({ what, ours, unit }) => `${what} ${brief(Math.max(...ours))} ${unit}`.trim());
  return [
    `${runs} runs of each fault; in brackets the best and the worst. Worst: ${worst.join('; ')}`,
    'peer: the same engine with an endpoint a gateway, qualify_frequency=60, qualify_timeout=3, T1 as it comes, and Dial by one line and then, where DIALSTATUS is CHANUNAVAIL or CONGESTION, by the next',
    'added: from the telephone’s INVITE to the INVITE at the line that works, less the same with both lines well; silent: OPTIONS is answered as ever, INVITE is not',
    `E1 pulled, the plain engine: its gateway answers OPTIONS, so that ${believed.available} of ${believed.looks} were held to be available for as long as it lasted, and each call asks the dead line first`,
    'to down and back: as the ledger has it (trunk.changed); the plain engine’s contacts are read every 200 ms. All gateways of a pass fail 230 ms apart, ours and the plain engine’s at the same time',
    'the way back is slow on purpose: 5 s, then a quarter of the channels, half, all; twice as long after the second fall',
  ];
}
