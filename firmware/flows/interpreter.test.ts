import { describe, expect, test } from 'vitest';
import type { FlowInput as WrittenFlow } from '@branchline/contracts/branch/flows/input';
import { compileFlow } from '@branchline/contracts/branch/flows/compile';
import type { Branch } from '@branchline/contracts/branch/model';
import { dateRange } from '@branchline/contracts/branch/values';
import { newContext, type FlowContext } from './context.ts';
import { continueFlow, startFlow } from './interpreter.ts';
import type { FlowAction, FlowInput, FlowResult } from './run.ts';

const OPEN = Date.parse('2026-01-05T10:00:00+08:00');
const CLOSED = Date.parse('2026-01-05T20:00:00+08:00');
const at = (iso: string): number => Date.parse(iso);

const menu = {
  menu: 'main-menu',
  digits: { 1: 'queue sales', 0: 'extension 8001', 9: [{ play: 'nine' }, { to: 'queue nine' }] },
  none: 'queue service',
  wait: '4s',
  tries: 2,
};
const written: Record<string, WrittenFlow> = {
  welcome: [{ play: 'welcome' }, { hours: 'shop', closed: [{ play: 'closed' }, { to: 'hang-up' }] }, menu],
  bare: [menu],
  holiday: [{ hours: 'shop', closed: 'queue closed', holiday: 'queue holiday' }, { to: 'queue open' }],
  number: [
    {
      collect: 'account',
      ask: { say: { zh: '请输入账号', en: 'Account?' } },
      digits: { min: 3, max: 5 },
      wrong: 'wrong',
      none: 'queue service',
    },
    { play: { say: { zh: '您的号码是 {account}', en: 'Yours is {account}.' } } },
    { to: 'queue sales' },
  ],
  known: [
    { when: { caller: ['+86 139*', '8001'], tag: 'vip' }, then: 'queue vip' },
    { when: { variable: 'caller', is: ['anonymous'] }, then: 'queue anonymous', else: 'queue others' },
  ],
  lunch: [{ when: { days: 'mon-fri', time: '12:00-13:00' }, then: 'queue lunch', else: 'queue work' }],
  asks: [
    {
      'look-up': 'https://crm.example/who?n={caller}',
      take: { name: 'customer.name' },
      tags: 'tags',
      within: '1.5s',
      while: 'moment',
      failed: 'queue service',
    },
    { when: { tag: 'vip' }, then: 'queue vip', else: 'queue others' },
  ],
  posts: [
    {
      'look-up': 'https://crm.example/log',
      method: 'post',
      send: { who: '{caller} of {dialled}' },
      secret: 'crm',
      failed: 'next',
    },
    { to: 'queue sales' },
  ],
  sets: [
    {
      set: {
        variables: { greeting: 'you, {caller}' },
        tags: ['vip'],
        priority: 20,
        needs: { english: 2 },
        language: 'en',
        after: 'flow rating',
      },
    },
    { play: { say: { zh: '您好 {greeting}', en: 'Hello {greeting}' } } },
    { to: 'flow known' },
  ],
  english: { language: 'en', steps: [{ play: { say: { zh: '您好', en: 'Hello' } } }, { to: 'flow lunch' }] },
  rating: [
    {
      survey: 'service',
      questions: [
        { id: 'friendly', ask: 'friendly?', digits: '1-5' },
        { id: 'solved', ask: 'solved?', digits: '1, 2' },
      ],
    },
    { play: 'thanks' },
    { to: 'hang-up' },
  ],
  waits: [{ menu: 'm', digits: { 1: 'next' }, none: 'hang-up' }, { play: 'one' }, { to: 'hang-up' }],
};

function branchWith(flows: Record<string, WrittenFlow>): Branch {
  const open = [{ days: [0, 1, 2, 3, 4], from: 540, to: 1080 }];
  return {
    site: { timezone: 'Asia/Shanghai', language: 'zh' },
    hours: { shop: { open, holidays: [dateRange('2026-01-01')!, dateRange('2028-02-29')!] } },
    flows: Object.fromEntries(Object.entries(flows).map(([name, steps]) => [name, compileFlow(name, steps)])),
  } as unknown as Branch;
}
const branch = branchWith(written);
const caller = newContext(branch, { caller: '+8613900000001', dialled: '1000', number: 'main' });

