/** From a fault to who is told of it: the alarm book, the tree of the document, maintenance and a webhook, as the service ties them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { LiveAlarm } from '@branchline/contracts/live';
import type { Around } from '@branchline/firmware/around';
import { alarmsOnPage, makeTending, type Tending } from '@branchline/firmware/tending';
import { WebhookReceiver } from '@branchline/lab/receivers/webhook';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';

const SETTLED_MS = 16_000;
const STAYED_MS = 91_000;

let dir: string;
let clock: ManualClock;
let receiver: WebhookReceiver;
let kept: Record<string, unknown>;
let written: NewEvent[];
let board: Map<string, LiveAlarm>;
let around: Around;
let tending: Tending;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tending-'));
  writeFileSync(join(dir, 'secrets.json'), JSON.stringify({ hook: 'key' }));
  clock = new ManualClock();
  receiver = await WebhookReceiver.open('key', () => clock.now());
  kept = {};
  written = [];
  board = new Map();
  const resolved = resolveBranch({
    schema: 'branchline.branch/1',
    site: { id: 'shop', name: 'Shop', country: 'CN', timezone: 'Asia/Shanghai', language: 'en' },
    gateways: { e1: { kind: 'e1', address: '10.20.0.11' } },
    trunks: { pstn: { gateway: 'e1', channels: 30 }, old: { gateway: 'e1', channels: 8 } },
    notify: { pager: { webhook: { url: receiver.url, secret: 'hook' } } },
  });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
  around = {
    ...{ clock, wall: clock, log: silentLog, settings: { dataDir: dir }, changed: () => undefined },
    board: {
      set: (_: string, id: string, value: LiveAlarm | null) =>
        void (value ? board.set(id, value) : board.delete(id)),
    },
    documents: { branch: resolved.branch, onChange: () => undefined },
  } as unknown as Around;
  tending = start();
});
afterEach(async () => {
  tending.stop();
  await receiver.close();
  rmSync(dir, { recursive: true });
});

function start(): Tending {
  const made = makeTending(around, {
    append: (events) => void written.push(...events),
    // As the ledger's database gives it back.
    keep: (key, value) => void (kept[key] = JSON.parse(JSON.stringify(value))),
    about: (key) => kept[key],
  });
  made.start();
  return made;
}

const heard = (): string[] =>
  receiver.heard.flatMap(({ body }) =>
    (body?.notices ?? []).map(
      ({ kind, alarm, consequencesInAll }) => `${kind} ${alarm.subject} +${consequencesInAll}`,
    ),
  );
const hears = (what: string[]): Promise<void> => vi.waitFor(() => expect(heard()).toEqual(what), 5_000);

test('a gateway with two trunks is one message when it goes and one when it is back, with a restart between', async () => {
  tending.alarms.raise('trunk-down', 'pstn');
  tending.alarms.raise('gateway-unreachable', 'e1', '10.20.0.11:5060');
  tending.alarms.raise('trunk-down', 'old');
  clock.advance(SETTLED_MS);
  await hears(['raised e1 +2']);
  const cause = [...board.values()].find(({ subject }) => subject === 'e1')?.id;
  expect([...board.values()].map((alarm) => alarm.cause).toSorted()).toEqual([cause, cause, undefined]);
  await vi.waitFor(() => expect(tending.notifier.state().past).toHaveLength(1), 5_000);
  tending.stop();
  tending = start();
  clock.advance(SETTLED_MS);
  for (const trunk of ['pstn', 'old']) tending.alarms.clear('trunk-down', trunk);
  tending.alarms.clear('gateway-unreachable', 'e1');
  await hears(['raised e1 +2', 'cleared e1 +0']);
  const count = (type: string): number => written.filter((event) => event.type === type).length;
  expect([count('alarm.raised'), count('alarm.cleared'), count('notice.sent')]).toEqual([
    3,
    3,
    expect.any(Number),
  ]);
});

test('maintenance keeps it quiet, what stays comes forward, and who looks after it is told no more', async () => {
  const page = alarmsOnPage(around, tending);
  const { id } = page.openWindow(['gateway e1'], 3_600_000, 'li', 'new cable');
  tending.alarms.raise('gateway-unreachable', 'e1');
  tending.alarms.raise('trunk-down', 'pstn');
  clock.advance(SETTLED_MS);
  expect(page.open().map(({ window }) => window)).toEqual([id, id]);
  tending.alarms.raise('disk-low', '/data');
  const disk = page.open().find(({ code }) => code === 'disk-low');
  expect(page.acknowledge(disk?.id ?? '', 'li', 'ordered')?.acknowledged).toMatchObject({
    who: 'li',
    note: 'ordered',
  });
  clock.advance(SETTLED_MS);
  expect(page.endWindow(id, 'li')).toBe('ended');
  clock.advance(STAYED_MS);
  await hears(['raised e1 +1']);
  expect(page.notices().ways).toMatchObject([{ name: 'pager', kind: 'webhook', failing: false }]);
  expect(page.windows()).toEqual([]);
});
