import { describe, expect, test } from 'vitest';
import { decode, leaves, parseTopic, topicOf } from './topics.ts';

const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const EPOCH = '0123456789abcdef';

describe('a topic', () => {
  test.each(leaves)('%s is written and read the same', (leaf) => {
    expect(parseTopic(topicOf('main', 'hangzhou-west', leaf))).toEqual({
      tenant: 'main',
      box: 'hangzhou-west',
      leaf,
    });
  });

  test.each([
    'branchline/v2/main/box/ledger',
    'branchline/v1/main/box',
    'branchline/v1/main/+/ledger',
    'branchline/v1/main/#',
    'branchline/v1//box/ledger',
    'branchline/v1/main/box/ledger/more',
    'branchline/v1/main/box/toString',
    '$share/x/branchline/v1/main/box/ledger',
  ])('%s is none of ours', (text) => {
    expect(parseTopic(text)).toBeUndefined();
  });

  test.each(['+', '#', 'a/b', '', 'A', 'x'.repeat(41)])('no box is named %j', (box) => {
    expect(() => topicOf('main', box, 'ledger')).toThrow(/not a topic name/);
  });
});

describe('a payload', () => {
  const frame = {
    v: 1,
    epoch: EPOCH,
    newest: 7,
    events: [{ seq: 7, at: '2026-01-05T02:00:00.000Z', type: 'call.offered', call: 'c', body: {} }],
  };

  test('with fields and types of a later version is kept whole', () => {
    const later = {
      ...frame,
      later: true,
      events: [{ ...frame.events[0], type: 'call.beamed-up', body: { far: 1 }, more: 2 }],
    };
    expect(decode('ledger', bytes(later))).toEqual({ ok: true, payload: later });
  });

  test.each([
    ['not JSON', '{', /not JSON/],
    ['not UTF-8', Uint8Array.of(0xff, 0xfe), /not JSON/],
    ['another version', { ...frame, v: 2 }, /^v:/],
    ['a foreign epoch', { ...frame, epoch: 'x' }, /^epoch/],
    ['no events', { ...frame, events: [] }, /^events/],
    ['a number that is none', { ...frame, events: [{ ...frame.events[0], seq: 0 }] }, /^events\.0\.seq/],
    ['too many events', { ...frame, events: Array.from({ length: 501 }, () => frame.events[0]) }, /^events/],
  ])('that is %s is refused with the place', (_, value, error) => {
    const decoded = decode('ledger', value instanceof Uint8Array ? value : bytes(value));
    expect(decoded).toMatchObject({ ok: false, error: expect.stringMatching(error) as string });
  });
});
