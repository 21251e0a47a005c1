/** Drives the machine of an update: keeps its state, fetches, verifies, looks how well the branch is, and tells what came of an order. */
import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { orderedRelease, releasePathOf, type OrderedRelease } from '@branchline/contracts/fleet/releases';
import { LARGEST_RELEASE, manifestOfText } from '@branchline/contracts/release';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { ArchiveRefused, readArchive } from '@branchline/runtime/signed-archive/read';
import type { CommandEnd, Problem } from '../uplink/commands-core.ts';
import type { Doing, Performer } from '../uplink/commands.ts';
import { releaseStep } from './core.ts';
import { endOf } from './end.ts';
import type { FetchOrder, FetchParts } from './fetching.ts';
import type { RootSide } from './root-side.ts';
import {
  type Here,
  newReleaseState,
  type Offer,
  type ReleaseEffect,
  type ReleaseEvent,
  type ReleaseHead,
  type ReleaseRules,
  type ReleaseState,
  RULES,
  type Wellness,
} from './state.ts';

export interface ReleaseKeeperDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly folder: string;
  readonly root: RootSide;
  /** What this service is. */
  readonly running: ReleaseHead;
  /** Public keys as PEM, of which one must have signed. */
  readonly keys: () => string[];
  readonly fetch: (order: FetchOrder, parts: Omit<FetchParts, 'identity'>) => Promise<void>;
  /** Of headquarters' broker. */
  readonly host: () => string | undefined;
  readonly engine: () => string | undefined;
  /** Bytes that may be written before anything is done about the disk. */
  readonly room: () => Promise<number>;
  readonly wellness: () => Wellness;
  readonly calls: () => number;
  readonly minuteOfDay: () => number;
  /** The reason with which a command that takes too long is given up. */
  readonly tooLong: unknown;
}

/** So often it is looked how well the branch is, ms. */
const LOOK_MS = 2_000;
/** Minutes of the branch's day in which the service is begun anew, unless the order says at once. */
const QUIET = { from: 60, until: 300 } as const;

interface Kept {
  readonly state: ReleaseState;
  /** Of the offer under way. */
  readonly order: OrderedRelease | null;
}

export class ReleaseKeeper implements Performer<'release'> {
  readonly name = 'release';
  readonly #deps: ReleaseKeeperDeps;
  #kept: Kept;
  #timer: Timer | undefined;
  /** Of the fetch or the wait for it. */
  #fetching: AbortController | undefined;
  #mayWork = true;
  #stopped = false;
  readonly #doing = new Map<string, { readonly doing: Doing; readonly end: (end: CommandEnd) => void }>();

  constructor(deps: ReleaseKeeperDeps) {
    this.#deps = deps;
    this.#kept = this.#read();
  }

