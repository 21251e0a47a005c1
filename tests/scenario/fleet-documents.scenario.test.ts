/**
 * A branch's document from headquarters to its box and back, over the real broker: headquarters as it ships, and of the box its uplink,
 * its documents and their files. Only the window is waited for by a test clock.
 */
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '@branchline/contracts/branch/faults';
import type { Standing } from '@branchline/contracts/fleet/documents';
import { branchDocuments } from '@branchline/contracts/http/fleet-documents';
import { Bed, TENANT } from '@branchline/controller/test-bed';
import { DesiredDocuments } from '@branchline/firmware/branch/desired-documents';
import { desiredStore } from '@branchline/firmware/branch/desired-store';
import { Documents } from '@branchline/firmware/branch/documents';
import { swallowingLine, type Line } from '@branchline/firmware/uplink/testing/line';
import { MemoryLedger } from '@branchline/firmware/uplink/testing/memory-ledger';
import { Uplink } from '@branchline/firmware/uplink/uplink';
import { ManualClock, systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { changeYaml } from '@branchline/runtime/yaml-text';

const bed = new Bed();
const boxes: Box[] = [];
beforeAll(() => bed.start());
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.end();
});
afterAll(() => bed.end());

const sample = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const WINDOW_MS = 120_000;

class Box {
  readonly name: string;
  readonly dir = mkdtempSync(join(tmpdir(), 'fleet-'));
  readonly clock = new ManualClock();
  readonly told = new EventEmitter();
  /** Names of what can be reached. */
  up = { trunks: ['pstn'], phones: ['desk-1'] };
  /** What only the box knows to be wrong. */
  faults: readonly Fault[] = [];
  readonly entered: string[] = [];
  documents!: Documents;
  #heard = '';
  #desired!: DesiredDocuments;
  #uplink!: Uplink;
  #line!: Line;

  constructor(name: string) {
    this.name = name;
    boxes.push(this);
  }

  /** Enrolled, with a document of its own, and connected. */
  async begin(): Promise<void> {
    const { cert, key, ca } = await bed.enrol(this.name);
    const identity = join(this.dir, 'identity');
    mkdirSync(identity, { mode: 0o700 });
    writeFileSync(join(identity, 'box.key'), key, { mode: 0o600 });
    writeFileSync(join(identity, 'box.crt'), cert);
    writeFileSync(join(identity, 'ca.crt'), ca);
    writeFileSync(this.path, this.written('Hangzhou West'));
    this.#line = await swallowingLine(bed.headquarters.where().mqttPort);
    await this.start();
  }

  get path(): string {
    return join(this.dir, 'branch.yaml');
  }

  /** The sample as this branch's document, with a name and a ringing time for its sales queue. */
  written(name: string, ring = '15s'): string {
    return sample
      .replace('id: hangzhou-west', `id: ${this.name}`)
      .replace('Hangzhou West', name)
      .replace(/ring: 15s/, `ring: ${ring}`);
  }

  get nameInForce(): string {
    return this.documents.branch.site.name.en;
  }

