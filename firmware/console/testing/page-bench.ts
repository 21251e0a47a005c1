/** The box's page over real HTTP, made anew for each test of a file that imports this; the other rooms are stood in for by what they promise in needs.ts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { peopleOfDocument } from '@branchline/contracts/branch/people';
import type { VoicemailBox } from '@branchline/contracts/branch/flows/model';
import { knownEvent, type LedgerEvent, type NewEvent } from '@branchline/contracts/ledger';
import { figuresOf } from '@branchline/contracts/queue-figures';
import { tell } from '@branchline/contracts/call-story';
import type { LiveAlarm, LiveTrunk } from '@branchline/contracts/live';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Console } from '../console.ts';
import { LiveBoard } from '../live-board.ts';
import type { CallQuery, ConsoleNeeds } from '../needs.ts';
import { listeningPorts, USUAL_PORTS } from '../ports.ts';

export const SOUND = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
export const offered: LedgerEvent = {
  seq: 1,
  at: '2026-01-05T02:00:00.000Z',
  call: 'c1',
  type: 'call.offered',
  body: { direction: 'in', from: { kind: 'caller', id: '+8613800000000' }, dialled: '+8657186001000' },
};
export const story = tell(undefined, offered);
export const alarm: LiveAlarm = {
  id: 'a1',
  code: 'trunk-down',
  severity: 'major',
  subject: 'e1-a',
  detail: null,
  since: '2026-01-05T02:00:00.000Z',
};

export let dir: string;
export let board: LiveBoard;
export let page: Console;
export let password: string;
export let passwords: string[];
export let written: NewEvent[];
export let queries: CallQuery[];
export let orders: unknown[][];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'console-'));
  mkdirSync(join(dir, '.vault'));
  writeFileSync(join(dir, '.vault/r1.wav'), SOUND);
  [passwords, written, queries, orders] = [[], [], [], []];
  board = new LiveBoard(systemClock, {
    id: 'hangzhou-west',
    name: { zh: '杭州西', en: 'Hangzhou West' },
    timezone: 'Asia/Shanghai',
  });
  page = newConsole();
  await page.start();
  password = passwords[0] ?? '';
});

afterEach(async () => {
  await page.stop();
  rmSync(dir, { recursive: true });
});

/** The same box, its page opened anew. */
export function openAgain(): void {
  page = newConsole();
}

function newConsole(): Console {
  return new Console({
    settings: {
      listen: { host: '127.0.0.1', port: 0 },
      names: ['localhost'],
      dataDir: dir,
      box: 'box-1',
      checkAnswers: true,
    },
    clock: systemClock,
    log: silentLog,
    board,
    needs: needs(),
    onFirstPassword: (first) => passwords.push(first),
  });
}

export const shop: VoicemailBox = {
  name: 'shop',
  title: { zh: '店', en: 'Shop' },
  greeting: { kind: 'tone', name: 'beep' },
  people: [],
  longestMs: 1,
  keepMs: 1,
  mail: [],
};
export const message = {
  message: 'm1',
  box: 'shop',
  from: '+8613900000001',
  at: 0,
  durationMs: 3_000,
  bytes: 1_000,
  sha256: '',
  call: 'c1',
};

export const calledBack = {
  callback: 'cb-1',
  number: '+8613900000001',
  queue: 'service',
  since: '2026-01-05T02:00:00.000Z',
  attempts: 1,
  state: 'paused' as const,
  nextAt: '2026-01-05T02:10:00.000Z',
};

const callbacks: ConsoleNeeds['callbacks'] = {
  list: () => [calledBack],
  cancel: (id) => (id === 'cb-1' ? calledBack : undefined),
};
const brakes: ConsoleNeeds['brakes'] = {
  list: () => [{ extension: '8002', since: '2026-01-05T02:00:00.000Z', detail: '+44' }],
  release: (extension) => extension === '8002',
};

export const trunk: LiveTrunk = {
  id: 'pstn',
  gateway: 'e1',
  kind: 'e1',
  state: 'up',
  since: '2026-01-05T02:00:00.000Z',
  because: [{ kind: 'signalling', verdict: 'good', what: 'answers', at: '2026-01-05T02:00:00.000Z' }],
  evidence: [],
  channels: 30,
  usable: 30,
  calls: [],
  instead: [],
  back: null,
  figures: { calls: 0, answered: 0, failed: 0, full: 0, oneWay: 0, short: 0 },
  test: null,
  forwarding: null,
};

const trunks: ConsoleNeeds['trunks'] = {
  all: () => [trunk],
  view: (name) => (name === 'pstn' || name === 'unwatched' ? trunk : undefined),
  drain: (...order) => {
    orders.push(['drain', ...order]);
    return order[0] === 'pstn' ? undefined : 'no-such-trunk';
  },
  busyOut: (...order) => {
    orders.push(['busy-out', ...order]);
    return undefined;
  },
  putBack: (name) => {
    orders.push(['put-back', name]);
    return undefined;
  },
  look: (name) => {
    orders.push(['look', name]);
    return name === 'pstn' ? Promise.resolve() : undefined;
  },
  forward: (name) =>
    (({ pstn: undefined, bare: 'no-forwarding', full: 'forwarding-running' }) as const)[name],
  test: (name) => (({ pstn: undefined, bare: 'no-number', full: 'no-room' }) as const)[name],
};

/** Loops that have not come round. */
export const stuck: string[] = [];

