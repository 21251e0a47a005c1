import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  AT_REST,
  buttonDue,
  buttonStep,
  CONFIRM_MS,
  LONG_MS,
  WINDOW_MS,
  type ButtonEvent,
  type ButtonState,
} from './button.ts';

/** What it has come to, after each [ms waited, event]. */
function story(...happenings: readonly (readonly [number, ButtonEvent])[]): (string | undefined)[] {
  let state: ButtonState = AT_REST;
  let now = 0;
  return happenings.flatMap(([waitMs, event]) => {
    now += waitMs;
    const step = buttonStep(state, event, now);
    state = step.state;
    return step.press ?? [];
  });
}

describe('the button', () => {
  test('a short press asks who this is', () => {
    expect(story([0, 'pressed'], [100, 'tick'], [LONG_MS - 200, 'let-go'])).toEqual(['identify']);
  });

  test('a long one asks for a reset while it is still down, and a second one confirms it', () => {
    expect(
      story(
        [0, 'pressed'],
        [LONG_MS, 'tick'],
        [2_000, 'let-go'],
        [3_000, 'pressed'],
        [CONFIRM_MS, 'tick'],
        [5_000, 'let-go'],
      ),
    ).toEqual(['reset-asked', 'reset-confirmed']);
  });

  test('a tap does not confirm it, and time lets it go', () => {
    expect(
      story(
        [0, 'pressed'],
        [LONG_MS, 'tick'],
        [100, 'let-go'],
        [100, 'pressed'],
        [CONFIRM_MS - 1, 'let-go'],
        [WINDOW_MS, 'tick'],
      ),
    ).toEqual(['reset-asked', 'reset-left']);
  });

  test('one that is never let go of confirms nothing, and means nothing when it is at last', () => {
    expect(
      story([0, 'pressed'], [LONG_MS, 'tick'], [WINDOW_MS, 'tick'], [60_000, 'tick'], [1, 'let-go']),
    ).toEqual(['reset-asked', 'reset-left']);
    expect(
      story(
        [0, 'pressed'],
        [LONG_MS, 'tick'],
        [WINDOW_MS, 'tick'],
        [1, 'let-go'],
        [1, 'pressed'],
        [1, 'let-go'],
      ),
    ).toEqual(['reset-asked', 'reset-left', 'identify']);
  });

  test('whatever happens, nothing is confirmed that was not asked for, and time moves every state on', () => {
    const happening = fc.tuple(
      fc.constantFrom(1, 500, CONFIRM_MS, LONG_MS, WINDOW_MS),
      fc.constantFrom<ButtonEvent>('pressed', 'let-go', 'tick'),
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
        let asked = false;
        for (const press of story(...happenings)) {
          if (press === 'reset-confirmed' || press === 'reset-left') expect(asked).toBe(true);
          asked = press === 'reset-asked';
        }
      }),
    );
  });

  test('it says when it is to be asked again', () => {
    expect(buttonDue(AT_REST)).toBeUndefined();
    expect(buttonDue({ at: 'down', since: 7 })).toBe(7 + LONG_MS);
    expect(buttonDue({ at: 'asked', until: 90 })).toBe(90);
    expect(buttonDue({ at: 'asked', until: 90_000, down: 5 })).toBe(5 + CONFIRM_MS);
    expect(buttonDue({ at: 'spent' })).toBeUndefined();
  });
});
