/** A fleet of simulated boxes at a headquarters as it ships, and what a person asks of headquarters' API. */
import { join } from 'node:path';
import type { SecureContext } from 'node:tls';
import { expect } from 'vitest';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import type { RolloutDetail } from '@branchline/contracts/http/rollouts';
import { Bed, callEvents, TENANT } from '@branchline/controller/test-bed';
import { systemClock } from '@branchline/runtime/clock';
import { FleetSimBox, type Manner } from './box.ts';
import { contextsFor } from './identities.ts';

export const WHO = { reason: 'as agreed' };
export const WELL: Manner = {
  takes: 'confirmed',
  phones: { 'desk-1': true, 'desk-2': true, 'desk-3': true, 'desk-4': true },
  trunks: { pstn: 'up' },
};
const AT_ONCE = 20;

/** A small branch: it is parsed by both sides many times. */
export const documentOf = (box: string, ring = '15s'): string => `# of ${box}
schema: branchline.branch/1
site: { id: ${box}, name: { zh: 店, en: Shop }, country: CN, timezone: Asia/Shanghai, language: en }
gateways:
  e1: { kind: e1, model: generic-e1, address: 127.0.0.11 }
trunks:
  pstn: { gateway: e1, channels: 30, numbers: ['+86 571 8600 1000'] }
routes: [{ to: emergency, via: [pstn] }]
numbers:
  main: { number: '+86 571 8600 1000', to: queue service }
people:
  li.lei: { name: { zh: 李雷, en: Li Lei }, extension: 8002, phones: [desk-1], agent: { queues: [service] } }
phones: { desk-1: {}, desk-2: {}, desk-3: {}, desk-4: {} }
queues:
  service: { ring: ${ring} }
`;
export const ringOf = ({ source }: FleetSimBox): string | undefined => /ring: (\w+)/.exec(source)?.[1];

export class Fleet {
  readonly bed: Bed;
  readonly boxes = new Map<string, FleetSimBox>();
  readonly names: readonly string[];
  readonly #manner: (name: string, source: string) => Manner;
  readonly #release: (name: string, version: string) => 'done' | 'failed';
  #contexts: ReadonlyMap<string, SecureContext> = new Map();
  #cookie = '';

  constructor(
    names: readonly string[],
    manner: (name: string, source: string) => Manner = () => WELL,
    more: {
      /** What becomes of a release that a box is to run. */
      readonly release?: (name: string, version: string) => 'done' | 'failed';
      /** Settings of headquarters, by their variables. */
      readonly settings?: Readonly<Record<string, string>>;
      /** Headquarters; of its own when left out. */
      readonly bed?: Bed;
    } = {},
  ) {
    this.names = names;
    this.#manner = manner;
    this.#release = more.release ?? (() => 'done');
    this.bed = more.bed ?? new Bed(more.settings);
  }

  async start(): Promise<void> {
    await this.bed.start();
    this.#cookie = (await this.bed.signIn()).cookie;
    this.#contexts = await contextsFor(join(this.bed.dir, 'identity'), TENANT, this.names);
    await eachOf(this.names, (name, index) => this.#open(name, index));
  }

  async #open(name: string, index: number): Promise<void> {
    const context = this.#contexts.get(name);
    if (!context) throw new Error(`no certificate for ${name}`);
    const box = new FleetSimBox({
      name,
      context,
      tenant: TENANT,
      port: () => this.bed.headquarters.where().mqttPort,
      clock: systemClock,
      source: documentOf(name),
      manner: (source) => this.#manner(name, source),
      release: (version) => this.#release(name, version),
      hardware: { vendor: 'Acme', product: index % 2 === 0 ? 'One' : 'Two' },
      healthMs: 1_000,
      tryMs: 50,
    });
    this.boxes.set(name, box);
    await box.connect();
    box.tell(callEvents('first', 1));
  }

  box(name: string): FleetSimBox {
    const box = this.boxes.get(name);
    if (!box) throw new Error(`no box ${name}`);
    return box;
  }

  /** Every box is there and has told how it is, and headquarters has version 1 of its document. */
  async settle(): Promise<void> {
    await this.here(this.names.length);
    await eachOf(this.names, async (name) => {
      const body = { source: documentOf(name), ...WHO, after: 0 };
      expect((await this.ask(`/api/boxes/${name}/documents`, body)).json).toMatchObject({ version: 1 });
    });
  }

  /** So many boxes are there and have told how they are. */
  here(count: number): Promise<void> {
    const online = async (): Promise<number> =>
      ((await this.ask('/api/boxes')).json as { boxes: BoxSummary[] }).boxes.filter(
        (box) => box.online && box.health !== null,
      ).length;
    return expect.poll(online, { timeout: 20_000 }).toBe(count);
  }

  ask(path: string, body?: object): Promise<{ status: number; json: unknown }> {
    return this.#send(path, body ? { method: 'POST', body: JSON.stringify(body) } : {});
  }

  /** An archive brought to headquarters. */
  async bring(archive: Buffer): Promise<void> {
    const headers = { 'content-type': 'application/gzip' };
    const { status, json } = await this.#send('/api/releases', {
      ...{ method: 'POST', headers: { ...headers, cookie: this.#cookie } },
      body: new Uint8Array(archive),
    });
    expect(status, JSON.stringify(json)).toBe(200);
  }

  remove(path: string): Promise<{ status: number; json: unknown }> {
    return this.#send(path, { method: 'DELETE' });
  }

  async #send(path: string, how: RequestInit): Promise<{ status: number; json: unknown }> {
    const answer = await this.bed.api(path, {
      headers: { cookie: this.#cookie, 'content-type': 'application/json' },
      ...how,
    });
    return { status: answer.status, json: await answer.json() };
  }

  async begin(plan: object): Promise<RolloutDetail> {
    const { status, json } = await this.ask('/api/rollouts', { ...plan, ...WHO });
    expect(status, JSON.stringify(json)).toBe(200);
    return json as RolloutDetail;
  }

  async until(id: number, fits: (rollout: RolloutDetail) => boolean): Promise<RolloutDetail> {
    let last: RolloutDetail | undefined;
    const look = async (): Promise<boolean> => {
      last = (await this.ask(`/api/rollouts/${id}`)).json as RolloutDetail;
      return fits(last);
    };
    await expect.poll(look, { timeout: 60_000, interval: 200 }).toBe(true);
    if (!last) throw new Error('no rollout');
    return last;
  }

  async end(): Promise<void> {
    for (const box of this.boxes.values()) box.cut();
    await this.bed.end();
  }
}

/** The service queue's ringing time at every branch, at once. */
export const ringPlan = (
  seconds: string,
  boxes: readonly string[],
  waves: readonly object[],
  more: object = {},
) => ({
  name: `ring ${seconds}`,
  change: { kind: 'document', set: [{ path: ['queues', 'service', 'ring'], becomes: seconds }] },
  boxes,
  waves,
  gates: { soakS: 1, patienceS: 0 },
  hours: { by: 'any' },
  ...more,
});

async function eachOf<T>(
  items: readonly T[],
  action: (item: T, index: number) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < items.length; first += AT_ONCE)
    await Promise.all(items.slice(first, first + AT_ONCE).map((item, index) => action(item, first + index)));
}