const selfCheck: ConsoleNeeds['selfCheck'] = {
  standing: () => ({ running: null, last: null, next: '2026-01-05T19:30:00.000Z' }),
  order: (...order) => {
    orders.push(['self-check', ...order]);
    return order[0]?.[0] === 'backup' ? 'running' : undefined;
  },
};

const maintenance = {
  id: 'w1',
  what: ['trunk pstn'],
  until: '2026-01-05T04:00:00.000Z',
  by: 'console 127.0.0.1',
  note: null,
};
const alarms: ConsoleNeeds['alarms'] = {
  open: () => [alarm],
  acknowledge: (...order) => {
    orders.push(['acknowledge', ...order]);
    const [id, who, note] = order;
    return id === 'a1' ? { ...alarm, acknowledged: { who, at: alarm.since, note } } : undefined;
  },
  windows: () => [maintenance],
  openWindow: (...order) => {
    orders.push(['open-window', ...order]);
    return maintenance;
  },
  endWindow: (id) => (({ w1: 'ended', doc: 'document' }) as const)[id],
  notices: () => ({ ways: [], waiting: [], past: [] }),
};

const about: ConsoleNeeds['about'] = () => ({
  version: '0.1.0',
  engineVersion: '22.10.1',
  node: process.version,
  box: 'box-1',
  ports: listeningPorts({
    console: { host: '127.0.0.1', port: USUAL_PORTS.console },
    sip: { address: '10.0.0.2', port: USUAL_PORTS.sip },
    media: { address: '10.0.0.2', ...USUAL_PORTS.media },
    ari: { port: USUAL_PORTS.ari },
  }),
});

function needs(): ConsoleNeeds {
  return {
    history: {
      list: (query) => {
        queries.push(query);
        return { calls: story ? [story] : [], more: false };
      },
      detail: (call) => (call === 'c1' && story ? { call: story, events: [offered] } : undefined),
    },
    figures: {
      today: () => ({ from: 0, to: 1 }),
      over: (range) => Promise.resolve(figuresOf([], { ...range, queue: () => undefined }, 1)),
    },
    whyReader: () => ({ language: 'zh', timezone: 'Asia/Shanghai', people: peopleOfDocument(undefined) }),
    recordings: {
      find: (recording) => {
        if (recording === 'r1') return { path: join(dir, '.vault/r1.wav'), finished: true };
        if (recording === 'gone') return { path: join(dir, '.vault/gone.wav'), finished: true };
        return recording === 'growing' ? { path: join(dir, 'growing.raw'), finished: false } : undefined;
      },
      comes: (recording) => recording === 'coming',
    },
    voicemail: {
      boxes: { shop },
      list: () => [message],
      soundOf: (_, name) => (name === 'm1' ? join(dir, '.vault/r1.wav') : undefined),
      markHeard: (_, name) => (name === 'm1' ? { ...message, heardAt: 1 } : undefined),
      markNew: (_, name) => (name === 'm1' ? message : undefined),
      remove: (_, name) => (name === 'm1' ? message : undefined),
    },
    callbacks,
    brakes,
    trunks,
    alarms,
    power: { test: (ups) => (({ ups: undefined, dark: 'not-on-mains' }) as const)[ups] },
    claim: () => null,
    selfCheck,
    safeMode: { leave: () => false },
    continuity: () => ({
      ...{ host: null, lease: null, passes: false, connected: false },
      ifItDied: { calls: 0, places: 0, callbacks: 0 },
    }),
    visits: { now: () => undefined, end: () => false },
    documents: {
      inForce: () => undefined,
      check: (source) =>
        source === 'good'
          ? { ok: true, faults: [] }
          : {
              ok: false,
              faults: [{ code: 'missing', path: 'site', expected: 'a site', severity: 'error' }],
            },
      take: (source) => {
        if (source === 'full') throw new Error('ENOSPC: no space left on device');
        return { ok: source === 'good', faults: [], revision: source === 'good' ? 'new' : 'old' };
      },
    },
    inCall: {
      slotOf: () => '8701',
      order: (order, by) => {
        orders.push([order, by]);
        return order.call === 'c1' ? undefined : { code: 'no-such-call', value: order.call };
      },
    },
    agents: {
      wrapUp: (...order) => {
        orders.push(order);
        return { 'li-wei': 'wrap-up', idle: 'none' }[order[0]];
      },
      order: (...order) => {
        orders.push(order);
        return order[0] === 'li-wei' ? order[1] : undefined;
      },
    },
    stuck: () => stuck,
    readiness: () => ({ ready: true, engine: 'up' }),
    about,
    append: (events) => written.push(...events),
  };
}

export const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${page.url}${path}`, init);
export const post = (path: string, body: unknown, cookie?: string): Promise<Response> =>
  ask(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(cookie !== undefined && { cookie }) },
  });

export async function signedIn(): Promise<string> {
  const answer = await post('/api/sign-in', { password });
  expect(answer.status).toBe(200);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** What was written about people, each as 'action subject'. */
export const actions = (): string[] =>
  written.map((event) => {
    const known = knownEvent({ ...event, seq: 1, at: new Date(event.at).toISOString() });
    if (known?.type !== 'operator.action') throw new Error(`not an operator's action: ${event.type}`);
    expect(known.body.who).toBe('console 127.0.0.1');
    return [known.body.action, known.body.subject].filter(Boolean).join(' ');
  });
