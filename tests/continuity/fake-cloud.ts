/** Headquarters as it ships by a clock that the test moves, a carrier's API on loopback, a host, and branches whose boxes and stand-ins are fake. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Party } from '@branchline/contracts/continuity';
import type { BranchContinuity, ContinuityStepShown } from '@branchline/contracts/http/continuity';
import { cloudLineOf } from '@branchline/contracts/stand-in-name';
import { Bed } from '@branchline/controller/test-bed';
import { CarrierApi } from '@branchline/lab/carrier-api/server';
import { ManualClock } from '@branchline/runtime/clock';
import { FakeHost } from './fake-host.ts';
import { FakeParty } from './fake-party.ts';

export const HOST = 'cloud-1';
const TOKEN = 'secret';
/** Headquarters' time goes on by so much for each look at it, ms. */
const STEP_MS = 250;
const PATIENCE_MS = 20_000;

export interface FakeBranch {
  readonly name: string;
  readonly number: string;
  readonly box: FakeParty;
  readonly standIn: FakeParty;
}

/** @param ring a change that is easily seen */
export const documentOf = (name: string, number: string, ring = '15s'): Record<string, unknown> => ({
  schema: 'branchline.branch/1',
  site: {
    ...{ id: name, name: { zh: '店', en: 'Shop' } },
    ...{ country: 'CN', timezone: 'Asia/Shanghai', language: 'en' },
  },
  trunks: { cloud: { channels: 30, sip: { server: '127.0.0.1:5999', username: name, secret: 'cloud' } } },
  routes: [{ to: 'emergency', via: ['cloud'] }],
  numbers: { main: { number, to: 'queue service' } },
  people: {
    'li.lei': {
      name: { zh: '李雷', en: 'Li Lei' },
      ...{ extension: 8002, phones: ['desk-1'], agent: { queues: ['service'] } },
    },
  },
  phones: { 'desk-1': {} },
  queues: { service: { ring } },
  continuity: { 'stand-in': HOST, 'move-after': '5s', 'come-home-after': '10s' },
});

export class FakeCloud {
  /** Headquarters'. */
  readonly clock = new ManualClock(Date.now());
  readonly dir = mkdtempSync(join(tmpdir(), 'fake-cloud-'));
  readonly carrier = new CarrierApi(TOKEN);
  readonly bed = new Bed({ BRANCHLINE_HQ_CARRIERS: join(this.dir, 'carriers.yaml') }, this.clock);
  readonly host: FakeHost;
  readonly #branches = new Map<string, FakeBranch>();
  #cookie = '';

  /** @param most stand-ins that its host may run */
  constructor(most: number) {
    this.host = new FakeHost(HOST, most, (branch) => this.of(branch).standIn);
  }

  /**
   * Each branch is there, its carrier brings its calls to its box, and as many stand-ins run as may.
   * @param aheadMs by how much the boxes' clocks are ahead of headquarters'
   */
  async start(names: readonly string[], aheadMs = 0): Promise<void> {
    const url = await this.carrier.start();
    const carrier = { kind: 'http', serves: ['+86'], url, 'token-file': 'token', settles: '2s' };
    writeFileSync(join(this.dir, 'carriers.yaml'), JSON.stringify({ carriers: { west: carrier } }));
    writeFileSync(join(this.dir, 'token'), TOKEN);
    await this.bed.start();
    await this.signsIn();
    for (const [index, name] of names.entries()) await this.#open(name, `+86571860010${10 + index}`, aheadMs);
    await this.host.comes(this.bed);
    for (const name of names)
      await this.until(name, ({ lease, routed }) => lease.acts === 'box' && routed === 'box');
    const room = Math.min(names.length, this.host.most);
    await this.pass(() => this.host.there().length === room);
    for (const name of this.host.there()) await this.until(name, ({ ready }) => ready['stand-in']);
  }

