/** Documents of headquarters, tried and kept or taken back: the shell of `desired-core.ts`. */
import { differenceOf } from '@branchline/contracts/branch/difference';
import {
  LARGEST_DOCUMENT_BYTES,
  type Desired,
  type DesiredState,
} from '@branchline/contracts/fleet/documents';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { step, type Effect, type Event, type State, type Text, type Up } from './desired-core.ts';
import { judge, valueOf } from './desired-judge.ts';
import type { DesiredStore } from './desired-store.ts';
import type { Documents } from './documents.ts';

export interface DesiredDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly documents: Documents;
  readonly store: DesiredStore;
  /** What can be reached at this moment. */
  readonly up: () => Up;
  /** Whether headquarters is there at this moment. */
  readonly connected: () => boolean;
  /** Tells headquarters of the document in force and of `report()`. */
  readonly tell: () => void;
  /** For the ledger: who asked for which version, and what became of it. */
  readonly enter: (version: number, what: string) => void;
}

/** Of what differs, as contracts/fleet/documents.ts bounds it; a long value is told by its beginning. */
const MOST_FIELDS = 50;
const LONGEST_VALUE = 300;

export class DesiredDocuments {
  readonly name = 'documents of headquarters';
  readonly #deps: DesiredDeps;
  readonly #events: Event[] = [];
  #state: State;
  #timer: Timer | undefined;
  #busy = false;

  constructor(deps: DesiredDeps) {
    this.#deps = deps;
    this.#state = deps.store.read();
    deps.documents.onChange(({ revision }) =>
      this.#feed({ is: 'changed', revision, wall: deps.clock.now() }),
    );
  }

  /** Goes on with what a restart interrupted. */
  start(): void {
    const { documents, clock } = this.#deps;
    this.#feed({ is: 'started', inForce: documents.inForce.revision, wall: clock.now() });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  desired(wanted: Desired): void {
    this.#feed({ is: 'desired', desired: wanted });
  }

  /** Headquarters has heard that this revision is in force. */
  heard(revision: string): void {
    this.#feed({ is: 'heard', revision });
  }

  /** For headquarters: what became of its document, and the text in force where it is another one. */
  report(): { readonly desired: DesiredState; readonly source?: string } {
    const { seen, common, outcome, trial } = this.#state;
    const { inForce } = this.#deps.documents;
    const drifts = common !== null && common.revision !== inForce.revision;
    const began = trial?.begunAt ?? outcome?.at;
    const desired: DesiredState = {
      seen: seen && { ...seen },
      common: common?.version ?? 0,
      state: trial ? 'trying' : (outcome?.state ?? 'none'),
      at: began === undefined ? null : stamp(began),
      ...(trial && { until: stamp(trial.begunAt + trial.desired.confirmWithinS * 1_000) }),
      ...(!trial && outcome ? becameOf(outcome) : {}),
      ...(drifts && !trial ? { drift: driftOf(common.source, inForce.raw) } : {}),
    };
    const same = common?.revision === inForce.revision;
    const fits = Buffer.byteLength(inForce.source) <= LARGEST_DOCUMENT_BYTES;
    return { desired, ...(same || !fits ? {} : { source: inForce.source }) };
  }

  /** Effects may bring events of their own: they queue up behind the present one. */
  #feed(event: Event): void {
    this.#events.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) {
        const { state, effects } = step(this.#state, next, this.#deps.clock.monotonic());
        this.#state = state;
        this.#perform(effects);
      }
    } finally {
      this.#busy = false;
    }
  }

  #perform(effects: readonly Effect[]): void {
    let saved = true;
    for (const effect of effects) {
      switch (effect.do) {
        case 'judge':
          this.#judge(effect.desired);
          break;
        case 'save':
          saved = this.#save();
          break;
        case 'put':
          this.#put(effect.text, saved || effect.way === 'back');
          break;
        case 'report':
          this.#deps.tell();
          break;
        case 'enter':
          this.#deps.log.info({ version: effect.version, what: effect.what }, 'a document of headquarters');
          this.#deps.enter(effect.version, effect.what);
          break;
        case 'wake':
          this.#wake(effect.at);
      }
    }
  }

  #judge(desired: Desired): void {
    const { documents, up, clock } = this.#deps;
    const { revision, source } = documents.inForce;
    const inForce = { revision, source };
    const check = (text: string) => documents.check(text);
    const verdict = judge(desired, { inForce, common: this.#state.common, up: up(), check });
    this.#feed({ is: 'judged', desired, verdict, inForce, wall: clock.now() });
  }

  #save(): boolean {
    try {
      this.#deps.store.write(this.#state);
      return true;
    } catch (error) {
      this.#deps.log.error({ err: error }, 'what became of a document of headquarters could not be written');
      return false;
    }
  }

  /** Forward only when a restart would know the way back. */
  #put(text: Text, may: boolean): void {
    const done = may && this.#take(text.source);
    this.#feed({ is: done ? 'put' : 'not-put', wall: this.#deps.clock.now() });
  }

  #take(source: string): boolean {
    const { documents, log } = this.#deps;
    try {
      const taken = documents.take(source);
      if (!taken.ok) log.error({ faults: taken.faults }, 'a document cannot be put in force any more');
      return taken.ok;
    } catch (error) {
      log.error({ err: error }, 'a document could not be put in force');
      return false;
    }
  }

  #wake(at: number): void {
    const { clock, connected, up } = this.#deps;
    this.#timer?.cancel();
    this.#timer = clock.after(Math.max(0, at - clock.monotonic()), () =>
      this.#feed({ is: 'due', connected: connected(), up: up(), wall: clock.now() }),
    );
  }
}

function becameOf({
  because,
  faults,
  conflicts,
}: NonNullable<State['outcome']>): Pick<DesiredState, 'because' | 'faults' | 'conflicts'> {
  return {
    ...(because && { because }),
    ...(faults && { faults }),
    ...(conflicts && { conflicts: shortened(conflicts) }),
  };
}

const driftOf = (common: string, inForce: unknown): NonNullable<DesiredState['drift']> =>
  shortened(differenceOf(valueOf(common), inForce));

function shortened(
  fields: readonly { readonly path: readonly string[] }[],
): { path: string[]; [value: string]: unknown }[] {
  return fields.slice(0, MOST_FIELDS).map(({ path, ...values }) => {
    const short: [string, unknown][] = Object.entries(values).map(([name, value]) => [name, shortOf(value)]);
    return { ...Object.fromEntries<unknown>(short), path: [...path] };
  });
}

function shortOf(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? value : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

const stamp = (at: number): string => new Date(at).toISOString();
