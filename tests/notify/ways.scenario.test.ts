/** The ways out of alarms on the real wire: a webhook over HTTP, notifications over SNMP, mail over SMTP. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { notice as noticeSchema, type Notice } from '@branchline/contracts/notice';
import type { Around } from '@branchline/firmware/around';
import { makeNotifier } from '@branchline/firmware/notifier';
import type { Notifier } from '@branchline/firmware/notify/notifier';
import { sendWebhook, signatureOf } from '@branchline/firmware/notify/webhook';
import { TrapStation } from '@branchline/lab/receivers/traps';
import { WebhookReceiver } from '@branchline/lab/receivers/webhook';
import { freeUdpPort } from '@branchline/lab/udp';
import { silentLog } from '@branchline/runtime/log';
import { ManualClock } from '@branchline/runtime/clock';

const HOST = '127.0.0.1';
const SECRETS = { hook: 'hook-key-4711', community: 'traps-only' };
const raised: Notice = noticeSchema.parse({
  kind: 'raised',
  at: '2026-11-22T01:02:03.000Z',
  alarm: {
    id: 'a1',
    code: 'gateway-unreachable',
    severity: 'major',
    subject: 'e1',
    detail: '10.20.0.11:5060',
    since: '2026-11-22T01:02:03.000Z',
  },
  weight: 'major',
  consequences: [
    {
      id: 'a2',
      code: 'trunk-down',
      severity: 'major',
      subject: 'pstn',
      detail: null,
      since: '2026-11-22T01:02:03.000Z',
    },
  ],
  consequencesInAll: 1,
});
const cleared: Notice = {
  ...raised,
  kind: 'cleared',
  at: '2026-11-22T01:10:00.000Z',
  consequences: [],
  consequencesInAll: 0,
};

let dir: string;
let clock: ManualClock;
let kept: Record<string, unknown>;
let alarms: Map<string, string | undefined>;
const closing: (() => unknown)[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'notify-'));
  writeFileSync(join(dir, 'secrets.json'), JSON.stringify(SECRETS));
  clock = new ManualClock();
  kept = {};
  alarms = new Map();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(dir, { recursive: true });
});

function notifierFor(document: object): Notifier {
  const resolved = resolveBranch({
    schema: 'branchline.branch/1',
    site: {
      id: 'shop',
      name: { zh: '西湖店', en: 'West Lake' },
      country: 'CN',
      timezone: 'Asia/Shanghai',
      language: 'en',
    },
    ...document,
  });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
  const around = {
    ...{ clock, wall: clock, log: silentLog, settings: { dataDir: dir } },
    documents: { branch: resolved.branch },
  } as unknown as Around;
  const notifier = makeNotifier(
    around,
    { append: () => undefined, keep: (key, value) => void (kept[key] = value), about: (key) => kept[key] },
    {
      raise: (code, subject, detail) => void alarms.set(`${code} ${subject}`, detail),
      clear: (code, subject) => void alarms.delete(`${code} ${subject}`),
    },
  );
  notifier.start();
  closing.push(() => notifier.stop());
  return notifier;
}

const settled = (notifier: Notifier, past: number): Promise<void> =>
  vi.waitFor(() => expect(notifier.state().past).toHaveLength(past), 5_000);

describe('a webhook', () => {
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = await WebhookReceiver.open(SECRETS.hook, () => clock.now());
    closing.push(() => receiver.close());
  });
  const document = () => ({ notify: { pager: { webhook: { url: receiver.url, secret: 'hook' } } } });

  test('is signed, whole, and says what to do', async () => {
    const notifier = notifierFor(document());
    notifier.tell(raised);
    await settled(notifier, 1);
    expect(receiver.heard).toMatchObject([
      {
        verdict: 'genuine',
        body: {
          box: 'shop',
          way: 'pager',
          notices: [
            {
              alarm: { id: 'a1' },
              consequences: [{ id: 'a2' }],
              title: { en: 'A gateway cannot be reached' },
            },
          ],
        },
      },
    ]);
    expect(receiver.heard[0]?.body?.notices[0]?.advice.zh).toContain('网关');
  });

  test('that is refused is sent again with its id, also by the next run, and is an alarm meanwhile', async () => {
    receiver.answers = 503;
    const first = notifierFor(document());
    first.tell(raised);
    await vi.waitFor(() => expect(first.state().waiting[0]?.tries).toBe(1), 5_000);
    clock.advance(30_000);
    await vi.waitFor(() => expect(alarms.get('notify-failed pager')).toBe('{says-status|503}'), 5_000);
    first.stop();
    receiver.answers = 204;
    const next = notifierFor(document());
    clock.advance(120_000);
    await settled(next, 1);
    expect(new Set(receiver.heard.map(({ body }) => body?.message)).size).toBe(1);
    expect(receiver.heard.map(({ verdict }) => verdict)).toEqual(['genuine', 'genuine', 'genuine']);
    expect(alarms.size).toBe(0);
    expect(JSON.stringify(kept)).not.toContain(SECRETS.hook);
  });

  test('of another key, of an hour ago, or changed on its way is not believed', async () => {
    const now = clock.now();
    const send = (secret: string, at: number): Promise<void> =>
      sendWebhook({ url: receiver.url, secret }, 'm', '{}', at);
    await expect(send('guessed', now)).rejects.toThrow('answered with 401');
    await expect(send(SECRETS.hook, now - 3_600_000)).rejects.toThrow('answered with 401');
    await fetch(receiver.url, {
      method: 'POST',
      body: '{"changed":true}',
      headers: {
        'branchline-timestamp': String(Math.floor(now / 1000)),
        'branchline-signature': `v1=${signatureOf(SECRETS.hook, String(Math.floor(now / 1000)), '{}')}`,
      },
    });
    expect(receiver.heard.map(({ verdict }) => verdict)).toEqual(['forged', 'too-old', 'forged']);
  });

  test('without its secret on the box says so, and nothing is sent', async () => {
    const notifier = notifierFor({ notify: { pager: { webhook: { url: receiver.url, secret: 'other' } } } });
    notifier.tell(raised);
    await vi.waitFor(() => expect(notifier.state().waiting[0]?.detail).toContain('{no-secret|other}'), 5_000);
    expect(receiver.heard).toEqual([]);
  });
});

describe('SNMP', () => {
  test('raise and clear bear one index, and an inform is taken when the station confirms it', async () => {
    const port = await freeUdpPort(HOST);
    const station = new TrapStation({ host: HOST, port }, SECRETS.community);
    closing.push(() => station.close());
    const notifier = notifierFor({
      notify: { nms: { snmp: { address: `${HOST}:${port}`, secret: 'community' } } },
    });
    notifier.tell(raised);
    await settled(notifier, 1);
    notifier.tell(cleared);
    await settled(notifier, 2);
    const [up, down] = station.heard.map((varbinds) =>
      varbinds.map(({ oid, value }) => [oid, String(value)] as const),
    );
    expect(up?.[1]?.[1]).toBe('1.3.6.1.2.1.118.0.2');
    expect(down?.[1]?.[1]).toBe('1.3.6.1.2.1.118.0.3');
    expect(up?.[4]?.[1]).toBe('[Major] A gateway cannot be reached: e1');
    expect(down?.[4]).toEqual([up?.[4]?.[0], '[Over, Major] A gateway cannot be reached: e1']);
    expect(up?.[5]).toEqual(['1.3.6.1.2.1.1.5.0', 'shop']);
  });

  test('a station that confirms nothing has not taken it', async () => {
    const port = await freeUdpPort(HOST);
    const notifier = notifierFor({
      notify: { nms: { snmp: { address: `${HOST}:${port}`, secret: 'community' } } },
    });
    notifier.tell(raised);
    await vi.waitFor(
      () => expect(notifier.state().waiting[0]?.detail).toMatch(/not-(confirmed|sent)/),
      20_000,
    );
  });
});

test('mail says the cause, what to do, and what follows from it', async () => {
  const heard: string[] = [];
  const server = await smtp(heard);
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const notifier = notifierFor({
    mail: { server: `${HOST}:${port}`, security: 'none', from: 'box@shop.example' },
    notify: { duty: { mail: ['duty@shop.example'], language: 'zh' } },
  });
  notifier.tell(raised);
  await settled(notifier, 1);
  expect(heard).toContain('RCPT TO:<duty@shop.example>');
  const body = heard.slice(heard.indexOf('', heard.indexOf('DATA')), heard.indexOf('.'));
  const text = Buffer.from(body.join(''), 'base64').toString();
  expect(text).toContain('[重要] 网关不可达: e1');
  expect(text).toContain('处理：');
  expect(text).toContain('由此引起的告警 1 个');
  expect(text).toContain('中继不通: pstn');
});

/** A mail server that takes everything. */
async function smtp(heard: string[]): Promise<Server> {
  const server = createServer((socket) => {
    let text = '';
    let inMail = false;
    socket.on('error', () => undefined);
    socket.write('220 there\r\n');
    socket.on('data', (piece: Buffer) => {
      text += piece.toString();
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        heard.push(line);
        if (inMail && line !== '.') continue;
        inMail = line === 'DATA';
        socket.write(inMail ? '354 go on\r\n' : '250 ok\r\n');
      }
    });
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return server;
}