  async #open(name: string, number: string, aheadMs: number): Promise<void> {
    const { bed, clock } = this;
    const call = (called: string): Party | null => this.reached(name, called);
    const party = async (name: string, role: Party): Promise<FakeParty> => {
      const now = (): number => this.clock.now() + (role === 'box' ? aheadMs : 0);
      return new FakeParty({ bed, clock, role, now, call, name, certificate: await bed.enrol(name) });
    };
    const branch = {
      ...{ name, number },
      box: await party(name, 'box'),
      standIn: await party(`${name}-standin`, 'stand-in'),
    };
    this.#branches.set(name, branch);
    branch.box.document = documentOf(name, number);
    await branch.box.comes();
  }

  /** Who takes a call to the branch: if he is alive who is where the carrier brings it. */
  reached(name: string, number = this.of(name).number): Party | null {
    const { box, standIn } = this.of(name);
    const target = this.carrier.routes.get(number) ?? name;
    if ([name, cloudLineOf(name)].includes(target)) return box.isAlive ? 'box' : null;
    return standIn.isAlive ? 'stand-in' : null;
  }

  of(name: string): FakeBranch {
    const branch = this.#branches.get(name);
    if (!branch) throw new Error(`no branch ${name}`);
    return branch;
  }

  async signsIn(): Promise<void> {
    this.#cookie = (await this.bed.signIn()).cookie;
  }

  async get<T>(path: string): Promise<T> {
    return this.#ask<T>(path, {});
  }

  async post<T>(path: string, body: object): Promise<T> {
    return this.#ask<T>(path, { method: 'POST', body: JSON.stringify(body) });
  }

  async #ask<T>(path: string, how: RequestInit): Promise<T> {
    const headers = { cookie: this.#cookie, 'content-type': 'application/json' };
    const answer = await this.bed.api(path, { headers, ...how });
    const said = (await answer.json()) as T;
    expect(answer.status, JSON.stringify(said)).toBe(200);
    return said;
  }

  order(name: string, to: Party | null): Promise<BranchContinuity> {
    return this.post<BranchContinuity>(`/api/boxes/${name}/continuity`, { to });
  }

  async continuity(name: string): Promise<BranchContinuity> {
    const { continuity } = await this.shown(name);
    if (!continuity) throw new Error(`${name} has no stand-in`);
    return continuity;
  }

  shown(name: string): Promise<{ continuity: BranchContinuity | null; story: ContinuityStepShown[] }> {
    return this.get(`/api/boxes/${name}/continuity`);
  }

  async steps(name: string): Promise<string[]> {
    return (await this.shown(name)).story.map(({ what }) => what);
  }

  /** Headquarters' time goes on until it fits; each look at it leaves what is on the wire the time that a request takes. */
  async pass(fits: () => boolean | Promise<boolean>): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    do {
      await this.forMs(STEP_MS);
      if (await fits()) return;
    } while (performance.now() < until);
    throw new Error(`what was waited for did not come about within ${PATIENCE_MS / 1_000} s`);
  }

  async until(name: string, fits: (of: BranchContinuity) => boolean): Promise<void> {
    await this.pass(async () => fits(await this.continuity(name)));
  }

  /** Headquarters' time goes on by so much, a step at a time. */
  async forMs(ms: number, stepMs = STEP_MS): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(stepMs, left));
      await this.get('/api/continuity');
      this.#look();
    }
  }

  /** Who is alive and may act for a branch is alone in that. */
  #look(): void {
    for (const { name, box, standIn } of this.#branches.values())
      if ([box, standIn].every((each) => each.isAlive && each.rights().acts))
        throw new Error(`box and stand-in of ${name} both act`);
  }

  /** Headquarters ends and begins anew; all who were there come back, the stand-ins by their host. */
  async restarts(): Promise<void> {
    const all = [...this.#branches.values()];
    const boxes = all.map(({ box }) => box).filter(({ isThere }) => isThere);
    await this.bed.stop();
    for (const each of [...boxes, ...all.map(({ standIn }) => standIn)]) each.dies();
    await this.bed.start();
    await this.host.comes(this.bed);
    for (const each of boxes) await each.comes();
  }

  async end(): Promise<void> {
    await this.host.end();
    for (const { box, standIn } of this.#branches.values()) for (const each of [box, standIn]) each.end();
    await this.bed.end();
    await this.carrier.stop();
    rmSync(this.dir, { recursive: true });
  }
}
