import { describe, expect, test } from 'vitest';
import { peopleOfDocument } from './branch/people.ts';
import { callWhy, tellWhy, type CallWhy } from './call-why.ts';
import { en, zh } from './call-why-words.ts';
import { eventBodies, type EventBody, type EventType, type LedgerEvent } from './ledger.ts';

const people = peopleOfDocument({
  people: {
    ann: { name: { zh: '安', en: 'Ann' }, extension: 8001 },
    bob: { name: 'Bob', extension: '8002' },
  },
});
const T0 = Date.UTC(2026, 0, 5, 2);

function story(
  ...entries: { [T in EventType]: [T, EventBody<T>, afterMs: number] }[EventType][]
): LedgerEvent[] {
  return entries.map(([type, body, afterMs], index) => ({
    seq: index + 1,
    at: new Date(T0 + afterMs).toISOString(),
    call: 'c1',
    type,
    body: body,
  }));
}
const told = (events: LedgerEvent[], language: 'zh' | 'en' = 'en'): CallWhy =>
  callWhy.parse(tellWhy('c1', events, { language, people, timezone: 'Asia/Shanghai' }));
const says = (events: LedgerEvent[], language?: 'zh' | 'en'): string[] =>
  told(events, language).lines.map((line) => [line.says, line.outcome].filter(Boolean).join(' '));

const offered: ['call.offered', EventBody<'call.offered'>, number] = [
  'call.offered',
  { direction: 'in', from: { kind: 'caller', id: '+8613900000001' }, dialled: '1001', trunk: 'pstn' },
  0,
];
const queued: ['call.queued', EventBody<'call.queued'>, number] = [
  'call.queued',
  { queue: 'service', priority: 10, tag: 'vip', position: 2, expectedWaitMs: 130_000 },
  1_000,
];
const why = {
  order: 'longest-idle' as const,
  turn: { priority: 10, aged: 0, waitedMs: 0, waiting: 1 },
};
const offer = (
  leg: string,
  agent: string,
  attempt: number,
  afterMs: number,
  via = 'p1',
): ['call.leg-offered', EventBody<'call.leg-offered'>, number] => [
  'call.leg-offered',
  {
    leg,
    to: { kind: 'agent', id: agent, via },
    queue: 'service',
    attempt,
    candidates: [{ agent, verdict: 'chosen', score: T0 }],
    why,
  },
  afterMs,
];
const refused = (
  leg: string,
  reason: EventBody<'call.leg-refused'>['reason'],
  afterMs: number,
): ['call.leg-refused', EventBody<'call.leg-refused'>, number] => [
  'call.leg-refused',
  { leg, to: { kind: 'agent', id: 'ann' }, reason, queue: 'service' },
  afterMs,
];
const answered: ['call.answered', EventBody<'call.answered'>, number] = [
  'call.answered',
  { leg: 'l2', by: { kind: 'agent', id: 'bob' }, queue: 'service', waitedMs: 21_000 },
  22_000,
];
const ended = (
  more: Partial<EventBody<'call.ended'>> = {},
): ['call.ended', EventBody<'call.ended'>, number] => [
  'call.ended',
  {
    outcome: 'answered',
    endedBy: 'caller',
    phase: 'talking',
    talkMs: 60_000,
    totalMs: 150_000,
    recorded: { kept: false },
    ...more,
  },
  150_000,
];

