import { expect, test } from 'vitest';
import type { Speaker } from '../words/speak.ts';
import { partyWords, peopleOf, peopleOfDocument } from './people.ts';

const words = { language: 'en', text: (text) => text.en, t: (key) => `<${key}>` } as Speaker;
const name = { zh: '李雷', en: 'Li Lei' };
const agent = {
  id: 'li.lei',
  name,
  extension: '8002',
  queues: [],
  state: 'ready' as const,
  reason: null,
  since: '2026-01-01T00:00:00Z',
  call: null,
  answeredToday: 0,
};

const told = (people: ReturnType<typeof peopleOf>) =>
  [
    { kind: 'agent', id: 'li.lei' },
    { kind: 'agent', id: 'gone' },
    { kind: 'extension', id: '8002' },
    { kind: 'number', id: '8002' },
    { kind: 'caller', id: '+8613812345678' },
    { kind: 'caller', id: 'anonymous' },
    { kind: 'caller', id: '' },
  ].map((party) => partyWords(party as never, people, words));

test('from the live state, and from a document, the same names', () => {
  const expected = [
    'Li Lei',
    'gone',
    'Li Lei 8002',
    'Li Lei 8002',
    '+86\u00a0138\u00a01234\u00a05678',
    '<party.anonymous>',
    '<party.anonymous>',
  ];
  expect(told(peopleOf({ agents: { 'li.lei': agent }, phones: {} }))).toEqual(expected);
  expect(told(peopleOfDocument({ people: { 'li.lei': { name, extension: 8002 } } }))).toEqual(expected);
});

test.each([undefined, null, 3, { people: null }, { people: { a: null, b: { name: 7 } } }])(
  'a document of another shape (%j) knows nobody',
  (document) => {
    expect(peopleOfDocument(document).person('a')).toBeUndefined();
  },
);