const played: FlowInput = { type: 'played' };
const waited: FlowInput = { type: 'waited' };
const digit = (pressed: string): FlowInput => ({ type: 'digit', digit: pressed });
const digits = (pressed: string): FlowInput[] => Array.from(pressed, digit);
const go = (name: string): FlowAction => ({ do: 'go', to: { kind: 'queue', name } });
const hangUp: FlowAction = { do: 'go', to: { kind: 'hang-up' } };

const again = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Gives a flow its inputs one by one, each over a restart in between; the result of the last. */
function after(
  flow: string,
  inputs: readonly FlowInput[],
  now = OPEN,
  context: FlowContext = caller,
): FlowResult {
  return inputs.reduce<FlowResult>(
    ({ run }, input) => continueFlow(again(run), input, branch, now),
    startFlow(branch, flow, context, now),
  );
}
const actions = (...given: Parameters<typeof after>): readonly FlowAction[] => after(...given).actions;
/** Without the notes for the ledger. */
const does = (...given: Parameters<typeof after>): readonly FlowAction[] =>
  actions(...given).filter(({ do: what }) => what !== 'note');
const notes = (...given: Parameters<typeof after>): string[] =>
  actions(...given).flatMap((action) => (action.do === 'note' ? [action.step] : []));
const plays = (name: string): FlowAction => ({
  do: 'play',
  prompts: [{ kind: 'prompt', name, language: 'zh' }],
});

describe('prompts and hours', () => {
  test('a prompt is played and noted with its place, and the flow goes on when it has been heard', () => {
    expect(actions('welcome', [])).toEqual([
      { do: 'note', flow: 'welcome', node: '1', step: 'play', heard: 'welcome' },
      plays('welcome'),
    ]);
    expect(actions('welcome', [played])).toEqual([
      { do: 'note', flow: 'welcome', node: '2', step: 'hours shop: open' },
      { do: 'note', flow: 'welcome', node: '3', step: 'menu', heard: 'main-menu' },
      plays('main-menu'),
    ]);
  });

  test('a closed branch takes the other way, to its end', () => {
    expect(does('welcome', [played], CLOSED)).toEqual([plays('closed')]);
    expect(does('welcome', [played, played], CLOSED)).toEqual([hangUp]);
  });

  test('hours count when the caller comes to them, not when the call came in', () => {
    const { run } = startFlow(branch, 'welcome', caller, OPEN);
    expect(continueFlow(run, played, branch, CLOSED).actions[0]).toMatchObject({
      step: 'hours shop: closed',
    });
  });

  test.each([
    ['a holiday, though a weekday', '2026-01-01T10:00:00+08:00', 'holiday'],
    ['its last moment', '2026-01-01T23:59:59.999+08:00', 'holiday'],
    ['the midnight after it', '2026-01-02T00:00:00+08:00', 'closed'],
    ['the morning after it', '2026-01-02T09:00:00+08:00', 'open'],
    ['a leap day that is a holiday', '2028-02-29T10:00:00+08:00', 'holiday'],
    ['the day after it', '2028-03-01T10:00:00+08:00', 'open'],
  ])('%s', (_, moment, queue) => {
    expect(does('holiday', [], at(moment))).toEqual([go(queue)]);
  });

  test('a digit while a prompt plays that asks nothing is let pass', () => {
    const { run, actions: none } = after('welcome', [digit('1')]);
    expect(none).toEqual([]);
    expect(continueFlow(run, played, branch, OPEN).actions).toContainEqual(plays('main-menu'));
  });
});

