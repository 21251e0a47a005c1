/** `branchline replay`: decides once more who was offered what, from what the ACD was told, and compares with the ledger. */
import type { Branch } from '@branchline/contracts/branch/model';
import { againstLedger, type Agreement, type Difference } from '../acd/against-ledger.ts';
import type { AcdPlan } from '../acd/plan.ts';
import { NoPlan } from '../acd/replay.ts';
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
    const { inputs, offers } = look.decisions(begin, until);
    const first = firstState(inputs);
    if (first === undefined || first >= until)
      throw new BadArgument(
        `Of ${day} nothing is kept that a replay could begin with: what the ACD was told is kept for a week.`,
      );
    const from = Math.max(begin, first);
    const said = offers.filter(({ at }) => at >= from);
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
  const slots = new Map<string, { steps: number; offers: number }>();
  let result = steps.next();
  for (; result.done !== true; result = steps.next()) {
    const { at, offers } = result.value;
    const slot = momentIn(timezone, at).slice(0, length);
    const before = slots.get(slot) ?? { steps: 0, offers: 0 };
    slots.set(slot, { steps: before.steps + 1, offers: before.offers + offers });
  }
  const head = `Decided again from ${momentIn(timezone, from)} on (${timezone}).`;
  const lines = [...slots].map(
    ([slot, { steps, offers }]) => `${length === 13 ? `${slot}:00` : slot}  ${steps} steps, ${offers} offers`,
  );
  const sum = [...slots.values()].reduce((total, { offers }) => total + offers, 0);
  const difference = result.value;
  const end = difference
    ? differenceText(difference, timezone)
    : `${sum} offers, all as the ledger says: who, to whom, in which order and why.`;
  return { text: [head, ...lines, end].join('\n'), same: difference === undefined };
}

function differenceText({ at, decided, said, field }: Difference, timezone: string): string {
  const again = decided
    ? `${decided.interaction} of queue ${decided.queue} to ${decided.agent}, offer ${decided.attempt}`
    : 'no offer';
  const before = said
    ? `${said.call} of queue ${said.body.queue ?? ''} to ${said.body.to.id}, offer ${said.body.attempt} (event ${said.seq})`
    : 'no offer';
  const what = field === undefined ? '' : ` in ${field}`;
  return [
    `First difference${what}, at ${momentIn(timezone, at)}:`,
    `  the ledger says  ${before}`,
    `  decided again    ${again}`,
  ].join('\n');
}
