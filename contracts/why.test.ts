import { describe, expect, test } from 'vitest';
import { VERDICTS, type Candidate, type OfferWhy } from './offer-why.ts';
import { whySentences } from './why.ts';
import { en, zh } from './why-words.ts';

const names = { agent: (id: string) => id.toUpperCase(), time: (at: number) => `t${at}` };
const turn = { priority: 0, aged: 1, waitedMs: 60_000, waiting: 1 };
const told = (candidates: Candidate[], why: Partial<OfferWhy>, language: 'zh' | 'en' = 'en'): string[] =>
  whySentences(
    { queue: 'q', attempt: 1, candidates, why: { order: 'longest-idle', turn, ...why } },
    language,
    names,
  );
const ann: Candidate = { agent: 'ann', verdict: 'chosen', score: 7 };
const bob: Candidate = { agent: 'bob', verdict: 'lower', score: 9 };

describe('why, in words', () => {
  test('says who and for what, what was relaxed, whose turn it was, and what of the others', () => {
    const why: Partial<OfferWhy> = {
      rest: { 'signed-out': 400, lower: 2 },
      relaxed: [{ skill: 'refund', from: 5, to: 3, afterMs: 20_000 }],
      lastAgent: { agent: 'cid', state: 'not-in-time' },
      turn: {
        priority: 10,
        aged: 6,
        waitedMs: 360_000,
        tag: 'vip',
        waiting: 3,
        passed: 2,
        next: { interaction: 'c7', queue: 'sales', points: 11 },
      },
    };
    expect(told([ann, bob], why)).toEqual([
      'ANN was chosen: of 4 who were free, the longest (since t7).',
      'After 20 s refund 3 was enough, instead of 5.',
      'CID, who spoke with this customer last, was not free in time.',
      "It had its turn with 16 points (10 of priority as 'vip', 6 for waiting 360 s); next was c7 in sales with 11.",
      '2 before it were passed: nobody who was free could serve them.',
      'The others: BOB, 2 more free, but after in order; 400 signed out.',
    ]);
    expect(told([ann, bob], why, 'zh')).toEqual([
      '选中 ANN：空闲的 4 人中，空闲最久（自 t7 起）。',
      '等待 20 秒后，refund 由 5 级放宽到 3 级。',
      '上次接待的 CID 没能及时空出来。',
      '它以 16 分（优先级 10，标签“vip”，等待 360 秒加 6）先得；下一个是 sales 的 c7，11 分。',
      '排在前面的 2 个被跳过：空闲的人都不能接。',
      '其余：BOB、另 2 人（空闲，但次序在后）；400 人（已签出）。',
    ]);
  });

  test.each([
    ['fewest-calls', 'with the fewest calls today (7)'],
    ['least-occupied', 'the least at work today (0.7 %)'],
    ['round-robin', 'next in turn'],
    ['random', 'by lot'],
    ['linear', 'first in the document'],
  ] as const)('names what the order %s compares', (order, expected) => {
    expect(told([ann, bob], { order })[0]).toBe(`ANN was chosen: of 2 who were free, ${expected}.`);
  });

  test.each<[string, Candidate[], Partial<OfferWhy>]>([
    ['the only one free and able', [ann, { agent: 'bob', verdict: 'busy' }], {}],
    ['spoke with this customer last', [ann, bob], { lastAgent: { agent: 'ann', state: 'chosen' } }],
    ['everybody rings who is free (2)', [ann, bob], { order: 'ring-all' }],
    [
      'of 2 who were free, of the first level',
      [ann, { agent: 'bob', verdict: 'further-level', level: 2 }],
      {},
    ],
    [
      'of 2 who were free, nearest to the preferred skill',
      [ann, { agent: 'bob', verdict: 'less-skilled' }],
      {},
    ],
  ])('%s', (expected, candidates, why) => {
    expect(told(candidates, why)[0]).toBe(`ANN was chosen: ${expected}.`);
  });

  test('one who was given it by order beat nobody', () => {
    expect(told([ann], { given: 'console 10.0.0.7' })).toEqual([
      "ANN was given it by order of console 10.0.0.7, after a wait of 60 s: neither the queue's order nor the turn of others had a say.",
    ]);
    expect(told([ann], { given: 'console 10.0.0.7' }, 'zh')).toEqual([
      '由 console 10.0.0.7 指定派给 ANN（已等待 60 秒），不按队列次序，也不论他人先后。',
    ]);
  });

  test('an offer that no queue made has nothing to be told', () => {
    expect(whySentences({ attempt: 1 }, 'en', names)).toEqual([]);
  });

  test('every verdict has its words', () => {
    for (const words of [en, zh])
      for (const verdict of VERDICTS) expect(words.verdicts[verdict].length).toBeGreaterThan(1);
  });
});