describe('a menu', () => {
  const asks = [
    { do: 'note', flow: 'bare', node: '1', step: 'menu', heard: 'main-menu' },
    plays('main-menu'),
  ];

  test('waits for a digit only from the end of its prompt', () => {
    expect(actions('bare', [])).toEqual(asks);
    expect(actions('bare', [played])).toEqual([{ do: 'wait', ms: 4_000 }]);
  });

  test('a digit during the prompt stops it and is obeyed', () => {
    expect(actions('bare', [digit('1')])).toEqual([
      { do: 'stop-playing' },
      { do: 'note', flow: 'bare', node: '1', step: 'chose', digit: '1' },
      go('sales'),
    ]);
  });

  test('a digit after the prompt has nothing to stop, and may lead to steps', () => {
    expect(does('bare', [played, digit('9')])).toEqual([plays('nine')]);
    expect(actions('bare', [played, digit('9')])[1]).toMatchObject({ node: '1.digits.9.1' });
    expect(does('bare', [played, digit('9'), played])).toEqual([go('nine')]);
  });

  test.each(['8', '*', '#', 'A'])('asks again after the wrong digit %s', (wrong) => {
    const note = { do: 'note', flow: 'bare', node: '1', step: 'no such choice', digit: wrong };
    expect(actions('bare', [digit(wrong)])).toEqual([{ do: 'stop-playing' }, note, ...asks]);
    expect(actions('bare', [played, digit(wrong)])).toEqual([note, ...asks]);
  });

  test.each([
    ['silence twice', [played, waited, played, waited]],
    ['a wrong digit twice', [digit('8'), digit('8')]],
    ['one of each', [played, waited, digit('8')]],
  ])('goes its last way after its tries: %s', (_, inputs) => {
    expect(actions('bare', inputs).at(-1)).toEqual(go('service'));
    expect(actions('bare', inputs.slice(0, -1)).at(-1)).not.toEqual(go('service'));
  });

  test('the right digit at the last try is still right', () => {
    expect(actions('bare', [digit('8'), digit('1')]).at(-1)).toEqual(go('sales'));
  });

  test.each([
    ['the end of a wait while the prompt plays', [], waited],
    ['a second end of the prompt', [played], played],
    ['an answer that nobody asked for', [], { type: 'look-up-failed', lookUp: 1, because: '' } as const],
    ['a digit after the choice', [digit('1')], digit('0')],
  ])('lets pass %s', (_, inputs, late) => {
    const before = after('bare', inputs);
    expect(continueFlow(before.run, late, branch, OPEN)).toEqual({ run: before.run, actions: [] });
  });
});

describe('a number is collected', () => {
  const asks = {
    do: 'play',
    prompts: [{ kind: 'say', language: 'zh', parts: [{ text: '请输入账号' }] }],
  };
  const says = (account: string) => ({
    do: 'play',
    prompts: [{ kind: 'say', language: 'zh', parts: [{ text: '您的号码是' }, { value: account }] }],
  });

  test('to its end sign, to its full length, or to a pause after enough digits', () => {
    for (const inputs of [digits('123#'), [...digits('123'), waited]])
      expect(does('number', inputs)).toEqual([says('123')]);
    expect(does('number', digits('12345'))).toEqual([says('12345')]);
  });

  test('each digit gives time for the next; the first stops the prompt', () => {
    expect(does('number', digits('1'))).toEqual([{ do: 'stop-playing' }, { do: 'wait', ms: 5_000 }]);
    expect(does('number', digits('12'))).toEqual([{ do: 'wait', ms: 5_000 }]);
  });

  test('the ledger is told how many digits there were, and never which', () => {
    expect(notes('number', digits('123#'))[0]).toBe('collected 3 digits into account');
    expect(
      JSON.stringify(actions('number', digits('987#')).filter((each) => each.do === 'note')),
    ).not.toContain('987');
  });

  test('too few are asked for again, with a word on why', () => {
    expect(does('number', digits('12#'))).toEqual([
      { do: 'play', prompts: [{ kind: 'prompt', name: 'wrong', language: 'zh' }, asks.prompts[0]] },
    ]);
    expect(does('number', [...digits('12'), waited])).toEqual([asks]);
    expect(does('number', [...digits('12#'), ...digits('12#')])).toEqual([go('service')]);
  });

  test('the star begins it anew', () => {
    expect(does('number', digits('99*123#'))).toEqual([says('123')]);
  });

  test('and is kept for the queue, through everything that follows', () => {
    expect(after('number', [...digits('123#'), played]).run.context.variables).toMatchObject({
      account: '123',
      caller: '+8613900000001',
    });
  });
});

