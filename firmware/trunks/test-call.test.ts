import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine, EngineEvent } from '../engine/port.ts';
import { TestCalls, type TestOutcome } from './test-call.ts';
import { SAMPLE_RATE, TEST_HZ } from './tone.ts';

const order = { trunk: 'pstn', gateway: 'e1', to: '057187770003', returns: true, callerNumber: '+86571' };

let dir: string;
let clock: ManualClock;
let tests: TestCalls;
let did: string[];
/** Answered when the test says so; a fault makes the engine refuse. */
let fault: Error | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'test-call-'));
  clock = new ManualClock();
  did = [];
  fault = undefined;
  tests = new TestCalls({
    clock,
    log: silentLog,
    soundFile: (recording) => join(dir, recording),
    tone: { file: join(dir, 'tone/tone.sln'), media: 'sound:tone/tone' },
  });
  tests.engineIs(engine());
});
afterEach(() => rmSync(dir, { recursive: true }));

function engine(): Engine {
  const note = (what: string): Promise<void> => {
    did.push(what);
    return fault ? Promise.reject(fault) : Promise.resolve();
  };
  const made: Partial<Engine> = {
    call: ({ to }) =>
      note(
        `call ${to.kind === 'gateway' ? [to.number, ...(to.at ? [to.at.host] : [])].join(' at ') : to.name}`,
      ),
    overhear: () => note('overhear'),
    play: (_, __, media) => note(`play ${media.join()}`),
    hangup: () => note('hangup'),
    soundFigures: () => Promise.resolve({ received: 150, sent: 150, lost: 0, jitterMs: 0 }),
  };
  return made as Engine;
}

/** Until the engine has been asked for something more: before the first of it a file is written, which takes as long as it takes. */
async function settled(): Promise<void> {
  const calls = did.length;
  while (did.length === calls) await new Promise((resolve) => setImmediate(resolve));
}
const channel = (): string => `test-pstn-${clock.now()}-leg-1`;
const up = (): EngineEvent => ({ type: 'channel-state', channel: channel(), state: 'up' });
const gone = (code: number): EngineEvent => ({
  type: 'channel-gone',
  channel: channel(),
  cause: { code, text: '' },
});

/** The call is answered, and so much is heard. */
async function answeredWith(sample: (second: number) => number): Promise<TestOutcome> {
  const outcome = tests.make(order);
  const [name, heard] = [channel(), up()];
  await settled();
  tests.hear(heard);
  await settled();
  const samples = Array.from({ length: 3 * SAMPLE_RATE }, (_, at) => Math.round(sample(at / SAMPLE_RATE)));
  writeFileSync(join(dir, `${name}-heard`), Buffer.from(Int16Array.from(samples).buffer));
  tests.hear({ type: 'message-recorded', recording: `${name}-heard`, channel: `${name}-ear`, failed: false });
  return outcome;
}

test('the tone is sent, what comes back is judged, and nothing is left', async () => {
  const outcome = await answeredWith((second) => 5_000 * Math.sin(2 * Math.PI * TEST_HZ * second));
  expect(outcome).toMatchObject({ verdict: 'both-ways', packets: 150 });
  expect(did).toEqual(['call 057187770003', 'overhear', 'play sound:tone/tone', 'hangup']);
  expect(readdirSync(dir)).toEqual(['tone']);
});

test('a gateway that is thought to be out is asked by its address', async () => {
  const outcome = tests.make({ ...order, at: { host: '127.0.0.11', port: 5060 } });
  const ended = gone(38);
  await settled();
  tests.hear(ended);
  expect(await outcome).toMatchObject({ verdict: 'refused' });
  expect(did[0]).toBe('call 057187770003 at 127.0.0.11');
});

test('answered, and silent', async () => {
  expect(await answeredWith(() => 0)).toMatchObject({ verdict: 'silent' });
});

test('where not a packet comes, the engine writes no file: silent after the time to listen', async () => {
  const outcome = tests.make(order);
  const heard = up();
  await settled();
  tests.hear(heard);
  await settled();
  clock.advance(5_000);
  expect(await outcome).toMatchObject({ verdict: 'silent' });
  expect(did.at(-1)).toBe('hangup');
});

test.each([
  ['refused', 38, 'refused'],
  ['busy: it has been reached', 17, 'unjudged'],
])('%s', async (_, cause, verdict) => {
  const outcome = tests.make(order);
  const end = gone(cause);
  await settled();
  tests.hear(end);
  expect(await outcome).toMatchObject({ verdict, cause });
});

test('not answered in time', async () => {
  const outcome = tests.make(order);
  await settled();
  clock.advance(20_000);
  expect(await outcome).toMatchObject({ verdict: 'not-answered' });
  expect(did.at(-1)).toBe('hangup');
});

test('a call that cannot even be made is refused', async () => {
  fault = new Error('allocation failed');
  expect(await tests.make(order)).toMatchObject({ verdict: 'refused' });
});

test.each([
  ['a caller needs the channel', () => tests.giveUp('pstn')],
  ['the engine is lost', () => tests.engineIs(undefined)],
  ['the service ends', () => tests.stop()],
])('%s: no verdict, and the call is let go', async (_, happen) => {
  const outcome = tests.make(order);
  await settled();
  happen();
  expect(await outcome).toMatchObject({ verdict: 'unjudged' });
  expect(did.at(-1)).toBe('hangup');
});

test('without an engine there is no verdict', async () => {
  tests.engineIs(undefined);
  expect(await tests.make(order)).toEqual({ verdict: 'unjudged', tookMs: 0 });
});
