/** The lab's time server, asked and judged by what the box asks and judges with. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asker } from '@branchline/firmware/clock/ask';
import { judgeClock, newClock, type ClockState } from '@branchline/firmware/clock/judge';
import { LabTime, WRONG_BY_MS } from '@branchline/lab/time/server';
import { FaultSwitch } from '@branchline/lab/gateways/switchboard';
import { systemClock } from '@branchline/runtime/clock';

const WARN_MS = 30_000;
const HOST = '127.0.0.1';
const ask = asker(systemClock);
/** Only silence is timed. */
const SILENCE_MS = 200;
let time: LabTime;
let faults: FaultSwitch;
let address: string;

beforeEach(async () => {
  time = await LabTime.open({ host: HOST, port: 0 });
  faults = new FaultSwitch({ gateways: [], time: [time] }, () => undefined);
  address = `http://${HOST}:${await faults.listen({ host: HOST, port: 0 })}`;
});

afterEach(async () => {
  await faults.close();
  await time.close();
});

async function round(before: ClockState): Promise<ClockState> {
  const said = await ask({ host: HOST, port: time.port });
  const words = 'word' in said ? [said.word] : [];
  return judgeClock(before, { asked: 1, words }, Date.now(), WARN_MS).state;
}

const turn = (path: string, method: string): Promise<Response> => fetch(`${address}${path}`, { method });

test('a box is right by it, off when it lies, and right again when every fault is ended', async () => {
  const right = await round(newClock(0));
  expect(right.condition).toBe('right');
  expect((await turn('/time/server/wrong', 'PUT')).status).toBe(200);
  const off = await round(await round(right));
  expect(off.condition).toBe('off');
  expect(Math.abs((off.word?.aheadMs ?? 0) + WRONG_BY_MS)).toBeLessThan(WARN_MS);
  await turn('/', 'DELETE');
  expect(time.faults).toEqual([]);
  expect((await round(off)).condition).toBe('right');
});

test('silent, it says nothing; and the switch names the faults that it knows', async () => {
  await turn('/time/server/silent', 'PUT');
  expect(await asker(systemClock, SILENCE_MS)({ host: HOST, port: time.port })).toHaveProperty('why');
  const refused = await turn('/time/server/late', 'PUT');
  expect(refused.status).toBe(404);
  expect(await refused.json()).toMatchObject({ known: ['wrong', 'silent'] });
});
