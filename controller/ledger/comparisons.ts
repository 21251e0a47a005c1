/**
 * Has every box's ledger compared with what is here, some boxes at a time, and remembers what was found. Of several controllers the one that
 * leads does, from `begin` to its `rest`; how far a stream has come is read from its row, since others store as well.
 */
import { randomUUID } from 'node:crypto';
import type { LedgerProof } from '@branchline/contracts/http/proof';
import type { Payload } from '@branchline/contracts/topics';
import { inBackground, type InBackground } from '@branchline/runtime/background';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Proofs } from '../store/proofs.ts';
import type { Stream } from '../store/streams.ts';
import {
  PROOF_TUNING,
  stepProof,
  wakeOf,
  type ProofEffect,
  type ProofEvent,
  type ProofState,
  type ProofTuning,
  type Stretch,
} from './proof-core.ts';

export interface ComparisonsDeps {
  readonly clock: Clock;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly log: Log;
  readonly proofs: Pick<Proofs, 'all' | 'of' | 'equal' | 'differs'>;
  readonly ask: (box: string, question: Payload<'ledger-compare'>) => void;
  /** Of what is here; undefined when not all of it is. */
  readonly digestOf: (stream: Stream, from: number, to: number) => Promise<string | undefined>;
  /** Takes a stretch out, so that it is missing and asked for again. */
  readonly forget: (stream: Stream, stretch: Stretch) => Promise<void>;
  /** The box speaks of a newer number than is known here. */
  readonly newest: (stream: Stream, newest: number) => void;
  readonly changed: (box: string, proof: LedgerProof | null) => void;
  /** As the database has it. */
  readonly row: (stream: Stream) => Promise<Stream | undefined>;
  /** @throws where another controller leads */
  readonly must: () => void;
  readonly tuning?: ProofTuning;
}

/** So many boxes are compared at once: what is read back here must not hold up what comes in. */
const MOST_AT_ONCE = 4;
const FULL_MS = 2_000;
/** After a start the boxes that are due are spread over this. */
const SPREAD_MS = 600_000;
/** What was asked for again may be stored by another. */
const HEALED_LOOK_MS = 2_000;

interface Comparison {
  stream: Stream;
  state: ProofState;
  timer: Timer | undefined;
  /** The question that is out, and the box's answer to it. */
  question: string | undefined;
  said: string | undefined;
  /** Its row is being read, or a stretch taken out of it: until then it is not known how far it has come. */
  busy: boolean;
}

export class Comparisons {
  readonly #deps: ComparisonsDeps;
  readonly #tuning: ProofTuning;
  readonly #of = new Map<string, Comparison>();
  readonly #online = new Set<string>();
  /** What was found last, by stream. */
  readonly #told = new Map<number, LedgerProof>();
  readonly #background: InBackground;
  /** Those that do not rest: counted at every look, of which there are thousands a second in a large fleet. */
  readonly #running = new Set<string>();
  #works = false;

  constructor(deps: ComparisonsDeps) {
    this.#deps = deps;
    this.#background = inBackground(deps.log);
    this.#tuning = deps.tuning ?? PROOF_TUNING;
  }