  start(): void {
    const { root, running } = this.#deps;
    const says = root.says();
    if (!says) return;
    root.begin(running.version);
    const { wentBack } = says;
    this.#feed({
      type: 'started',
      running: running.version,
      confirmed: says.current === running.version ? says.confirmed : true,
      ...(wentBack && root.isOfLastWish(says) && { wentBack }),
    });
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#fetching?.abort();
  }

  /** Without mains nothing is fetched, and nothing begun anew. */
  background(may: boolean): void {
    this.#mayWork = may;
    const { step } = this.#kept.state;
    if (!may) this.#fetching?.abort();
    else if (step.is === 'fetching') this.#fetch(step.offer, 0);
  }

  problem(order: OrderedRelease): Problem | undefined {
    if (!this.#deps.root.says() || this.#deps.keys().length === 0)
      return { because: 'not-ready-for-releases' };
    const { is } = this.#kept.state.step;
    const switched = is === 'switched' || is === 'proving' || is === 'going-back';
    if (switched) return { because: 'already-running' };
    return order.host === undefined && this.#deps.host() === undefined
      ? { because: 'headquarters-out-of-reach' }
      : undefined;
  }

  async perform(order: OrderedRelease, doing: Doing): Promise<CommandEnd> {
    const here = await this.#here();
    const problem = this.problem(order);
    if (problem) return { state: 'refused', ...problem };
    this.#kept = { ...this.#kept, order };
    const offer: Offer = { ...headOf(order), order: doing.id, back: order.back, ...bytesOf(order) };
    this.#feed({ type: 'offered', offer, here });
    return this.goOn(doing);
  }

  /** Resolves with the end of the order, in this service or the next. */
  goOn(doing: Doing): Promise<CommandEnd> {
    doing.signal.addEventListener('abort', () => {
      if (doing.signal.reason === this.#deps.tooLong && this.#isOf(doing.id))
        this.#feed({ type: 'withdrawn' });
    });
    return new Promise((resolve) => {
      this.#doing.set(doing.id, { doing, end: resolve });
      this.#tellEnds();
    });
  }

  #isOf(order: string): boolean {
    const { step } = this.#kept.state;
    return step.is !== 'settled' && step.offer.order === order;
  }

  #read(): Kept {
    const { folder, running, log } = this.#deps;
    const fresh: Kept = { state: newReleaseState(running.version), order: null };
    try {
      const text = readIfThere(join(folder, 'state.json'));
      if (text === undefined) return fresh;
      const { state, order } = JSON.parse(text) as { state: ReleaseState; order: unknown };
      return { state, order: order === null ? null : orderedRelease.parse(order) };
    } catch (err) {
      log.error(
        { err },
        'what was known of an update cannot be read: it is begun anew when it is ordered again',
      );
      return fresh;
    }
  }

  #feed(event: ReleaseEvent): void {
    const { clock, folder, log } = this.#deps;
    const { state, effects } = releaseStep(this.#kept.state, event, clock.now(), this.#rules());
    if (state !== this.#kept.state) {
      if (state.step.is !== this.#kept.state.step.is)
        log.info({ step: state.step.is, because: event.type, last: state.last }, 'an update of the software');
      this.#kept = { ...this.#kept, state };
      writeFileAtomic(join(folder, 'state.json'), `${JSON.stringify(this.#kept)}\n`, 0o600);
    }
    for (const effect of effects) this.#do(effect);
    this.#arm();
  }

  #rules(): ReleaseRules {
    const { order } = this.#kept;
    if (!order) return RULES;
    return { ...RULES, wellForMs: order.wellForS * 1_000, proveWithinMs: order.proveWithinS * 1_000 };
  }

  #do(effect: ReleaseEffect): void {
    const { root } = this.#deps;
    switch (effect.do) {
      case 'fetch':
        return this.#fetch(effect.offer, effect.afterMs);
      case 'verify':
        return void this.#verify();
      case 'wish':
        return root.wish(effect.version);
      case 'take-back-wish':
        return root.takeBack();
      case 'confirm':
        return root.confirm(effect.version);
      case 'drop-archive':
        this.#fetching?.abort();
        return rmSync(root.archive, { force: true });
      case 'report':
        return this.#tellEnds();
    }
  }

  #fetch(offer: Offer, afterMs: number): void {
    this.#fetching?.abort();
    const { order } = this.#kept;
    if (!this.#mayWork || this.#stopped || !order) return;
    const fetching = new AbortController();
    this.#fetching = fetching;
    const timer = this.#deps.clock.after(afterMs, () => void this.#fetchNow(offer, order, fetching.signal));
    fetching.signal.addEventListener('abort', () => timer.cancel(), { once: true });
  }

  async #fetchNow(offer: Offer, order: OrderedRelease, signal: AbortSignal): Promise<void> {
    const { fetch, host, root, clock, log } = this.#deps;
    const from: FetchOrder = {
      host: order.host ?? host() ?? '',
      port: order.port,
      path: releasePathOf(order),
      bytes: order.bytes,
      kbitS: order.kbitS,
    };
    const onBytes = (have: number): void =>
      this.#doing.get(offer.order)?.doing.progress((have / order.bytes) * 80);
    try {
      await fetch(from, { clock, signal, onBytes, to: root.archive });
    } catch (err) {
      if (signal.aborted) return;
      log.warn({ err, version: offer.version }, 'a release could not be fetched; it is tried again');
      return void this.#feed({ type: 'fetch-failed' });
    }
    if (!signal.aborted) this.#feed({ type: 'fetched' });
  }

  async #verify(): Promise<void> {
    const { root, keys } = this.#deps;
    try {
      const rules = { keys: keys(), manifest: manifestOfText, atMost: LARGEST_RELEASE.unpacked };
      const { manifest } = await readArchive(createReadStream(root.archive), rules);
      if (!this.#stopped) this.#feed({ type: 'verified', head: headOf(manifest), here: await this.#here() });
    } catch (fault) {
      if (!(fault instanceof ArchiveRefused))
        this.#deps.log.error({ err: fault }, 'an archive could not be read');
      this.#feed({ type: 'archive-refused', detail: fault instanceof Error ? fault.message : String(fault) });
    }
  }

  async #here(): Promise<Here> {
    const { running, engine, room } = this.#deps;
    return { running, engine: engine(), room: await room() };
  }

  /** While an update is under way. */
  #arm(): void {
    this.#timer?.cancel();
    if (this.#stopped || this.#kept.state.step.is === 'settled') return;
    this.#timer = this.#deps.clock.after(LOOK_MS, () => this.#look());
  }

  #look(): void {
    const { root, wellness, calls } = this.#deps;
    const refused = root.refused();
    if (refused !== undefined) this.#feed({ type: 'install-refused', detail: refused });
    this.#feed({ type: 'look', now: wellness(), calls: calls(), quiet: this.#isQuiet() });
  }

  #isQuiet(): boolean {
    if (!this.#mayWork) return false;
    const minute = this.#deps.minuteOfDay();
    return this.#kept.order?.when === 'now' || (minute >= QUIET.from && minute < QUIET.until);
  }

  #tellEnds(): void {
    const { step, last } = this.#kept.state;
    for (const [id, { doing, end }] of this.#doing) {
      if (this.#isOf(id)) {
        if (step.is !== 'fetching') doing.progress(90);
        continue;
      }
      this.#doing.delete(id);
      end(last?.order === id ? endOf(last) : { state: 'failed', because: 'interrupted' });
    }
  }
}

const headOf = ({ version, architecture, engine, schema, oldestBack }: ReleaseHead): ReleaseHead => ({
  ...{ version, architecture, engine, schema, oldestBack },
});

const bytesOf = ({ bytes, unpackedBytes }: OrderedRelease): Pick<Offer, 'bytes' | 'unpackedBytes'> => ({
  ...{ bytes, unpackedBytes },
});