describe('conditions', () => {
  const vip = { ...caller, tags: ['vip'] };
  test('all that is named must hold', () => {
    expect(does('known', [], OPEN, vip)).toEqual([go('vip')]);
    expect(does('known', [])).toEqual([go('others')]);
    const abroad = { ...vip, variables: { caller: '+4915200000000' } };
    expect(does('known', [], OPEN, abroad)).toEqual([go('others')]);
    expect(does('known', [], OPEN, { ...caller, variables: { caller: 'anonymous' } })).toEqual([
      go('anonymous'),
    ]);
  });

  test.each([
    ['2026-01-05T11:59:59+08:00', 'work'],
    ['2026-01-05T12:00:00+08:00', 'lunch'],
    ['2026-01-05T13:00:00+08:00', 'work'],
    ['2026-01-04T12:30:00+08:00', 'work'],
  ])('of days and time, by the branch’s clock: %s', (moment, queue) => {
    expect(does('lunch', [], at(moment))).toEqual([go(queue)]);
  });

  test.each([
    ['the day summer time begins', '2026-03-29T10:30:00Z', 'work'],
    ['the day before it', '2026-03-27T11:30:00Z', 'lunch'],
    ['the first weekday of summer time', '2026-03-30T10:30:00Z', 'lunch'],
    ['the same hour of winter', '2026-03-30T11:30:00Z', 'work'],
    ['the first weekday after it', '2026-10-26T11:30:00Z', 'lunch'],
  ])('over a change of the clocks in Berlin: %s', (_, moment, queue) => {
    const berlin = { ...branch, site: { ...branch.site, timezone: 'Europe/Berlin' } };
    expect(startFlow(berlin, 'lunch', caller, at(moment)).actions.at(-1)).toEqual(go(queue));
  });
});

describe('a look-up', () => {
  const answer = (lookUp: number, tags: string[] = []): FlowInput => ({
    type: 'looked-up',
    lookUp,
    variables: { name: '王芳' },
    tags,
  });

  test('is asked for with the caller’s values made safe for an address, while something is heard', () => {
    expect(does('asks', [])).toEqual([
      plays('moment'),
      {
        do: 'look-up',
        lookUp: 1,
        request: {
          method: 'GET',
          url: 'https://crm.example/who?n=%2B8613900000001',
          take: { name: ['customer', 'name'] },
          tags: ['tags'],
          withinMs: 1_500,
        },
      },
    ]);
  });

  test('sends fields with POST, and names its secret', () => {
    expect(does('posts', [])).toMatchObject([
      { request: { method: 'POST', body: { who: '+8613900000001 of 1000' }, secret: 'crm' } },
    ]);
  });

  test('gives variables and tags, and stops what is heard', () => {
    expect(does('asks', [answer(1, ['vip'])])).toEqual([{ do: 'stop-playing' }, go('vip')]);
    expect(does('asks', [played, answer(1)])).toEqual([go('others')]);
    expect(after('asks', [answer(1)]).run.context.variables.name).toBe('王芳');
    expect(notes('asks', [answer(1)])[0]).toBe('look-up answered: name');
  });

  test.each([
    ['that failed', { type: 'look-up-failed', lookUp: 1, because: 'answered with 500' } as const],
    ['whose answer never comes', waited],
  ])('%s has a way of its own', (_, input) => {
    expect(does('asks', [played, input])).toEqual([go('service')]);
  });

  test('lets digits and the answer to another look-up pass', () => {
    for (const input of [digit('1'), answer(7), { type: 'look-up-failed', lookUp: 7, because: '' } as const])
      expect(actions('asks', [input])).toEqual([]);
  });

  test('what comes back is bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`v${i}`, 'x'.repeat(9_000)]));
    const { variables } = after('asks', [{ type: 'looked-up', lookUp: 1, variables: many, tags: [] }]).run
      .context;
    expect(Object.keys(variables)).toHaveLength(35);
    expect(Math.max(...Object.values(variables).map(({ length }) => length))).toBe(200);
    expect(variables.caller).toBe('+8613900000001');
  });
});