  /** All streams, and what was found of them before. */
  async start(streams: readonly Stream[]): Promise<void> {
    for (const [id, proof] of await this.#deps.proofs.all()) this.#told.set(id, proof);
    this.load(streams);
  }

  /** From now on boxes are compared; another may have compared and stored before. */
  async begin(streams: readonly Stream[]): Promise<void> {
    await this.start(streams);
    this.#works = true;
    for (const [box, one] of this.#of) {
      one.state = { phase: 'resting', dueAt: this.#firstDue(one.stream) };
      this.#deps.changed(box, this.#told.get(one.stream.id) ?? null);
      this.#look(box);
    }
  }

  /** What is under way leads to nothing any more. */
  rest(): void {
    this.#works = false;
    for (const [box, one] of this.#of) {
      one.timer?.cancel();
      // Another one: what is still being read belongs to what was.
      this.#of.set(box, fresh(one.stream, { phase: 'resting', dueAt: Infinity }));
    }
    this.#running.clear();
  }

  /** To be told after every write of those that changed. */
  load(streams: readonly Stream[]): void {
    for (const stream of streams) this.noted(stream);
  }

  /** What is known of the box's present stream. */
  noted(stream: Stream): void {
    const known = this.#of.get(stream.box);
    if (known?.stream.id === stream.id) {
      known.stream = stream;
      if (known.state.phase === 'healing') this.#look(stream.box);
      return;
    }
    if (known && known.stream.id > stream.id) return;
    known?.timer?.cancel();
    const state: ProofState = { phase: 'resting', dueAt: this.#firstDue(stream) };
    this.#of.set(stream.box, fresh(stream, state));
    this.#running.delete(stream.box);
    this.#deps.changed(stream.box, this.#told.get(stream.id) ?? null);
    this.#look(stream.box);
  }

  present(box: string, online: boolean): void {
    if (online) this.#online.add(box);
    else this.#online.delete(box);
    this.#look(box);
  }

  /** By a person. False for a box of which nothing is known, or that is away. @throws where another controller leads */
  wanted(box: string): boolean {
    this.#deps.must();
    if (!this.#of.has(box) || !this.#online.has(box)) return false;
    this.#feed(box, { is: 'wanted' });
    this.#look(box);
    return true;
  }

  comparing(box: string): boolean {
    return (this.#of.get(box)?.state.phase ?? 'resting') !== 'resting';
  }

  answered(box: string, answer: Payload<'ledger-digest'>): void {
    const one = this.#of.get(box);
    if (!one || one.question !== answer.id) return;
    one.question = undefined;
    if (answer.epoch !== one.stream.epoch) return;
    const { stream } = one;
    if (answer.newest > stream.newest) this.#deps.newest(stream, answer.newest);
    const stretch = { from: answer.from, to: answer.to };
    if (answer.sha256 === null) return this.#feed(box, { is: 'compared', stretch, found: 'not-kept' });
    void this.#compare(box, one, stretch, answer.sha256);
  }

  async #compare(box: string, one: Comparison, stretch: Stretch, theirs: string): Promise<void> {
    const { stream, state } = one;
    try {
      const ours = await this.#deps.digestOf(stream, stretch.from, stretch.to);
      if (!this.#works || one.state !== state || this.#of.get(box) !== one) return;
      one.said = theirs;
      this.#feed(box, { is: 'compared', stretch, found: ours === theirs ? 'equal' : 'differs' });
    } catch (error) {
      if (this.#works)
        this.#deps.log.error({ err: error, box, ...stretch }, 'the ledger could not be compared');
    }
  }

  /** Those never compared, and those due while headquarters was away, over some minutes. */
  #firstDue(stream: Stream): number {
    const { clock, random } = this.#deps;
    const at = this.#told.get(stream.id)?.at ?? null;
    const ago = at === null ? Infinity : Math.max(0, clock.now() - Date.parse(at));
    const waits = Math.max(SPREAD_MS * random(), this.#tuning.everyMs - ago);
    return clock.monotonic() + Math.min(waits, this.#tuning.everyMs);
  }

  #look(box: string): void {
    const one = this.#of.get(box);
    if (!one || !this.#works || one.busy) return;
    const online = this.#online.has(box);
    const starts = online && one.state.phase === 'resting' && this.#deps.clock.monotonic() >= one.state.dueAt;
    if (starts && this.#running.size >= MOST_AT_ONCE) return this.#wake(box, one, FULL_MS);
    if (starts || (online && one.state.phase === 'healing')) return void this.#lookAtRow(box, one);
    this.#feed(box, { is: 'look', online, upto: one.stream.kept.upto });
  }

  async #lookAtRow(box: string, one: Comparison): Promise<void> {
    one.busy = true;
    // It counts as one of those that are compared.
    this.#running.add(box);
    try {
      const row = await this.#deps.row(one.stream);
      if (!this.#works || this.#of.get(box) !== one) return;
      one.busy = false;
      one.stream = row ?? one.stream;
      this.#feed(box, { is: 'look', online: this.#online.has(box), upto: one.stream.kept.upto });
    } catch (err) {
      one.busy = false;
      if (!this.#works || this.#of.get(box) !== one) return;
      this.#deps.log.warn(
        { err, box },
        'a ledger is not compared now: the database does not say how far it is',
      );
      if (one.state.phase === 'resting') this.#running.delete(box);
      this.#wake(box, one, FULL_MS);
    }
  }

  #feed(box: string, event: ProofEvent): void {
    const one = this.#of.get(box);
    if (!one || !this.#works) return;
    const now = this.#deps.clock.monotonic();
    const { state, effects } = stepProof(one.state, event, now, this.#tuning);
    one.state = state;
    if (state.phase === 'resting') this.#running.delete(box);
    else this.#running.add(box);
    for (const effect of effects) this.#perform(box, one, effect);
    const soon = one.state.phase === 'healing' ? HEALED_LOOK_MS : Infinity;
    if (this.#online.has(box)) this.#wake(box, one, Math.min(soon, wakeOf(one.state, this.#tuning) - now));
    else one.timer?.cancel();
  }

  #wake(box: string, one: Comparison, ms: number): void {
    one.timer?.cancel();
    one.timer = this.#deps.clock.after(Math.max(ms, 10), () => this.#look(box));
  }

  #perform(box: string, one: Comparison, effect: ProofEffect): void {
    const { clock, log, proofs, ask, forget } = this.#deps;
    const { stream } = one;
    switch (effect.do) {
      case 'ask':
        one.question = randomUUID();
        return ask(box, { v: 1, id: one.question, epoch: stream.epoch, ...effect.stretch });
      case 'heal':
        log.warn(
          { box, ...effect.stretch },
          'the ledger differs from the box: this stretch is taken in anew',
        );
        one.busy = true;
        return this.#background(
          'forget',
          forget(stream, effect.stretch).finally(() => (one.busy = false)),
        );
      case 'proven':
        return this.#found(stream, proofs.equal(stream.id, effect.upto, one.said ?? '', clock.now()));
      case 'differs':
        log.error(
          { box, ...effect.stretch, because: effect.because },
          'the ledger differs from the box, and cannot be made equal',
        );
        return this.#found(stream, proofs.differs(stream.id, effect.stretch, effect.because, clock.now()));
    }
  }

  #found({ id, box }: Stream, written: Promise<void>): void {
    const tell = async (): Promise<void> => {
      await written;
      const proof = await this.#deps.proofs.of(id);
      if (proof) this.#told.set(id, proof);
      this.#deps.changed(box, proof);
    };
    this.#background('proof', tell());
  }
}

const fresh = (stream: Stream, state: ProofState): Comparison => ({
  ...{ stream, state, timer: undefined, question: undefined, said: undefined },
  busy: false,
});
