/** A rollout that goes on: boxes that were asked are watched and judged, a wave passes, the next boxes are asked. Pure. */
import type { Finding } from '@branchline/contracts/fleet/rollouts';
import { goBack } from './going-back.ts';
import { findingsOf } from './judge.ts';
import type { BoxState, BoxView, Effect, RolloutState, Rules, Step } from './state.ts';

type Views = ReadonlyMap<string, BoxView>;

export function looked(rules: Rules, before: RolloutState, views: Views, now: number): Step {
  const boxes = new Map(before.boxes);
  const effects: Effect[] = [];
  for (const [name, box] of before.boxes) {
    const next = moved(rules, box, views.get(name), now);
    if (next === box) continue;
    boxes.set(name, next);
    if (next.step !== box.step) effects.push({ do: 'note', box: name, what: WORDS[next.step] ?? next.step });
    if (next.failed) return goneWrong({ ...before, boxes }, name, next, effects, now);
  }
  const state = passed(rules, { ...before, boxes }, views, effects);
  if (state.status !== 'running') return { state, effects };
  if ([...boxes.values()].every(isOver)) {
    effects.push({ do: 'note', box: null, what: 'done' });
    return { state: { ...state, status: 'done' }, effects };
  }
  return { state, effects: [...effects, ...nextBoxes(rules, state, views)] };
}

const WORDS: Partial<Record<BoxState['step'], string>> = {
  watching: 'took the change; it is watched',
  good: 'proved itself',
};

const isOver = ({ step }: BoxState): boolean => step === 'good' || step === 'skipped';
const isInFlight = ({ step }: BoxState): boolean => step === 'asked' || step === 'watching';

function goneWrong(
  state: RolloutState,
  box: string,
  { findings }: BoxState,
  effects: readonly Effect[],
  now: number,
): Step {
  const bad = findings.find(({ ok }) => !ok);
  const gate = bad?.gate ?? 'confirm';
  const back = goBack({ ...state, stop: { by: 'gate', box, gate, at: now } });
  const what = `stopped: gate '${gate}' failed${bad && bad.what.length > 0 ? ` (${bad.what.join(', ')})` : ''}`;
  return { state: back.state, effects: [...effects, { do: 'note', box, what }, ...back.effects] };
}

function moved(rules: Rules, box: BoxState, view: BoxView | undefined, now: number): BoxState {
  if (!view) return box;
  if (box.step === 'asked') return answered(box, view, now);
  if (box.step === 'watching') return watched(rules, box, view, now);
  return box;
}

/** What the box said of the version it was asked to take. */
function answered(box: BoxState, { seen, healthAt }: BoxView, now: number): BoxState {
  if (!seen || box.version === null || seen.version < box.version) return box;
  const isOurs = seen.version === box.version;
  if (seen.state === 'confirmed' && !(isOurs && seen.conflict))
    return { ...box, step: 'watching', since: now, staleHealth: healthAt };
  // A person sent another version meanwhile: what becomes of that one is not the change's doing.
  if (!isOurs) return box;
  const what =
    seen.state === 'refused' || seen.state === 'reverted'
      ? (seen.because ?? seen.state)
      : seen.state === 'confirmed'
        ? 'conflict'
        : undefined;
  if (what === undefined) return box;
  const finding: Finding = { gate: 'confirm', ok: false, before: null, now: null, limit: null, what: [what] };
  return { ...box, failed: true, findings: [finding] };
}

/** Nothing is said of a box that is away, nor by a report from before it took the change. */
function watched({ gates }: Rules, box: BoxState, { online, figures }: BoxView, now: number): BoxState {
  if (!online || !figures || !box.before || figures.healthAt === box.staleHealth)
    return box.badSince === null ? box : { ...box, badSince: null };
  const findings = findingsOf(box.before, figures, gates);
  const isBad = findings.some(({ ok }) => !ok);
  const badSince = isBad ? (box.badSince ?? now) : null;
  const next =
    sameFindings(box.findings, findings) && badSince === box.badSince ? box : { ...box, findings, badSince };
  if (badSince !== null && now - badSince >= gates.patienceS * 1_000) return { ...next, failed: true };
  if (!isBad && now - (box.since ?? now) >= gates.soakS * 1_000) return { ...next, step: 'good', since: now };
  return next;
}

/** What has not changed is not written again. */
const sameFindings = (one: readonly Finding[], other: readonly Finding[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** The next wave opens once enough boxes of this one are good, and none that is there is still tried or watched. */
function passed(
  { enoughPercent }: Rules,
  state: RolloutState,
  views: Views,
  effects: Effect[],
): RolloutState {
  let { wave } = state;
  while (state.status === 'running' && wave < enoughPercent.length) {
    const boxes = [...state.boxes].filter(([, box]) => box.wave === wave && box.step !== 'skipped');
    const good = boxes.filter(([, { step }]) => step === 'good').length;
    const busy = boxes.some(([name, box]) => isInFlight(box) && views.get(name)?.online === true);
    if (busy || good < Math.ceil((boxes.length * (enoughPercent[wave] ?? 100)) / 100)) break;
    wave += 1;
    effects.push({ do: 'note', box: null, what: `wave ${wave} of ${enoughPercent.length} has passed` });
  }
  return wave === state.wave ? state : { ...state, wave };
}

function nextBoxes({ atOnce }: Rules, state: RolloutState, views: Views): Effect[] {
  const busy = [...state.boxes].filter(([name, box]) => isInFlight(box) && views.get(name)?.online === true);
  const may = ([name, box]: readonly [string, BoxState]): boolean => {
    const view = views.get(name);
    const isThere = view !== undefined && view.online && view.quiet && view.healthAt !== null;
    return box.step === 'waiting' && box.wave <= state.wave && isThere;
  };
  return [...state.boxes]
    .filter(may)
    .sort(([, one], [, other]) => one.wave - other.wave)
    .slice(0, Math.max(0, atOnce - busy.length))
    .map(([box]): Effect => ({ do: 'put', box, way: 'forward' }));
}
