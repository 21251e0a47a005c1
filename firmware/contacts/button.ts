/**
 * The button: a short press asks who this box is; one of five seconds asks for a reset, and a second press of a second, made while the
 * lamps blink, confirms it. `(state, event, now) -> (state, press)`. Pure.
 */
import type { ButtonPress } from '@branchline/contracts/contacts';

export type ButtonState =
  | { readonly at: 'rest' }
  | { readonly at: 'down'; readonly since: number }
  /** `down`: pressed again since then; 'still': not let go since the reset was asked for. */
  | { readonly at: 'asked'; readonly until: number; readonly down?: number | 'still' }
  /** What it meant is done: until it is let go it means nothing more. */
  | { readonly at: 'spent' };

export type ButtonEvent = 'pressed' | 'let-go' | 'tick';

export interface ButtonStep {
  readonly state: ButtonState;
  readonly press?: ButtonPress;
}

export const LONG_MS = 5_000;
/** How long the lamps blink for a confirmation. */
export const WINDOW_MS = 20_000;
export const CONFIRM_MS = 1_000;

export const AT_REST: ButtonState = { at: 'rest' };

export function buttonStep(state: ButtonState, event: ButtonEvent, now: number): ButtonStep {
  switch (state.at) {
    case 'rest':
      return { state: event === 'pressed' ? { at: 'down', since: now } : state };
    case 'down':
      return down(state, event, now);
    case 'asked':
      return asked(state, event, now);
    case 'spent':
      return { state: event === 'let-go' ? AT_REST : state };
  }
}

function down(state: ButtonState & { at: 'down' }, event: ButtonEvent, now: number): ButtonStep {
  if (now - state.since >= LONG_MS) {
    const until = now + WINDOW_MS;
    const still = event === 'let-go' ? {} : { down: 'still' as const };
    return { state: { at: 'asked', until, ...still }, press: 'reset-asked' };
  }
  return event === 'let-go' ? { state: AT_REST, press: 'identify' } : { state };
}

function asked(state: ButtonState & { at: 'asked' }, event: ButtonEvent, now: number): ButtonStep {
  const { until, down: since } = state;
  const over: ButtonState = since === undefined || event === 'let-go' ? AT_REST : { at: 'spent' };
  if (typeof since === 'number' && now - since >= CONFIRM_MS && since < until)
    return { state: over, press: 'reset-confirmed' };
  if (now >= until && typeof since !== 'number') return { state: over, press: 'reset-left' };
  if (event === 'let-go') return { state: { at: 'asked', until } };
  return { state: event === 'pressed' && since === undefined ? { ...state, down: now } : state };
}

export function buttonDue(state: ButtonState): number | undefined {
  if (state.at === 'down') return state.since + LONG_MS;
  if (state.at !== 'asked') return undefined;
  return typeof state.down === 'number' ? state.down + CONFIRM_MS : state.until;
}
