/** A command from headquarters to a box and its answer back, both as they ship over the real broker; only what it does is a stand-in. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandRoutes, type SentCommand } from '@branchline/contracts/http/commands';
import { documentRoutes } from '@branchline/contracts/http/fleet-documents';
import { Bed, TENANT } from '@branchline/controller/test-bed';
import { AlarmBook } from '@branchline/firmware/health/alarms';
import { MaintenanceBook } from '@branchline/firmware/health/maintenance-book';
import { makeBundle } from '@branchline/firmware/support/bundle';
import { BundleSending } from '@branchline/firmware/support/sending';
import { tendingFromAfar } from '@branchline/firmware/tending-from-afar';
import type { CommandsState } from '@branchline/firmware/uplink/commands-core';
import { Commands, type Performers } from '@branchline/firmware/uplink/commands';
import { swallowingLine, type Line } from '@branchline/firmware/uplink/testing/line';
import { MemoryLedger } from '@branchline/firmware/uplink/testing/memory-ledger';
import { Uplink } from '@branchline/firmware/uplink/uplink';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';

const BOX = 'told';
const bed = new Bed();
const dir = mkdtempSync(join(tmpdir(), 'commands-'));
let headers: Record<string, string>;
let line: Line;
const boxes: TheBox[] = [];

beforeAll(async () => {
  await bed.start();
  line = await swallowingLine(bed.headquarters.where().mqttPort);
  headers = { ...(await bed.signIn()), 'content-type': 'application/json' };
  const { cert, key, ca } = await bed.enrol(BOX);
  const identity = join(dir, 'identity');
  mkdirSync(identity, { mode: 0o700 });
  writeFileSync(join(identity, 'box.key'), key, { mode: 0o600 });
  writeFileSync(join(identity, 'box.crt'), cert);
  writeFileSync(join(identity, 'ca.crt'), ca);
});
afterAll(async () => {
  for (const box of boxes) await box.end();
  line.close();
  await bed.end();
  rmSync(dir, { recursive: true });
});

/** On disk, as far as this test goes. */
let kept: CommandsState | undefined;

class TheBox {
  calls = 0;
  readonly entered: string[] = [];
  readonly tested: string[] = [];
  readonly maintenance = new MaintenanceBook({
    clock: systemClock,
    ofDocument: () => ({}),
    localTime: () => ({ date: '2026-01-05', weekday: 0, minute: 0 }),
    write: () => undefined,
    onChange: () => undefined,
  });
  readonly alarms = new AlarmBook({
    clock: systemClock,
    append: () => undefined,
    board: { set: () => undefined },
  });
  #pieces = 0;
  /** The line is lost after so many pieces of a bundle. */
  cutAfter = Infinity;
  readonly #commands: Commands;
  readonly #uplink: Uplink;

  constructor() {
    boxes.push(this);
    const sending = new BundleSending({
      clock: systemClock,
      send: (piece) => {
        if (++this.#pieces === this.cutAfter) line.drop();
        else this.#uplink.tellBundle(piece);
      },
    });
    this.#commands = new Commands({
      clock: systemClock,
      log: silentLog,
      performers: this.#performers(sending),
      kept,
      keep: (state) => (kept = JSON.parse(JSON.stringify(state)) as CommandsState),
      tell: (result) => this.#uplink.tellCommand(result),
      enter: (command, became) => this.entered.push(`${command.who} ${command.do} ${became}`),
    });
    this.#uplink = new Uplink({
      settings: {
        ...{ host: '127.0.0.1', port: line.port, tenant: TENANT, box: BOX },
        identityDir: join(dir, 'identity'),
      },
      clock: systemClock,
      random: Math.random,
      log: silentLog,
      version: '0.3.0',
      ledger: new MemoryLedger(),
      alarms: { raise: () => undefined, clear: () => undefined },
      reported: () => ({ version: '0.3.0', revision: 'a'.repeat(64), document: { site: {} }, warnings: 0 }),
      commands: {
        asked: (command) => this.#commands.asked(command),
        acked: (word) => sending.acked(word),
        connected: () => sending.connected(),
      },
      tuning: { session: { firstRetryMs: 20, longestRetryMs: 200, provenMs: 1_000 } },
    });
    this.#commands.start();
    this.#uplink.start();
  }

  #performers(sending: BundleSending): Performers {
    return {
      identify: { perform: () => Promise.resolve({ state: 'done' }) },
      ...tendingFromAfar({ alarms: this.alarms, maintenance: this.maintenance }),
      'cut-uplink': { perform: () => Promise.resolve({ state: 'done' as const }) },
      'open-page': { perform: () => Promise.resolve({ state: 'done' }) },
      release: { perform: () => new Promise(() => undefined) },
      'test-call': {
        perform: ({ trunk }) => {
          this.tested.push(trunk);
          return Promise.resolve({ state: 'done', answer: { verdict: 'both-ways' } });
        },
      },
      restart: {
        problem: ({ what }) =>
          what === 'engine' && this.calls > 0 ? { because: 'would-cut-calls', calls: this.calls } : undefined,
        perform: () => new Promise(() => undefined),
      },
      'support-bundle': {
        perform: async (_args, doing) => {
          const text = (): string =>
            `hunter22hunter22 ${Math.random()}\n`.repeat(20_000).replace(/0\./g, () => String(Math.random()));
          const texts = [{ name: 'box.log', text }];
          const bytes = await makeBundle({
            texts,
            secrets: ['hunter22hunter22'],
            at: 0,
            progress: doing.progress,
          });
          return { state: 'done', answer: await sending.send(doing.id, bytes, doing) };
        },
      },
    };
  }

  async end(): Promise<void> {
    this.#commands.stop();
    this.maintenance.stop();
    await this.#uplink.stop();
  }
}