describe('a call that a queue offered', () => {
  const events = story(
    offered,
    queued,
    offer('l1', 'ann', 1, 2_000),
    refused('l1', 'no-answer', 17_000),
    offer('l2', 'bob', 2, 17_000),
    answered,
    ended(),
  );

  test('is told with every offer, why it was made and what came of it', () => {
    expect(told(events).summary).toBe('A queue offered it 2 times; Bob took it.');
    expect(says(events)).toEqual([
      '+8613900000001 called 1001, by line pstn.',
      "Came into queue 'service' at place 2, priority 10 as 'vip'; a wait of 2 min 10 s was expected.",
      "Queue 'service' offered it to Ann at p1 (offer 1). Not answered within 15 s.",
      "Queue 'service' offered it to Bob at p1 (offer 2). Answered after 5 s.",
      'Ended by the caller in talk, after 2 min 30 s (60 s of talk): answered.',
    ]);
    expect(told(events).lines[2]?.because[0]).toBe('Ann was chosen: the only one free and able.');
    expect(told(events).lines[2]?.at).toBe('2026-01-05T02:00:02.000Z');
  });

  test('in Chinese too', () => {
    expect(told(events, 'zh').summary).toBe('队列派了 2 次；由 Bob 接听。');
    expect(says(events, 'zh').slice(1, 4)).toEqual([
      '进入队列“service”，第 2 位，优先级 10（标签“vip”）；预计等待 2 分 10 秒。',
      '队列“service”派给 安（话机 p1），第 1 次。 振铃 15 秒未接。',
      '队列“service”派给 Bob（话机 p1），第 2 次。 5 秒后接听。',
    ]);
    expect(told(events, 'zh').lines[2]?.because[0]).toBe('选中 安：只有他空闲且能接。');
  });

  test('several telephones of an agent are one offer, and an answer at one of them counts', () => {
    const both = story(
      queued,
      offer('l1', 'bob', 1, 2_000, 'desk'),
      offer('l2', 'bob', 1, 2_000, 'mobile'),
      refused('l1', 'answered-elsewhere', 22_000),
      answered,
    );
    expect(says(both).slice(1)).toEqual([
      "Queue 'service' offered it to Bob at desk, mobile (offer 1). Answered after 20 s.",
    ]);
  });

  test('what came of an offer stays open until all its telephones have said so', () => {
    const open = story(
      offer('l1', 'ann', 1, 0, 'desk'),
      offer('l2', 'ann', 1, 0, 'mobile'),
      refused('l1', 'busy', 10),
    );
    expect(told(open).lines[0]?.outcome).toBeNull();
    expect(told(open).summary).toBe('A queue offered it once; no agent has taken it.');
  });

  test('times of day are told in the zone of the branch', () => {
    const [line] = told(
      story([
        'call.leg-offered',
        {
          leg: 'l1',
          to: { kind: 'agent', id: 'ann' },
          queue: 'service',
          attempt: 1,
          candidates: [
            { agent: 'ann', verdict: 'chosen', score: T0 },
            { agent: 'bob', verdict: 'lower', score: T0 + 1 },
          ],
          why,
        },
        0,
      ]),
    ).lines;
    expect(line?.because[0]).toBe('Ann was chosen: of 2 who were free, the longest (since 10:00:00).');
  });
});

describe('a call that no queue offered says what happened instead', () => {
  const summary = (...events: Parameters<typeof story>): string => told(story(...events)).summary;

  test.each<[string, Parameters<typeof story>]>([
    [
      'No queue had it: it rang for Ann (8001), and was not answered.',
      [
        offered,
        ['call.leg-offered', { leg: 'l1', to: { kind: 'extension', id: '8001', via: 'p1' }, attempt: 1 }, 10],
        ended({ outcome: 'not-answered' }),
      ],
    ],
    [
      'No queue had it: it rang for Ann (8001), and nobody has answered yet.',
      [
        offered,
        ['call.leg-offered', { leg: 'l1', to: { kind: 'extension', id: '8001', via: 'p1' }, attempt: 1 }, 10],
      ],
    ],
    [
      'No queue had it: it went out to 120, and was answered.',
      [
        ['call.leg-offered', { leg: 'l2', to: { kind: 'number', id: '120', via: 'pstn' }, attempt: 1 }, 10],
        ['call.answered', { leg: 'l2', by: { kind: 'number', id: '120' }, waitedMs: 0 }, 20],
      ],
    ],
    [
      "No queue had it: it ended in flow 'welcome', at step 3.",
      [offered, ['call.flow', { flow: 'welcome', node: '3', step: 'hang-up' }, 10], ended()],
    ],
    [
      "No queue had it: it went to voicemail 'shop'.",
      [offered, ['voicemail.empty', { box: 'shop', from: '+86139', durationMs: 0 }, 10]],
    ],
    [
      "No queue had it: it went to voicemail 'shop'.",
      [offered, ['voicemail.refused', { box: 'shop', from: '+86139', because: 'disk is read-only' }, 10]],
    ],
    ['No queue had it, and nobody was rung: refused.', [offered, ended({ outcome: 'refused' })]],
    [
      "It waited in queue 'service' and was offered to nobody: nobody was signed in.",
      [
        offered,
        queued,
        ['call.overflowed', { queue: 'service', because: 'nobody-signed-in', to: 'hang-up', waitedMs: 0 }, 9],
      ],
    ],
    [
      "It waited in queue 'service' and was offered to nobody: the caller ended it before an agent was free.",
      [offered, queued, ended({ outcome: 'abandoned', phase: 'queue', talkMs: 0 })],
    ],
  ])('%s', (expected, events) => {
    expect(summary(...events)).toBe(expected);
  });
});

