/** Taking back: every box that was touched is asked to go by what it had, until it does. Pure. */
import type { BoxState, BoxView, Effect, RolloutState, Step } from './state.ts';

/** A box that went back from going back is asked again, after so long and so many times at most. */
const AGAIN_MS = 60_000;
export const MOST_TRIES = 5;

export const isTouched = ({ step }: BoxState): boolean =>
  step === 'asked' || step === 'watching' || step === 'good';

/** Whether an order to take it back that was given a while ago still holds. */
export const mayGoBack = (box: BoxState, now: number): boolean =>
  isTouched(box) ||
  (box.step === 'going-back' && box.tries < MOST_TRIES && now - (box.since ?? now) >= AGAIN_MS);

/** From now on nothing is begun; what was is undone. */
export function goBack(state: RolloutState): Step {
  const touched = [...state.boxes].filter(([, box]) => isTouched(box));
  if (touched.length === 0)
    return {
      state: { ...state, status: 'gone-back' },
      effects: [{ do: 'note', box: null, what: 'nothing was changed anywhere' }],
    };
  return {
    state: { ...state, status: 'going-back' },
    effects: touched.map(([box]): Effect => ({ do: 'put', box, way: 'back' })),
  };
}

export function lookedBack(state: RolloutState, views: ReadonlyMap<string, BoxView>, now: number): Step {
  const boxes = new Map(state.boxes);
  const effects: Effect[] = [];
  for (const [name, box] of state.boxes) {
    if (isTouched(box)) effects.push({ do: 'put', box: name, way: 'back' });
    if (box.step !== 'going-back') continue;
    const view = views.get(name);
    if (isBack(box, view)) {
      boxes.set(name, { ...box, step: 'back', since: now });
      effects.push({ do: 'note', box: name, what: 'back at what it had' });
    } else if (mayBeAskedAgain(box, view, now)) effects.push({ do: 'put', box: name, way: 'back' });
  }
  const isOver = [...boxes.values()].every((box) => !isTouched(box) && box.step !== 'going-back');
  if (isOver) effects.push({ do: 'note', box: null, what: 'gone back everywhere' });
  return { state: { ...state, boxes, status: isOver ? 'gone-back' : 'going-back' }, effects };
}

/** A newer version than that of going back is a person's, who has decided since. */
function isBack({ version, carried }: BoxState, view: BoxView | undefined): boolean {
  if (view?.seen?.state !== 'confirmed' || version === null) return false;
  return view.seen.version >= version && view.seen.version > (carried ?? 0);
}

function mayBeAskedAgain(
  { version, since, tries }: BoxState,
  view: BoxView | undefined,
  now: number,
): boolean {
  const { state, version: seen } = view?.seen ?? { state: 'none', version: 0 };
  const said = seen === version && (state === 'reverted' || state === 'refused');
  return said && tries < MOST_TRIES && now - (since ?? now) >= AGAIN_MS;
}
