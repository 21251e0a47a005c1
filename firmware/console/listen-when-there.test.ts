import { expect, it } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog, type Log } from '@branchline/runtime/log';
import type { Listening } from '@branchline/runtime/web/listen';
import { listenWhenThere, TRY_AGAIN_MS } from './listen-when-there.ts';

const failing = (code: string): Error => Object.assign(new Error(code), { code });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function bench(answers: (Error | undefined)[]) {
  const clock = new ManualClock();
  const said: string[] = [];
  const say =
    (level: string) =>
    (_: unknown, text: string): void =>
      void said.push(`${level}: ${text.slice(0, 40)}`);
  const log = { ...silentLog, info: say('info'), warn: say('warn'), error: say('error') } as unknown as Log;
  const page = { open: 0, tries: 0 };
  const open = (): Promise<Listening> => {
    page.tries += 1;
    const wrong = answers.shift();
    if (wrong) return Promise.reject(wrong);
    page.open += 1;
    const stop = (): Promise<void> => Promise.resolve(void (page.open -= 1));
    return Promise.resolve({ url: 'https://192.0.2.9:8443', port: 8443, stop });
  };
  const begin = () => listenWhenThere({ open, host: '192.0.2.9', clock, log });
  const wait = async (): Promise<void> => {
    clock.advance(TRY_AGAIN_MS);
    await settled();
  };
  return { page, said, begin, wait };
}

it('an address that comes late: the start is none the worse, it is said once, and the page opens with the address', async () => {
  const { page, said, begin, wait } = bench([
    failing('EADDRNOTAVAIL'),
    failing('EADDRNOTAVAIL'),
    failing('EADDRNOTAVAIL'),
  ]);
  const late = await begin();
  expect([late.url, page.open]).toEqual([undefined, 0]);
  await wait();
  await wait();
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('warn: this machine has not got the address');
  await wait();
  expect([late.url, page]).toEqual(['https://192.0.2.9:8443', { open: 1, tries: 4 }]);
  expect(said.slice(1)).toEqual(['info: the page of the box is served']);
  await late.stop();
  await wait();
  expect(page).toEqual({ open: 0, tries: 4 });
});

it('anything else at the start ends it, as a port that is taken', async () => {
  await expect(bench([failing('EADDRINUSE')]).begin()).rejects.toThrow('EADDRINUSE');
});

it('a port that is found taken when the address has come is said, and tried again', async () => {
  const { page, said, begin, wait } = bench([failing('EADDRNOTAVAIL'), failing('EADDRINUSE')]);
  await begin();
  await wait();
  expect(said[1]).toContain('error: the page of the box cannot be served');
  await wait();
  expect(page).toEqual({ open: 1, tries: 3 });
});

it('stopped before the address came, it is tried no more', async () => {
  const { page, begin, wait } = bench([failing('EADDRNOTAVAIL')]);
  const late = await begin();
  await late.stop();
  await wait();
  expect(page).toEqual({ open: 0, tries: 1 });
});
