/**
 * What a rollout does next: `(state, event, now) -> (state, effects)`. Pure.
 *
 * A box is touched only while it is there, in a quiet hour of its branch, and when every wave before its own has passed. It is watched, and
 * held against what it was. One gate that fails, and every box that was touched gets back what it had, at any hour. A box that is away is
 * waited for and never counts as failed. `now` is ms since 1970: a watch goes on over a restart.
 */
import { looked } from './going.ts';
import { goBack, lookedBack, MOST_TRIES } from './going-back.ts';
import type { BoxState, Effect, Event, Order, Put, RolloutState, Rules, Step } from './state.ts';

export function step(rules: Rules, state: RolloutState, event: Event, now: number): Step {
  switch (event.is) {
    case 'look':
      if (state.status === 'going-back') return lookedBack(state, event.views, now);
      if (state.status !== 'running' && state.status !== 'paused') return { state, effects: [] };
      return looked(rules, state, event.views, now);
    case 'put':
      return { state: put(state, event.boxes, now), effects: [] };
    case 'unfit':
      return unfit(state, event, now);
    case 'order':
      return ordered(state, event, now);
  }
}

function put(state: RolloutState, puts: readonly Put[], now: number): RolloutState {
  const boxes = new Map(state.boxes);
  for (const each of puts) {
    const box = state.boxes.get(each.box);
    if (box) boxes.set(each.box, written(box, each, now));
  }
  return { ...state, boxes };
}

const written = (box: BoxState, { way, version, from, had, figures }: Put, now: number): BoxState =>
  way === 'forward'
    ? {
        ...{ ...box, step: 'asked', version, carried: version, from, since: now, before: figures },
        ...(had !== undefined && { had }),
      }
    : { ...box, step: 'going-back', version, since: now, tries: box.tries + 1 };

function unfit(
  state: RolloutState,
  { box: name, way, has, note }: Event & { is: 'unfit' },
  now: number,
): Step {
  const box = state.boxes.get(name);
  if (!box) return { state, effects: [] };
  const said = (what: string): Effect[] => [{ do: 'note', box: name, what }];
  if (way === 'forward')
    return {
      state: withBox(state, name, { ...box, step: 'skipped', note }),
      effects: said(`left out: ${note}`),
    };
  if (has)
    return { state: withBox(state, name, { ...box, step: 'back', since: now, note }), effects: said(note) };
  const stuck: BoxState = { ...box, step: 'going-back', since: now, note, tries: MOST_TRIES };
  return { state: withBox(state, name, stuck), effects: said(`cannot be taken back: ${note}`) };
}

/** Why an order cannot be followed now; undefined when it can. */
export function hinders({ status, boxes }: RolloutState, order: Order): string | undefined {
  const goes = status === 'running' || status === 'paused';
  switch (order) {
    case 'pause':
      return status === 'running' ? undefined : `it is ${status}, not running`;
    case 'resume':
      return status === 'paused' ? undefined : `it is ${status}, not paused`;
    case 'abort':
      return goes ? undefined : `it is ${status}`;
    case 'finish': {
      if (!goes) return `it is ${status}`;
      const busy = [...boxes].find(([, { step }]) => step === 'asked' || step === 'watching');
      return busy && `box '${busy[0]}' is ${busy[1].step}; pause it, and wait until none is`;
    }
  }
}

function ordered(state: RolloutState, { order, who, reason }: Event & { is: 'order' }, now: number): Step {
  if (hinders(state, order) !== undefined) return { state, effects: [] };
  const said = { do: 'note', box: null, what: `${order} by ${who}: ${reason}` } as const;
  const stop = { by: 'person', who, reason, at: now } as const;
  switch (order) {
    case 'pause':
      return { state: { ...state, status: 'paused' }, effects: [said] };
    case 'resume':
      return { state: { ...state, status: 'running' }, effects: [said] };
    case 'finish':
      return { state: { ...state, status: 'finished', stop }, effects: [said] };
    case 'abort': {
      const back = goBack({ ...state, stop });
      return { ...back, effects: [said, ...back.effects] };
    }
  }
}

function withBox(state: RolloutState, name: string, box: BoxState): RolloutState {
  return { ...state, boxes: new Map(state.boxes).set(name, box) };
}