test('announcements, overflows, digits and transfers are told where they happened', () => {
  const events = story(
    ['call.flow', { flow: 'welcome', step: 'chose', digit: '2' }, 0],
    ['call.announced', { queue: 'service', position: 3, expectedWaitMs: 60_000 }, 1],
    ['call.overflowed', { queue: 'service', because: 'waiting', to: 'voicemail shop', waitedMs: 180_000 }, 2],
    ['call.transferred', { kind: 'blind', by: { kind: 'extension', id: '8001', via: 'p1' }, to: '8002' }, 3],
    ['call.answered', { leg: 'other', by: { kind: 'extension', id: '8002' }, waitedMs: 0 }, 4],
    ['call.moved', { from: 'queue service', to: 'queue sales', waitedMs: 20_000, by: 'console 10.0.0.7' }, 5],
    [
      'call.leg-offered',
      {
        leg: 'l9',
        to: { kind: 'extension', id: '8002', via: 'p2' },
        attempt: 1,
        ordered: 'console 10.0.0.7',
      },
      6,
    ],
    [
      'call.picked-up',
      {
        by: { kind: 'extension', id: '8002', via: 'p2' },
        from: [{ kind: 'agent', id: 'ann' }],
        ordered: 'console 10.0.0.7',
      },
      7,
    ],
  );
  expect(told(events).lines[6]?.because).toEqual([
    'By order of console 10.0.0.7, while it rang elsewhere: whoever answers first has it.',
  ]);
  expect(says(events)).toEqual([
    "Pressed 2 in flow 'welcome'.",
    'Was told: place 3, a wait of about 60 s.',
    "Left queue 'service' without an agent after 3 min: it had waited too long; went on to 'voicemail shop'.",
    'Ann (8001) sent the call on to 8002.',
    'Bob (8002) came into the call.',
    "Was taken out of 'queue service' after 20 s and sent to 'queue sales', by order of console 10.0.0.7.",
    'Rang for Bob (8002) at p2.',
    'Bob (8002) picked it up; it had rung at Ann (ordered by console 10.0.0.7).',
  ]);
  expect(says(events, 'zh').slice(5)).toEqual([
    '等了 20 秒，由 console 10.0.0.7 从“queue service”移往“queue sales”。',
    'Bob (8002) 振铃（话机 p2）。',
    'Bob (8002) 代接，原在 安 振铃（由 console 10.0.0.7 指定）。',
  ]);
});

test('each reason of the ledger has words in both languages', () => {
  const refusals = eventBodies['call.leg-refused'].shape.reason.options;
  const overflows = eventBodies['call.overflowed'].shape.because.options;
  for (const words of [en, zh]) {
    for (const reason of refusals) expect(words.refused[reason](1_000)).not.toMatch(/undefined/);
    for (const because of overflows)
      expect(words.overflowed({ queue: 'q', because, waitedMs: 0 })).not.toMatch(/undefined/);
  }
});

test('poor and one-way sound are told, each by its name; good sound is passed over', () => {
  const sound = (id: string, more: object): ['call.sound', EventBody<'call.sound'>, number] => [
    'call.sound',
    {
      leg: 'l',
      who: { kind: 'agent', id },
      from: { packets: 500, lostPercent: 0, jitterMs: 1, mos: 4.41 },
      to: { packets: 500 },
      ...more,
    },
    9_000,
  ];
  const bad = { packets: 400, lostPercent: 20, jitterMs: 41, mos: 2.12 };
  const events = story(
    sound('ann', {}),
    sound('ann', { from: bad }),
    sound('ann', { from: { packets: 0 }, silent: 'from' }),
    sound('ann', { to: { packets: 0 }, silent: 'to' }),
  );
  expect(says(events)).toEqual([
    'The sound of Ann was poor: MOS 2.1, 20.0 % lost, jitter 41 ms.',
    'One-way sound: nothing came from Ann, though sound was sent there.',
    'One-way sound: nothing was sent to Ann, though sound came from there.',
  ]);
  expect(says(events, 'zh')).toEqual([
    '安 一侧音质差：MOS 2.1，丢包 20.0%，抖动 41 毫秒。',
    '单通：已向 安 送出语音，但没有收到那一侧的任何语音。',
    '单通：收到了 安 一侧的语音，但没有向那一侧送出任何语音。',
  ]);
});
