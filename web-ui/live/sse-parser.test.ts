import { expect, test } from 'vitest';
import { sseParser, type ServerEvent } from './sse-parser.ts';

const read = (...pieces: string[]): ServerEvent[] => {
  const events: ServerEvent[] = [];
  const take = sseParser((event) => events.push(event));
  pieces.forEach(take);
  return events;
};

test('an event, wherever its bytes are cut', () => {
  const text = ': hello\n\nevent: change\ndata: {"a":\ndata: 1}\n\nevent: snapshot\r\ndata: x\r\n\r\n';
  const whole = read(text);
  expect(whole).toEqual([
    { type: 'change', data: '{"a":\n1}' },
    { type: 'snapshot', data: 'x' },
  ]);
  for (let cut = 0; cut <= text.length; cut++) {
    expect(read(text.slice(0, cut), text.slice(cut))).toEqual(whole);
  }
});

test('an event without data is none, and fields that are not ours are passed over', () => {
  expect(read('event: ping\n\nid: 4\nretry: 10\ndata\n\n')).toEqual([{ type: 'message', data: '' }]);
});
