import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from '@branchline/contracts/fleet/commands';
import {
  LONGEST_MS,
  MOST_KNOWN,
  nextDue,
  stepCommands,
  type CommandEffect,
  type CommandEvent,
  type CommandsState,
} from './commands-core.ts';

const command = (id: string, what = 'test-call', more: Partial<Command> = {}): Command => ({
  ...{ v: 1, id: `0000000${id}`, do: what, with: {}, who: 'Chen', withinS: 60 },
  ...more,
});
const asked = (one: Command): CommandEvent => ({ is: 'asked', command: one });

function after(...events: readonly CommandEvent[]): {
  state: CommandsState;
  effects: readonly CommandEffect[];
} {
  let step: { state: CommandsState; effects: readonly CommandEffect[] } = { state: [], effects: [] };
  for (const event of events) step = stepCommands(step.state, event, 0);
  return step;
}
const performed = (effects: readonly CommandEffect[]) =>
  effects.filter((effect) => effect.do === 'perform').length;
const told = (effects: readonly CommandEffect[]) =>
  effects.flatMap((effect) => (effect.do === 'tell' ? [effect.result] : []));

describe('a command', () => {
  test('is taken in hand, entered and answered', () => {
    const first = after(asked(command('1')));
    expect(first.effects.map(({ do: what }) => what)).toEqual(['enter', 'tell', 'perform']);
    const end = stepCommands(
      first.state,
      { is: 'ended', id: '00000001', end: { state: 'done', answer: { verdict: 'both-ways' } } },
      1,
    );
    expect(told(end.effects)).toEqual([
      { v: 1, id: '00000001', state: 'done', answer: { verdict: 'both-ways' } },
    ]);
  });

  test('heard again is done once, and answered with what is known', () => {
    const twice = after(
      asked(command('1')),
      { is: 'ended', id: '00000001', end: { state: 'done' } },
      asked(command('1')),
    );
    expect(twice.effects).toEqual([{ do: 'tell', result: { v: 1, id: '00000001', state: 'done' } }]);
  });

  test('that goes on over a restart of the service is neither done nor interrupted by it, and may take the place of another', () => {
    const { state, effects } = after(
      asked(command('1', 'release', { withinS: 7 * 86_400 })),
      asked(command('2', 'release')),
      { is: 'begun' },
    );
    expect(effects).toEqual([]);
    expect(state.map(({ result }) => result.state)).toEqual(['running', 'running']);
    expect(state[0]?.until).toBeGreaterThan(7 * 86_400_000);
  });

  test('that cannot be done is refused, with the reason and how many calls it would cut', () => {
    const refused = after({
      is: 'asked',
      command: command('1', 'restart'),
      problem: { because: 'would-cut-calls', calls: 3 },
    });
    expect(told(refused.effects)).toEqual([
      { v: 1, id: '00000001', state: 'refused', because: 'would-cut-calls', calls: 3 },
    ]);
    expect(performed(refused.effects)).toBe(0);
  });

  test('waits for nobody: a second of its kind is refused while one runs, another kind is not', () => {
    const second = after(asked(command('1')), asked(command('2')));
    expect(told(second.effects)).toMatchObject([{ state: 'refused', because: 'already-running' }]);
    expect(performed(after(asked(command('1')), asked(command('2', 'identify'))).effects)).toBe(1);
    const atOnce = after(asked(command('1', 'acknowledge-alarm')), asked(command('2', 'acknowledge-alarm')));
    expect(performed(atOnce.effects)).toBe(1);
  });

  test('whose time has passed on the way is dropped', () => {
    expect(after(asked(command('1', 'identify', { withinS: 0 })))).toEqual({ state: [], effects: [] });
  });

  test('that takes too long is given up and says so', () => {
    const { state } = after(asked(command('1')));
    expect(nextDue(state)).toBe(LONGEST_MS);
    const late = stepCommands(state, { is: 'due' }, LONGEST_MS);
    expect(late.effects).toEqual([
      { do: 'give-up', id: '00000001' },
      { do: 'tell', result: { v: 1, id: '00000001', state: 'failed', because: 'took-too-long' } },
    ]);
    expect(nextDue(late.state)).toBeUndefined();
  });

  test('says how far it is in steps worth a message', () => {
    const { state } = after(asked(command('1')));
    const steps = [1, 9, 10, 14, 35].reduce(
      (step, percent) => {
        const next = stepCommands(step.state, { is: 'progress', id: '00000001', percent }, 0);
        return {
          state: next.state,
          said: [...step.said, ...told(next.effects).map((result) => result.percent)],
        };
      },
      { state, said: [] as (number | undefined)[] },
    );
    expect(steps.said).toEqual([10, 30]);
  });
});

describe('a restart of the service', () => {
  test('is the answer of the command that asked for it, and ends any other that ran', () => {
    const { state } = after(
      asked(command('1', 'restart', { with: { what: 'service' } })),
      asked(command('2', 'test-call')),
    );
    const kept = JSON.parse(JSON.stringify(state)) as CommandsState;
    expect(told(stepCommands(kept, { is: 'begun' }, 9).effects)).toEqual([
      { v: 1, id: '00000001', state: 'done' },
      { v: 1, id: '00000002', state: 'failed', because: 'interrupted' },
    ]);
  });
});

test('nothing is done twice, and what is remembered is bounded, whatever is heard', () => {
  const some = fc
    .integer({ min: 0, max: 80 })
    .map((number) => asked(command(String(number).padStart(2, '0'))));
  const end = fc.integer({ min: 0, max: 80 }).map((number): CommandEvent => ({
    is: 'ended',
    id: `0000000${String(number).padStart(2, '0')}`,
    end: { state: 'done' },
  }));
  fc.assert(
    fc.property(fc.array(fc.oneof(some, end), { maxLength: 60 }), (events) => {
      const count = new Map<string, number>();
      let state: CommandsState = [];
      for (const event of events) {
        const step = stepCommands(state, event, 0);
        state = step.state;
        for (const effect of step.effects)
          if (effect.do === 'perform') count.set(effect.command.id, (count.get(effect.command.id) ?? 0) + 1);
        expect(state.length).toBeLessThanOrEqual(MOST_KNOWN);
        expect(state.filter(({ result }) => result.state === 'running').length).toBeLessThanOrEqual(1);
      }
      if (new Set(events.map((event) => (event.is === 'asked' ? event.command.id : ''))).size <= MOST_KNOWN)
        expect([...count.values()].every((times) => times === 1)).toBe(true);
    }),
  );
});
