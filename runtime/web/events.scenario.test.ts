/** The stream of a large fleet: its snapshot alone is longer than a slow reader's bound. */
import { afterEach, expect, it } from 'vitest';
import express from 'express';
import { ManualClock } from '../clock.ts';
import { EventStream } from './events.ts';
import { listen, type Listening } from './listen.ts';

const SNAPSHOT = { boxes: 'x'.repeat(24_000_000) };
let service: Listening | undefined;
afterEach(() => service?.stop());

it('lets nobody go because his snapshot is long', async () => {
  const stream = new EventStream({
    clock: new ManualClock(),
    snapshot: () => SNAPSHOT,
    mayLook: () => true,
    mostBufferedBytes: 1_000,
  });
  const app = express();
  app.get('/live', (request, response) => {
    stream.open(request, response);
    // Of the snapshot nothing but its beginning has left by now.
    stream.change({ n: 1 });
  });
  service = await listen(app, { host: '127.0.0.1', port: 0 }, undefined);
  const answer = await fetch(`${service.url}/live`);
  let length = 0;
  let tail = '';
  for await (const bytes of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += bytes.length;
    tail = (tail + Buffer.from(bytes).toString()).slice(-100);
    if (tail.includes('event: change')) break;
  }
  expect(length).toBeGreaterThan(24_000_000);
  expect(tail).toContain('{"n":1}');
  stream.close();
});