describe('what is set', () => {
  test('stays with the caller: variables, tags, priority, skills, language, what comes after the talk', () => {
    const { run } = after('sets', []);
    expect(run.context).toEqual({
      variables: { ...caller.variables, greeting: 'you, +8613900000001' },
      tags: ['vip'],
      priority: 20,
      needs: { english: 2 },
      language: 'en',
      after: { kind: 'flow', name: 'rating' },
    });
    expect(does('sets', [])).toEqual([
      {
        do: 'play',
        prompts: [
          { kind: 'say', language: 'en', parts: [{ text: 'Hello' }, { value: 'you, +8613900000001' }] },
        ],
      },
    ]);
    expect(does('sets', [played])).toEqual([go('vip')]);
  });

  test('a flow may have a language, which stays when another flow follows', () => {
    expect(does('english', [])).toMatchObject([
      { prompts: [{ language: 'en', parts: [{ text: 'Hello' }] }] },
    ]);
    expect(after('english', [played]).run.context.language).toBe('en');
  });
});

describe('a survey', () => {
  test('asks its questions one after the other; each answer is told', () => {
    expect(does('rating', [])).toEqual([plays('friendly?')]);
    expect(does('rating', [digit('5')])).toEqual([
      { do: 'stop-playing' },
      { do: 'answer', survey: 'service', question: 'friendly', answer: '5' },
      plays('solved?'),
    ]);
    expect(does('rating', [digit('5'), played, digit('2')])).toEqual([
      { do: 'answer', survey: 'service', question: 'solved', answer: '2' },
      plays('thanks'),
    ]);
    expect(does('rating', [digit('5'), digit('2'), played])).toEqual([hangUp]);
  });

  test('asks twice, then goes on to the next question', () => {
    expect(does('rating', [digit('9')])).toEqual([{ do: 'stop-playing' }, plays('friendly?')]);
    expect(does('rating', [digit('9'), digit('0')])).toEqual([{ do: 'stop-playing' }, plays('solved?')]);
    const silent = [played, waited, played, waited];
    expect(does('rating', [...silent, ...silent])).toEqual([plays('thanks')]);
  });
});

describe('another document while a caller is in a flow', () => {
  test('the same flow goes on where it was', () => {
    const { run } = after('waits', [played]);
    const other = branchWith({ ...written, bare: [{ to: 'hang-up' }] });
    expect(continueFlow(run, digit('1'), other, OPEN).actions.at(-1)).toEqual(plays('one'));
  });

  test('a changed flow begins again, with what is known of the caller', () => {
    const { run } = after('sets', []);
    const other = branchWith({ ...written, sets: [{ play: 'new' }, { to: 'flow known' }] });
    const result = continueFlow(run, played, other, OPEN);
    expect(result.actions).toMatchObject([
      { do: 'stop-playing' },
      { do: 'note', step: 'the flow was changed: it begins again' },
      { do: 'note', step: 'play' },
      { do: 'play' },
    ]);
    expect(result.run.context.tags).toEqual(['vip']);
  });

  test('a flow that is gone says so', () => {
    const { run } = after('waits', [played]);
    const other = branchWith({ bare: [{ to: 'hang-up' }] });
    expect(continueFlow(run, digit('1'), other, OPEN).actions).toEqual([{ do: 'lost', flow: 'waits' }]);
    expect(startFlow(other, 'nowhere', caller, OPEN).actions).toEqual([{ do: 'lost', flow: 'nowhere' }]);
  });
});

test('a ring that no check has seen ends', () => {
  const ring = branchWith({ a: [{ set: { tags: ['x'] } }, { to: 'flow a' }] });
  expect(startFlow(ring, 'a', caller, OPEN).actions.at(-1)).toEqual(hangUp);
});