  async start(connected = true): Promise<void> {
    this.documents = new Documents(
      { path: this.path, dataDir: this.dir, also: () => this.faults },
      this.clock,
    );
    const uplink = this.#makeUplink();
    this.#uplink = uplink;
    this.#desired = new DesiredDocuments({
      clock: this.clock,
      log: silentLog,
      documents: this.documents,
      store: desiredStore(this.dir, (error) => {
        throw error;
      }),
      up: () => this.up,
      connected: () => uplink.status().connected,
      tell: () => uplink.documentChanged(),
      enter: (version, what) => this.entered.push(`${version} ${what}`),
    });
    this.documents.onChange(() => uplink.documentChanged());
    this.#desired.start();
    uplink.start();
    if (connected) await this.until(() => uplink.status().connected);
  }

  #makeUplink(): Uplink {
    return new Uplink({
      settings: {
        host: '127.0.0.1',
        port: this.#line.port,
        tenant: TENANT,
        box: this.name,
        identityDir: join(this.dir, 'identity'),
      },
      clock: systemClock,
      random: Math.random,
      log: silentLog,
      version: '0.2.0',
      ledger: new MemoryLedger(),
      alarms: { raise: () => undefined, clear: () => undefined },
      reported: () => {
        const { revision, raw, warnings } = this.documents.inForce;
        return {
          version: '0.2.0',
          revision,
          document: raw,
          warnings: warnings.length,
          ...this.#desired.report(),
        };
      },
      documents: {
        desired: (wanted) => {
          this.#desired.desired(wanted);
          this.told.emit('something');
        },
        heard: (revision) => {
          this.#desired.heard(revision);
          this.#heard = revision;
          this.told.emit('something');
        },
      },
      onStatus: () => this.told.emit('something'),
      tuning: { session: { firstRetryMs: 20, longestRetryMs: 100, provenMs: 1_000 } },
    });
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.told, 'something', { signal: AbortSignal.timeout(10_000) });
  }

  /** As a killed service: nothing is said, nothing is written. What was on disk is all there is. */
  async kill(): Promise<void> {
    this.#desired.stop();
    this.#line.swallow();
    await this.#uplink.stop();
    this.#line.pass();
    this.#heard = '';
  }

  /** Until headquarters has said that it knows what is in force. */
  heard(): Promise<void> {
    return this.until(() => this.#heard === this.documents.inForce.revision);
  }

  cut(): void {
    this.#line.swallow();
  }

  async mend(): Promise<void> {
    this.#line.pass();
    this.#line.drop();
    await this.until(() => !this.#uplink.status().connected);
    await this.until(() => this.#uplink.status().connected);
  }

  async end(): Promise<void> {
    this.#desired.stop();
    await this.#uplink.stop();
    this.#line.close();
    rmSync(this.dir, { recursive: true });
  }
}

let cookie = '';
beforeAll(async () => {
  ({ cookie } = await bed.signIn());
});

async function ask(path: string, body?: object): Promise<unknown> {
  const answer = await bed.api(path, {
    headers: { cookie, 'content-type': 'application/json' },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  return answer.json();
}

const documentsOf = async (box: Box) => branchDocuments.parse(await ask(`/api/boxes/${box.name}/documents`));
const asked = (after: number) => ({ reason: 'a test', after });
const put = (box: Box, source: string, after: number): Promise<unknown> =>
  ask(`/api/boxes/${box.name}/documents`, { source, ...asked(after) });

/** Headquarters' word on the box, as soon as it is this one. */
async function standing(box: Box, wanted: Standing) {
  const live = await bed.api('/api/live', { headers: { cookie } });
  const reader = live.body?.getReader();
  const late = AbortSignal.timeout(10_000);
  try {
    for (;;) {
      const now = await documentsOf(box);
      if (now.standing === wanted) return now;
      if (late.aborted) throw new Error(`${box.name} stands '${now.standing}', not '${wanted}'`);
      await reader?.read();
    }
  } finally {
    await reader?.cancel();
  }
}

/** The newest version is in force at the box, which knows that it is heard. */
async function tried(box: Box) {
  const now = await standing(box, 'trying');
  await box.heard();
  return now;
}

/** The box's own document becomes version 1, which both sides then have in common. */
async function inCommon(box: Box): Promise<void> {
  await standing(box, 'none');
  await ask(`/api/boxes/${box.name}/documents/settle`, { ...asked(0), choice: 'take-up' });
  // Headquarters sees the same text in force before the box has heard that it is version 1.
  await box.until(() => box.entered.includes('1 confirmed'));
  await standing(box, 'in-step');
}

describe('a version of headquarters', () => {
  test('is tried at the box, and stays once headquarters has heard of it', async () => {
    const box = new Box('plain');
    await box.begin();
    await inCommon(box);
    await put(box, box.written('From Headquarters'), 1);
    const trying = await tried(box);
    expect(trying.box).toMatchObject({ seen: { version: 2 }, common: 1 });
    expect(box.nameInForce).toBe('From Headquarters');
    box.clock.advance(WINDOW_MS);
    expect((await standing(box, 'in-step')).box).toMatchObject({ common: 2, state: 'confirmed' });
    expect(box.entered).toEqual(['1 confirmed', '2 tried', '2 confirmed']);
  });

  test('that cuts the box off from headquarters is taken back by the box, which says why once it is back', async () => {
    const box = new Box('cut-off');
    await box.begin();
    await inCommon(box);
    box.documents.onChange(({ branch }) => {
      if (branch.site.name.en === 'Cuts Off') box.cut();
    });
    await put(box, box.written('Cuts Off'), 1);
    await box.until(() => box.nameInForce === 'Cuts Off');
    box.clock.advance(WINDOW_MS);
    expect(box.nameInForce).toBe('Hangzhou West');
    await box.mend();
    const after = await standing(box, 'reverted');
    expect(after.box).toMatchObject({ state: 'reverted', because: 'headquarters-lost', common: 1 });
  });

  test('after which no telephone is there any more is taken back', async () => {
    const box = new Box('silent');
    await box.begin();
    await inCommon(box);
    await put(box, box.written('Silences'), 1);
    await tried(box);
    box.up = { ...box.up, phones: [] };
    box.clock.advance(WINDOW_MS);
    expect((await standing(box, 'reverted')).box).toMatchObject({ because: 'phones-lost' });
    expect(box.nameInForce).toBe('Hangzhou West');
  });

  test('that the box finds fault with changes nothing there; headquarters is told every fault', async () => {
    const box = new Box('choosy');
    await box.begin();
    await inCommon(box);
    box.faults = [
      { code: 'not-one-of', path: 'gateways.x.model', value: 'm', expected: 'a model', severity: 'error' },
    ];
    await put(box, box.written('Not For Me'), 1);
    expect((await standing(box, 'refused')).box?.faults).toEqual(box.faults);
    expect(box.nameInForce).toBe('Hangzhou West');
  });
});

describe('a service killed within the window', () => {
  test('takes the document back in time, though nobody told it of the time between', async () => {
    const box = new Box('killed');
    await box.begin();
    await inCommon(box);
    await put(box, box.written('Killed With'), 1);
    await tried(box);
    await box.kill();
    box.clock.advance(WINDOW_MS - 20_000);
    box.cut();
    await box.start(false);
    expect(box.nameInForce).toBe('Killed With');
    box.clock.advance(20_000);
    expect(box.nameInForce).toBe('Hangzhou West');
    await box.mend();
    expect((await standing(box, 'reverted')).box).toMatchObject({ because: 'headquarters-lost' });
  });

  test('keeps it where headquarters hears of it again', async () => {
    const box = new Box('risen');
    await box.begin();
    await inCommon(box);
    await put(box, box.written('Stays'), 1);
    await tried(box);
    await box.kill();
    await box.start();
    await tried(box);
    box.clock.advance(WINDOW_MS);
    await standing(box, 'in-step');
    expect(box.nameInForce).toBe('Stays');
  });
});

describe('a change at the box while headquarters is away', () => {
  test('is brought together with the next version by field, shows as drift, and is taken up', async () => {
    const box = new Box('merged');
    await box.begin();
    await inCommon(box);
    box.cut();
    expect(box.documents.take(box.written('Hangzhou West', '20s'))).toMatchObject({ ok: true });
    await put(box, box.written('Renamed At Headquarters'), 1);
    await box.mend();
    await tried(box);
    box.clock.advance(WINDOW_MS);
    const drift = await standing(box, 'drift');
    expect(box.nameInForce).toBe('Renamed At Headquarters');
    expect(drift.box?.drift).toEqual([
      { path: expect.arrayContaining(['ring']) as string[], was: '15s', becomes: '20s' },
    ]);
    expect(readFileSync(box.path, 'utf8')).toContain('# A small branch');
    await ask(`/api/boxes/${box.name}/documents/settle`, { ...asked(2), choice: 'take-up' });
    expect((await standing(box, 'in-step')).version).toBe(3);
    expect(box.documents.inForce.source).toContain('20s');
  });

  test('against the next version in the same field stays, and is shown until headquarters overwrites it', async () => {
    const box = new Box('against');
    await box.begin();
    await inCommon(box);
    box.cut();
    box.documents.take(box.written('By The Technician'));
    await put(box, box.written('By Headquarters', '25s'), 1);
    await box.mend();
    await tried(box);
    box.clock.advance(WINDOW_MS);
    const shown = await standing(box, 'conflict');
    expect(shown.box?.conflicts).toEqual([
      {
        path: ['site', 'name', 'en'],
        base: 'Hangzhou West',
        here: 'By The Technician',
        theirs: 'By Headquarters',
      },
    ]);
    expect(box.nameInForce).toBe('By The Technician');
    expect(box.documents.inForce.source).toContain('25s');
    await ask(`/api/boxes/${box.name}/documents/settle`, { ...asked(2), choice: 'overwrite' });
    await tried(box);
    box.clock.advance(WINDOW_MS);
    await standing(box, 'in-step');
    expect(box.nameInForce).toBe('By Headquarters');
  });

  test('in a field that a template gives is brought together too, and taken up as what the branch says itself', async () => {
    const box = new Box('templated');
    await box.begin();
    await standing(box, 'none');
    await ask('/api/templates/fleet', {
      source: 'queues: { sales: { ring: 15s } }\n',
      parent: null,
      ...asked(0),
    });
    const own = box
      .written('Own')
      .replace('sales: { order: round-robin, ring: 15s', 'sales: { order: round-robin');
    await ask(`/api/boxes/${box.name}/documents/own`, { source: own, template: 'fleet', ...asked(0) });
    await tried(box);
    box.clock.advance(WINDOW_MS);
    await standing(box, 'in-step');
    box.cut();
    const { source } = box.documents.inForce;
    expect(
      box.documents.take(changeYaml(source, [{ path: ['queues', 'sales', 'ring'], becomes: '20s' }])),
    ).toMatchObject({ ok: true });
    await put(box, source.replace('en: Own', 'en: Renamed'), 1);
    await box.mend();
    await tried(box);
    box.clock.advance(WINDOW_MS);
    const drift = await standing(box, 'drift');
    expect(box.nameInForce).toBe('Renamed');
    expect(drift.box?.drift).toEqual([{ path: ['queues', 'sales', 'ring'], was: '15s', becomes: '20s' }]);
    await ask(`/api/boxes/${box.name}/documents/settle`, { ...asked(2), choice: 'take-up' });
    const { fields } = (await ask(`/api/boxes/${box.name}/origins`)) as { fields: { path: string[] }[] };
    expect(fields.find(({ path }) => path.join('.') === 'queues.sales.ring')).toMatchObject({
      layer: null,
      value: '20s',
      over: [{ layer: 'fleet', version: 1, value: '15s' }],
    });
  });
});
