import type { NewEvent, Party } from '@branchline/contracts/ledger';
import { ManualClock } from '@branchline/runtime/clock';
import { expect, test } from 'vitest';
import type { SoundFigures } from '../engine/port.ts';
import { SoundBook } from './sound-book.ts';
import type { Call } from './state.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const figures = (received: number): SoundFigures => ({ received, sent: 500, lost: 0, jitterMs: 1 });
const caller: Party = { kind: 'caller', id: '139' };
const ann: Party = { kind: 'agent', id: 'ann' };

const talk = (id: string, legs: Record<string, Party>, more: Partial<Call> = {}): Call =>
  ({
    id,
    answeredAt: 1,
    anchor: { channel: id, party: caller, answered: true, gone: false },
    legs: Object.fromEntries(
      Object.entries(legs).map(([leg, party]) => [leg, { id: leg, party, state: 'up' }]),
    ),
    ...more,
  }) as unknown as Call;
const legEnded = (call: string, leg: string): NewEvent => ({
  type: 'call.leg-ended',
  call,
  at: 7,
  body: { leg, who: ann, talkMs: 1 },
});
const ended = (call: string) => ({ type: 'call.ended', call, at: 8, body: {} }) as unknown as NewEvent;
const told = (book: SoundBook, ...events: NewEvent[]): string[] =>
  book
    .told(events)
    .map((event) =>
      event.type === 'call.sound' ? `sound ${event.body.leg} ${event.body.from.packets}` : event.type,
    );

function bookOf(answer: (channel: string, time: number) => Promise<SoundFigures> | undefined) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const late: NewEvent[] = [];
  const book = new SoundBook(
    clock,
    (channel) => {
      asked.push(channel);
      return answer(channel, asked.length);
    },
    (events) => late.push(...events),
  );
  return { clock, asked, book, late };
}

test('asked after 4 s and every 10 s; the last answer stands before the end, once', async () => {
  const { clock, asked, book } = bookOf((_, time) => Promise.resolve(figures(time * 100)));
  book.follow([talk('c1', { 'c1-leg-1': ann })]);
  clock.advance(24_000);
  await settled();
  expect(asked).toEqual(['c1', 'c1-leg-1', 'c1', 'c1-leg-1', 'c1', 'c1-leg-1']);
  expect(told(book, legEnded('c1', 'c1-leg-1'), ended('c1'))).toEqual([
    'sound c1-leg-1 600',
    'call.leg-ended',
    'sound c1 500',
    'call.ended',
  ]);
  clock.advance(60_000);
  expect(asked).toHaveLength(6);
  expect(told(book, ended('c1'))).toEqual(['call.ended']);
});

test('a channel that is about to be ended is asked at once, however short the talk', async () => {
  const { book } = bookOf(() => Promise.resolve(figures(60)));
  book.follow([talk('c1', {})]);
  book.ask('c1');
  book.ask('of no talk');
  await settled();
  expect(told(book, ended('c1'))).toEqual(['sound c1 60', 'call.ended']);
});

test('an answer that is on its way when the party has left is told when it comes, and not twice', async () => {
  const { clock, book, late } = bookOf((_, time) => Promise.resolve(figures(time * 100)));
  book.follow([talk('c1', {})]);
  clock.advance(4_000);
  await settled();
  book.ask('c1');
  expect(told(book, ended('c1'))).toEqual(['call.ended']);
  await settled();
  expect(late).toMatchObject([
    { type: 'call.sound', call: 'c1', at: clock.now(), body: { leg: 'c1', from: { packets: 200 } } },
  ]);
});

test('the last question is refused after the end: what was known before is told', async () => {
  const { clock, book, late } = bookOf((_, time) =>
    time === 1 ? Promise.resolve(figures(100)) : Promise.reject(new Error('gone')),
  );
  book.follow([talk('c1', {})]);
  clock.advance(4_000);
  await settled();
  book.ask('c1');
  book.told([ended('c1')]);
  await settled();
  expect(late).toMatchObject([{ body: { from: { packets: 100 } } }]);
});

test.each([
  ['never comes', () => new Promise<SoundFigures>(() => undefined)],
  ['is refused', () => Promise.reject(new Error('gone'))],
  ['cannot be asked for: no engine', () => undefined],
])('an answer that %s is left out, and holds nothing up', async (_, answer) => {
  const { clock, book, late } = bookOf(answer);
  book.follow([talk('c1', {})]);
  clock.advance(5_000);
  await settled();
  expect(told(book, ended('c1'))).toEqual(['call.ended']);
  expect(late).toEqual([]);
});

test('who goes on in another call is told of there, when he leaves it', async () => {
  const { clock, book } = bookOf(() => Promise.resolve(figures(200)));
  book.follow([talk('c1', { 'c1-leg-1': ann })]);
  clock.advance(4_000);
  await settled();
  book.follow([talk('c2', { 'c1-leg-1': ann })]);
  expect(told(book, legEnded('c1', 'c1-leg-1'), ended('c1'))).toEqual([
    'call.leg-ended',
    'sound c1 200',
    'call.ended',
  ]);
  expect(told(book, legEnded('c2', 'c1-leg-1'))).toEqual(['sound c1-leg-1 200', 'call.leg-ended']);
});

test('nobody is asked of before the call is answered, nor one who rings', () => {
  const { clock, asked, book } = bookOf(() => Promise.resolve(figures(1)));
  const { answeredAt: _, ...unanswered } = talk('c1', {});
  const ringing = talk('c2', { 'c2-leg-1': ann });
  for (const leg of Object.values(ringing.legs)) leg.state = 'ringing';
  book.follow([unanswered, ringing, null]);
  clock.advance(5_000);
  expect(asked).toEqual(['c2']);
});

test('after the stop no timer is left', () => {
  const { clock, asked, book } = bookOf(() => Promise.resolve(figures(1)));
  book.follow([talk('c1', {})]);
  book.stop();
  clock.advance(60_000);
  expect(asked).toEqual([]);
});
