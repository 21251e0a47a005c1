/** `branchline replay`: decides a day once more from what the ACD was told, and compares with what the ledger says was decided. */
import type { Branch } from '@branchline/contracts/branch/model';
import { againstLedger, type Agreement, type Difference } from '../acd/against-ledger.ts';
import type { AcdPlan } from '../acd/plan.ts';
import { NoPlan } from '../acd/replay.ts';
import { saidSince } from '../acd/said.ts';
import { acdPlan } from '../calls/switchboard.ts';
import type { Checked } from '../branch/document.ts';
import type { Look } from '../store/look.ts';
import { BadArgument } from './bad-argument.ts';
import { branchOf, parsed, type BoxDocuments } from './box.ts';
import { midnight, momentIn } from './times.ts';

export const REPLAY_USAGE = `branchline replay [options]

  --day YYYY-MM-DD  the day, by the branch's clock; today when left out
  --minutes         a line for each minute instead of for each hour
  --data DIR        the data directory of the box; its setting BRANCHLINE_BOX_DATA_DIR when left out`;

const OPTIONS = {
  day: { type: 'string' },
  minutes: { type: 'boolean' },
  data: { type: 'string' },
} as const;

const DAY_MS = 86_400_000;

export interface ReplayDeps extends BoxDocuments {
  readonly dataDir: () => string;
  readonly now: () => number;
  /** Documents that were in force before, as far as they are kept. */
  readonly older: (dataDir: string) => readonly Checked[];
  readonly look: (dataDir: string) => Pick<Look, 'decisions' | 'close'>;
}

export interface Replayed {
  readonly text: string;
  readonly same: boolean;
}

/** @throws BadArgument, in words, also when what is needed is not kept */
export function replayDay(args: readonly string[], deps: ReplayDeps): Replayed {
  const { values, positionals } = parsed(args, OPTIONS, REPLAY_USAGE);
  if (positionals.length > 0) throw new BadArgument(REPLAY_USAGE);
  const dataDir = values.data ?? deps.dataDir();
  const branch = branchOf(dataDir, deps);
  const { timezone } = branch.site;
  const day = values.day ?? momentIn(timezone, deps.now()).slice(0, 10);
  const begin = midnight(timezone, day);
  if (begin === undefined) throw new BadArgument(`--day is '${day}'. Give a day such as 2026-01-05.`);
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  const until = midnight(timezone, next) ?? begin + DAY_MS;
  const look = deps.look(dataDir);
  try {
    const { inputs, said: decided } = look.decisions(begin, until);
    const first = firstState(inputs);
    if (first === undefined || first >= until)
      throw new BadArgument(
        `Of ${day} nothing is kept that a replay could begin with: what the ACD was told is kept for a week.`,
      );
    const from = Math.max(begin, first);
    const said = saidSince(decided, from);
    const steps = againstLedger(inputs, plansOf(branch, deps.older(dataDir)), said, { from, until });
    return told(steps, { timezone, from, length: values.minutes === true ? 16 : 13 });
  } catch (error) {
    if (!(error instanceof NoPlan)) throw error;
    throw new BadArgument(
      `The document that was in force at ${momentIn(timezone, error.at)} is not kept, and nothing can be decided again without it.`,
      { cause: error },
    );
  } finally {
    look.close();
  }
}

/** When the first step is that says from where. */
const firstState = (inputs: readonly { at: number; from?: unknown }[]): number | undefined =>
  inputs.find(({ from }) => from !== undefined)?.at;

function plansOf(branch: Branch, older: readonly Checked[]): (id: string) => AcdPlan | undefined {
  const branches = [branch, ...older.flatMap((checked) => (checked.ok ? [checked.document.branch] : []))];
  const plans = new Map(branches.map(acdPlan).map((plan) => [plan.id, plan]));
  return (id) => plans.get(id);
}

interface Telling {
  readonly timezone: string;
  readonly from: number;
  /** So many signs of a moment make a line of their own. */
  readonly length: number;
}

function told(
  steps: Generator<Agreement, Difference | undefined>,
  { timezone, from, length }: Telling,
): Replayed {
  const slots = new Map<string, Tally>();
  let result = steps.next();
  for (; result.done !== true; result = steps.next()) {
    const slot = momentIn(timezone, result.value.at).slice(0, length);
    slots.set(slot, added(slots.get(slot) ?? NOTHING, result.value));
  }
  const head = `Decided again from ${momentIn(timezone, from)} on (${timezone}).`;
  const lines = [...slots].map(
    ([slot, tally]) => `${length === 13 ? `${slot}:00` : slot}  ${tally.steps} steps, ${tallyText(tally)}`,
  );
  const sum = [...slots.values()].reduce((total, each) => added(total, each, each.steps), NOTHING);
  const difference = result.value;
  const end = difference
    ? differenceText(difference, timezone)
    : `${tallyText(sum)}: all as the ledger says, who, to whom, in which order and why.`;
  return { text: [head, ...lines, end].join('\n'), same: difference === undefined };
}

type Counted = Omit<Agreement, 'at'>;
type Tally = Counted & { readonly steps: number };

const NOTHING: Tally = { steps: 0, offers: 0, callbacks: 0, overflows: 0, outs: 0 };

const added = (total: Tally, more: Counted, steps = 1): Tally => ({
  steps: total.steps + steps,
  offers: total.offers + more.offers,
  callbacks: total.callbacks + more.callbacks,
  overflows: total.overflows + more.overflows,
  outs: total.outs + more.outs,
});

const tallyText = ({ offers, callbacks, overflows, outs }: Counted): string =>
  [
    `${offers} offers${callbacks === 0 ? '' : ` (${callbacks} of callbacks)`}`,
    ...(overflows === 0 ? [] : [`${overflows} sent on`]),
    ...(outs === 0 ? [] : [`${outs} agent${outs === 1 ? '' : 's'} taken out`]),
  ].join(', ');

const NONE: Readonly<Record<Difference['kind'], string>> = {
  offers: 'no offer',
  overflows: 'nobody was sent on',
  outs: 'no agent was taken out',
};

function differenceText({ at, kind, decided, said, field }: Difference, timezone: string): string {
  const what = field === undefined ? '' : ` in ${field}`;
  return [
    `First difference${what}, at ${momentIn(timezone, at)}:`,
    `  the ledger says  ${said ?? NONE[kind]}`,
    `  decided again    ${decided ?? NONE[kind]}`,
  ].join('\n');
}
