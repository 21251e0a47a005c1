/** The driver of the generic HTTP carrier against one that really listens, and refuses, lies, is busy or is silent. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { together, type Carrier } from '@branchline/controller/carriers/carrier';
import { httpCarrier } from '@branchline/controller/carriers/http-carrier';
import { CarrierApi } from '@branchline/lab/carrier-api/server';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';

const NUMBER = '+8657188880000';
let api: CarrierApi;
let url: string;

beforeEach(async () => {
  api = new CarrierApi('secret');
  url = await api.start();
});
afterEach(() => api.stop());

const carrier = (answersWithinMs = 10_000, givesUpAfterMs = 20_000, token = 'secret'): Carrier =>
  httpCarrier({
    ...{ url, token, promiseS: 3, settlesMs: 20_000, answersWithinMs, givesUpAfterMs, againAfterMs: 10 },
    ...{ clock: systemClock, log: silentLog },
  });

test('moves a number, and says so once it has read it back', async () => {
  expect(await carrier().route(NUMBER, 'stand-in')).toBe('confirmed');
  expect(api.routes.get(NUMBER)).toBe('stand-in');
});

test('a refusal is told at once, and not asked again', async () => {
  api.fault = 'refuses';
  expect(await carrier().route(NUMBER, 'stand-in')).toBe('refused');
  expect(api.keys.length).toBe(1);
});

test('a wrong token is a refusal', async () => {
  expect(await carrier(10_000, 20_000, 'another').route(NUMBER, 'stand-in')).toBe('refused');
});

test('busy at first: asked again under the same key until it is done', async () => {
  api.fault = 'busy';
  expect(await carrier().route(NUMBER, 'stand-in')).toBe('confirmed');
  expect([api.keys.length, new Set(api.keys).size]).toEqual([3, 1]);
});

test('says that it is done and has not: never taken for confirmed', async () => {
  api.fault = 'lies';
  expect(await carrier(10_000, 100).route(NUMBER, 'stand-in')).toBe('otherwise');
});

test('does it and never answers: nothing is known of it', async () => {
  api.fault = 'silent';
  expect(await carrier(100, 150).route(NUMBER, 'stand-in')).toBe('nothing');
});

test('does it without an answer and refuses the repeat: that refusal proves nothing', async () => {
  api.fault = 'forgets';
  expect(await carrier(100).route(NUMBER, 'stand-in')).toBe('nothing');
  expect(api.keys.length).toBeGreaterThan(1);
  expect(api.routes.get(NUMBER)).toBe('stand-in');
});

test('is not there at all: nothing', async () => {
  await api.stop();
  expect(await carrier(10_000, 100).route(NUMBER, 'stand-in')).toBe('nothing');
  await api.start();
});

test('of several numbers only what all of them are is certain', () => {
  expect(together(['confirmed', 'confirmed'])).toBe('confirmed');
  expect(together(['refused', 'refused'])).toBe('refused');
  expect(together(['confirmed', 'refused'])).toBe('nothing');
  expect(together([])).toBe('nothing');
});
