/** What a rollout would do, before it does anything: which box in which wave, what changes there, what hinders. */
import type { Fault } from '@branchline/contracts/branch/faults';
import type { RolloutPlan } from '@branchline/contracts/fleet/rollouts';
import type { RolloutPreview } from '@branchline/contracts/http/rollouts';
import type { BranchDocuments } from '../fleet/documents.ts';
import type { Moving } from './moving.ts';
import type { Releasing } from './releasing.ts';
import { wavesOf } from './waves.ts';
import { hoursByZone, type World } from './world.ts';

export interface PreviewParts {
  readonly world: World;
  readonly documents: BranchDocuments;
  readonly moving: Moving;
  readonly releasing: Releasing;
  readonly known: (box: string) => Promise<boolean>;
  /** The unfinished rollout that has this box. */
  readonly takenBy: (box: string) => number | undefined;
}

export type PreviewBox = RolloutPreview['boxes'][number];

export interface Preview {
  readonly problems: RolloutPreview['problems'];
  readonly boxes: readonly (PreviewBox & { readonly quiet: string | null })[];
}

/** Named as pilots, and not of the rollout: whoever named them believes that they go first. */
const strayPilots = ({ waves, boxes }: RolloutPlan): Preview['problems'] =>
  waves.flatMap((wave, index) =>
    wave.take !== 'boxes'
      ? []
      : wave.boxes
          .filter((box) => !boxes.includes(box))
          .map((box) => ({
            field: `waves.${index}.boxes`,
            message: `'${box}' is none of the rollout's boxes: name it among them, which takes a document at headquarters, or take it out of the wave`,
          })),
  );

/** Checking a document takes milliseconds: between boxes others get their turn. */
const yieldNow = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export async function previewOf(
  plan: RolloutPlan,
  parts: PreviewParts,
  seed: string,
  now: number,
): Promise<Preview> {
  const { world } = parts;
  const names = [...new Set(plan.boxes)];
  const strangers: string[] = [];
  for (const name of names) if (!(await parts.known(name))) strangers.push(name);
  const problems = strangers.map((name) => ({
    field: 'boxes',
    message: `there is no box '${name}'; GET /api/boxes lists them`,
  }));
  const known = names.filter((name) => !strangers.includes(name));
  const candidates = known.map((box) => world.candidate(box));
  const waves = wavesOf(plan.waves, candidates, seed);
  const left = known.filter((box) => !waves.has(box));
  if (left.length > 0)
    problems.push({
      field: 'waves',
      message: `${left.length} boxes are in no wave (${left.slice(0, 3).join(', ')}); let the last wave take 'rest'`,
    });
  problems.push(...strayPilots(plan));
  const zones = hoursByZone();
  const boxes = [];
  for (const { box, online } of candidates) {
    const quiet = plan.hours.by === 'computed' ? await world.quietHours(box, now, zones) : null;
    const quietHours = quiet === null ? null : quiet.replaceAll('0', '').length;
    boxes.push({
      box,
      wave: waves.get(box) ?? null,
      online,
      quiet,
      quietHours,
      ...(await fitness(box, plan, parts)),
    });
    await yieldNow();
  }
  return { problems, boxes };
}

type Fitness = Pick<PreviewBox, 'touched' | 'changes' | 'faults' | 'hinders'>;
const LEFT_OUT: Fitness = { touched: false, changes: 0, faults: [], hinders: null };

async function fitness(
  box: string,
  plan: RolloutPlan,
  { documents, moving, releasing, takenBy }: PreviewParts,
): Promise<Fitness> {
  const { change } = plan;
  if (change.kind === 'release') {
    if (takenBy(box) !== undefined) return { ...LEFT_OUT, hinders: 'in-another-rollout' };
    if (releasing.running(box) === change.version) return LEFT_OUT;
    const hinders = releasing.hinders(box, change);
    return hinders ? { ...LEFT_OUT, hinders } : { ...LEFT_OUT, touched: true, changes: 1 };
  }
  const newest = await documents.newest(box);
  if (!newest) return { ...LEFT_OUT, hinders: 'no-version' };
  if (takenBy(box) !== undefined) return { ...LEFT_OUT, hinders: 'in-another-rollout' };
  const moved = await moving.forward(newest, change);
  if (!moved.ok) return unfit([moved.fault]);
  if (moved.same) return LEFT_OUT;
  const { ok, faults, difference } = await documents.check(box, moved.source);
  if (!ok) return unfit(await moving.named(moved.composition, faults));
  return { touched: true, changes: difference.length, faults: wire(faults), hinders: null };
}

const unfit = (faults: readonly Fault[]): Fitness => ({
  ...LEFT_OUT,
  faults: wire(faults),
  hinders: 'faults',
});

const wire = (faults: readonly Fault[]): PreviewBox['faults'] => faults.map((fault) => ({ ...fault }));

export const isOk = ({ problems, boxes }: Preview): boolean =>
  problems.length === 0 &&
  boxes.every(({ hinders }) => hinders === null) &&
  boxes.some(({ touched }) => touched);
