/** Visits to boxes' pages with a box that is there at once: when they end. */
import { EventEmitter } from 'node:events';
import type { ClientHttp2Session } from 'node:http2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SentCommand } from '@branchline/contracts/http/commands';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { NewAudit } from '../store/document-versions.ts';
import { PageVisits } from './visits.ts';

class Session extends EventEmitter {
  destroyed = false;
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

const MINUTE_MS = 60_000;
const asked = { who: 'chen', address: '', role: 'operator', forMin: 10 } as const;
let clock: ManualClock;
let notes: NewAudit[];
let sessions: Session[];
let doorOpen: boolean;
let role: string;
let visits: PageVisits;

beforeEach(() => {
  clock = new ManualClock();
  [notes, sessions, doorOpen, role] = [[], [], false, 'operator'];
  visits = new PageVisits({
    ...{ clock, log: silentLog, host: '127.0.0.1', ports: { first: 0, last: 0 } },
    commands: {
      ask: (box, _order) => {
        const session = new Session();
        sessions.push(session);
        // The box comes when it has been told.
        setImmediate(() => visits.arrived(box, 'c1', session as unknown as ClientHttp2Session));
        return Promise.resolve({ id: 'c1' } as SentCommand);
      },
    },
    isOnline: () => true,
    door: {
      open: () => ((doorOpen = true), Promise.resolve(1)),
      close: () => ((doorOpen = false), Promise.resolve()),
    },
    identity: () => Promise.resolve(undefined),
    may: (visit) => visit.role === role,
    note: (audit) => (notes.push(audit), Promise.resolve()),
  });
});
afterEach(() => visits.stop());

const entered = async (port: number, path: string): Promise<number> =>
  (await fetch(`http://127.0.0.1:${String(port)}${path}`, { redirect: 'manual' })).status;

it('ends when its time is over, and its port and the door are shut', async () => {
  const { port, path } = await visits.open('shop', asked);
  clock.advance(10 * MINUTE_MS - 1);
  expect(visits.of('shop')).toMatchObject({ who: 'chen' });
  clock.advance(1);
  await expect.poll(() => doorOpen).toBe(false);
  expect(visits.of('shop')).toBeUndefined();
  expect(sessions[0]?.destroyed).toBe(true);
  await expect(entered(port, path)).rejects.toThrow();
  expect(notes.at(-1)).toMatchObject({ action: 'page closed', who: 'chen', box: 'shop' });
  expect(notes.at(-1)?.detail).toContain('its time is over');
});

it('lets a browser in by a link once, within a minute', async () => {
  const first = await visits.open('shop', asked);
  expect(await entered(first.port, first.path)).toBe(303);
  expect(await entered(first.port, first.path)).toBe(401);
  const second = await visits.open('shop', asked);
  clock.advance(MINUTE_MS);
  expect(await entered(second.port, second.path)).toBe(401);
});

it('ends when the person signs out, but only his', async () => {
  await visits.open('shop', asked);
  await visits.open('mall', { ...asked, who: 'wu' });
  await visits.left('chen');
  expect([visits.of('shop'), visits.of('mall')?.who]).toEqual([undefined, 'wu']);
  expect(notes.at(-1)?.detail).toContain('chen has signed out');
  expect(doorOpen).toBe(true);
});

it('ends when the person has not the role any more that the box was told', async () => {
  await visits.open('shop', asked);
  await visits.look();
  expect(visits.of('shop')).toBeDefined();
  role = 'technician';
  await visits.look();
  expect(visits.of('shop')).toBeUndefined();
});

it('ends with headquarters, which says so in the log', async () => {
  await visits.open('shop', asked);
  await visits.stop();
  expect(notes.at(-1)?.detail).toContain('headquarters ends');
  expect(sessions[0]?.destroyed).toBe(true);
});