async function send(command: object): Promise<SentCommand> {
  const body = JSON.stringify(command);
  const answer = await bed.api(`/api/boxes/${BOX}/commands`, { method: 'POST', headers, body });
  return commandRoutes.sendCommand.response?.parse(await answer.json()) as SentCommand;
}

async function listed(id: string): Promise<SentCommand | undefined> {
  const answer = await (await bed.api(`/api/boxes/${BOX}/commands`, { headers })).json();
  return commandRoutes.commands.response?.parse(answer).commands.find((each) => each.id === id);
}

async function became(id: string, state: SentCommand['state']): Promise<SentCommand> {
  await expect.poll(async () => (await listed(id))?.state, { timeout: 20_000 }).toBe(state);
  return (await listed(id)) as SentCommand;
}

test('what was asked of a box that is away is done when it is back, once, and stands in the audit log', async () => {
  const { id, state } = await send({ do: 'test-call', with: { trunk: 'e1-a' } });
  expect(state).toBe('waiting');
  const box = new TheBox();
  expect(await became(id, 'done')).toMatchObject({ answer: { verdict: 'both-ways' }, because: null });
  expect(box.tested).toEqual(['e1-a']);
  expect(box.entered).toEqual(['admin test-call taken in hand']);
  const log = documentRoutes.audit.response?.parse(
    await (await bed.api(`/api/audit?box=${BOX}`, { headers })).json(),
  );
  expect(log?.entries.map(({ who, action }) => `${who}: ${action}`)).toEqual([
    'admin: command test-call ended',
    'admin: command test-call',
  ]);
});

test('what would cut calls is refused with how many', async () => {
  const [box] = boxes;
  if (box) box.calls = 3;
  const { id } = await send({ do: 'restart', with: { what: 'engine' } });
  expect(await became(id, 'refused')).toMatchObject({ because: 'would-cut-calls', calls: 3 });
});

test('a service that was told to begin anew says so when it has', async () => {
  const { id } = await send({ do: 'restart', with: { what: 'service' } });
  await became(id, 'running');
  await boxes.shift()?.end();
  boxes.push(new TheBox());
  await became(id, 'done');
});

test('a bundle arrives whole although the line is lost in its midst, and holds no secret', async () => {
  const [box] = boxes;
  if (box) box.cutAfter = 3;
  const { id } = await send({ do: 'support-bundle' });
  const { file } = await became(id, 'done');
  expect(file?.have).toBe(file?.bytes);
  expect(file?.bytes).toBeGreaterThan(3 * 48 * 1024);
  const answer = await bed.api(`/api/boxes/${BOX}/commands/${id}/bundle`, { headers });
  expect(answer.headers.get('content-disposition')).toContain(BOX);
  const path = join(dir, 'bundle.tar.gz');
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  const text = execFileSync('tar', ['-xzOf', path, 'box.log'], { maxBuffer: 4e6 }).toString();
  expect(text).toContain('[secret]');
  expect(text).not.toContain('hunter22');
});

test('an alarm is looked after, and kept quiet, from headquarters: by whom stands at the box, twice in the same moment too', async () => {
  const box = boxes.at(-1) as TheBox;
  box.alarms.raise('trunk-down', 'e1-a');
  box.alarms.raise('disk-low', '/data');
  const [trunk, disk] = box.alarms.open();
  const seen = await Promise.all(
    [trunk, disk].map((alarm) =>
      send({ do: 'acknowledge-alarm', with: { alarm: alarm?.id, note: 'on my way' } }),
    ),
  );
  for (const { id } of seen) await became(id, 'done');
  expect(box.alarms.open().map(({ acknowledged }) => acknowledged)).toMatchObject(
    Array(2).fill({ who: 'headquarters: admin', note: 'on my way' }),
  );
  const opened = await send({ do: 'maintenance', with: { what: ['trunk e1-a'], forMs: 3_600_000 } });
  const { answer } = await became(opened.id, 'done');
  expect(box.maintenance.inForce()).toMatchObject([
    { id: answer?.['window'], what: ['trunk e1-a'], by: 'headquarters: admin' },
  ]);
  await became((await send({ do: 'end-maintenance', with: { window: answer?.['window'] } })).id, 'done');
  expect(box.maintenance.inForce()).toEqual([]);
  box.alarms.clear('trunk-down', 'e1-a');
  const late = await send({ do: 'acknowledge-alarm', with: { alarm: trunk?.id } });
  expect(await became(late.id, 'refused')).toMatchObject({ because: 'no-such-alarm' });
  box.alarms.clear('disk-low', '/data');
});
