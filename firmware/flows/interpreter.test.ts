import { describe, expect, test } from 'vitest';
import type { Branch, Prompt, Step } from '@branchline/contracts/branch/model';
import type { Destination } from '@branchline/contracts/branch/values';
import {
  continueFlow,
  startFlow,
  startSteps,
  type FlowAction,
  type FlowInput,
  type FlowResult,
} from './interpreter.ts';

const OPEN = Date.parse('2026-01-05T10:00:00+08:00');
const CLOSED = Date.parse('2026-01-05T20:00:00+08:00');

const prompt = (name: string): Prompt => ({ kind: 'prompt', name });
const play = (name: string): Step => ({ kind: 'play', prompt: prompt(name) });
const queue = (name: string): Destination => ({ kind: 'queue', name });
const hangUp: Destination = { kind: 'hang-up' };
const menu: Extract<Step, { kind: 'menu' }> = {
  kind: 'menu',
  prompt: prompt('main-menu'),
  digits: { '1': queue('sales'), '0': { kind: 'extension', name: '8001' } },
  none: queue('service'),
  waitMs: 4_000,
  tries: 2,
};
const branch = {
  site: { timezone: 'Asia/Shanghai' },
  hours: { shop: { open: [{ days: [0, 1, 2, 3, 4], from: 540, to: 1080 }], holidays: [] } },
  flows: {
    welcome: [
      play('welcome'),
      { kind: 'hours', hours: 'shop', closed: [play('closed'), { kind: 'go', to: hangUp }] },
      menu,
    ],
    bare: [menu],
    greeting: [play('welcome')],
    unknownHours: [{ kind: 'hours', hours: 'gone', closed: [] }, menu],
  },
} as unknown as Branch;

const played: FlowInput = { type: 'played' };
const waited: FlowInput = { type: 'waited' };
const digit = (pressed: string): FlowInput => ({ type: 'digit', digit: pressed });

/** Gives a flow its inputs one by one, each over a restart in between; the actions of the last. */
function after(flow: string, inputs: readonly FlowInput[], now = OPEN): FlowResult {
  return inputs.reduce<FlowResult>(
    ({ run }, input) => continueFlow(JSON.parse(JSON.stringify(run)) as typeof run, input, branch, now),
    startFlow(branch, flow, now),
  );
}
const actions = (flow: string, inputs: readonly FlowInput[], now = OPEN): readonly FlowAction[] =>
  after(flow, inputs, now).actions;

const asks: FlowAction[] = [
  { do: 'note', step: 'menu', heard: 'main-menu' },
  { do: 'play', prompt: prompt('main-menu') },
];

describe('prompts and hours', () => {
  test('a prompt is played and noted, and the flow goes on when it has been heard', () => {
    expect(actions('welcome', [])).toEqual([
      { do: 'note', step: 'play', heard: 'welcome' },
      { do: 'play', prompt: prompt('welcome') },
    ]);
    expect(actions('welcome', [played])).toEqual([{ do: 'note', step: 'hours shop: open' }, ...asks]);
  });

  test('a closed branch takes the other way, to its end', () => {
    expect(actions('welcome', [played], CLOSED)).toEqual([
      { do: 'note', step: 'hours shop: closed' },
      { do: 'note', step: 'play', heard: 'closed' },
      { do: 'play', prompt: prompt('closed') },
    ]);
    expect(actions('welcome', [played, played], CLOSED)).toEqual([{ do: 'go', to: hangUp }]);
  });

  test('hours count when the caller comes to them, not when the call came in', () => {
    const { run } = startFlow(branch, 'welcome', OPEN);
    expect(continueFlow(run, played, branch, CLOSED).actions[0]).toMatchObject({
      step: 'hours shop: closed',
    });
  });

  test.each([
    ['steps that run out', 'greeting', [played]],
    ['a flow that is gone from the document', 'nowhere', []],
    ['hours that are gone, with nothing to do when closed', 'unknownHours', []],
  ])('%s end the call', (_, flow, inputs) => {
    expect(actions(flow, inputs).at(-1)).toEqual({ do: 'go', to: hangUp });
  });

  test('a digit while a prompt plays that asks nothing is let pass', () => {
    const { run, actions: none } = after('welcome', [digit('1')]);
    expect(none).toEqual([]);
    expect(continueFlow(run, played, branch, OPEN).actions).toContainEqual(asks[1]);
  });

  test('steps that stand in no document run the same way', () => {
    const done = startSteps('star', [{ kind: 'go', to: queue('sales') }], branch, OPEN);
    expect(done.actions).toEqual([{ do: 'go', to: queue('sales') }]);
  });
});

describe('a menu', () => {
  test('waits for a digit only from the end of its prompt', () => {
    expect(actions('bare', [])).toEqual(asks);
    expect(actions('bare', [played])).toEqual([{ do: 'wait', ms: 4_000 }]);
  });

  test('a digit during the prompt stops it and is obeyed', () => {
    expect(actions('bare', [digit('1')])).toEqual([
      { do: 'stop-playing' },
      { do: 'note', step: 'chose', digit: '1' },
      { do: 'go', to: queue('sales') },
    ]);
  });

  test('a digit after the prompt has nothing to stop', () => {
    expect(actions('bare', [played, digit('0')])).toEqual([
      { do: 'note', step: 'chose', digit: '0' },
      { do: 'go', to: { kind: 'extension', name: '8001' } },
    ]);
  });

  test.each(['9', '*', '#', 'A'])('asks again after the wrong digit %s', (wrong) => {
    const note = { do: 'note', step: 'no such choice', digit: wrong };
    expect(actions('bare', [digit(wrong)])).toEqual([{ do: 'stop-playing' }, note, ...asks]);
    expect(actions('bare', [played, digit(wrong)])).toEqual([note, ...asks]);
  });

  test('asks again after silence', () => {
    expect(actions('bare', [played, waited])).toEqual([{ do: 'note', step: 'no digit' }, ...asks]);
  });

  const none = { do: 'go', to: queue('service') };
  test.each([
    ['silence twice', [played, waited, played, waited]],
    ['a wrong digit twice', [digit('9'), digit('9')]],
    ['one of each', [played, waited, digit('9')]],
  ])('goes its last way after its tries: %s', (_, inputs) => {
    expect(actions('bare', inputs).at(-1)).toEqual(none);
    expect(actions('bare', inputs.slice(0, -1)).at(-1)).not.toEqual(none);
  });

  test('the right digit at the last try is still right', () => {
    expect(actions('bare', [digit('9'), digit('1')]).at(-1)).toEqual({ do: 'go', to: queue('sales') });
  });

  test('one try is one try', () => {
    const { run } = startSteps('once', [{ ...menu, tries: 1 }], branch, OPEN);
    expect(continueFlow(run, digit('9'), branch, OPEN).actions.at(-1)).toEqual(none);
  });

  test.each([
    ['the end of a wait while the prompt plays', [], waited],
    ['a second end of the prompt', [played], played],
    ['a start', [played], { type: 'started' } as const],
    ['a digit after the choice', [digit('1')], digit('0')],
  ])('lets pass %s', (_, inputs, late) => {
    const before = after('bare', inputs);
    expect(continueFlow(before.run, late, branch, OPEN)).toEqual({ run: before.run, actions: [] });
  });
});
