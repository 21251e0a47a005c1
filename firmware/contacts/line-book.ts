/** What is known of each line of the document, and the one alarm for those that cannot be reached. */
import type { Contacts } from '@branchline/contracts/branch/contacts';
import type { ContactHealth, ContactRole, LampShows, LineState } from '@branchline/contracts/contacts';
import type { Clock } from '@branchline/runtime/clock';
import type { Alarms } from '../health/alarms.ts';

interface Line {
  readonly role: ContactRole;
  readonly shows?: LampShows;
  state: LineState;
  /** Ms since 1970. */
  since: number;
  lost?: { readonly because: string; readonly at: number };
}

export interface LineBookDeps {
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly onChange: () => void;
}

/** What the alarm is about: one for all lines, as mostly one thing is missing. */
const SUBJECT = 'contacts';
/** What is not there while everything starts is no alarm, ms. */
const GRACE_MS = 15_000;

export class LineBook {
  readonly #deps: LineBookDeps;
  #lines = new Map<string, Line>();

  constructor(deps: LineBookDeps) {
    this.#deps = deps;
  }

  follow({ lifeline, loads, signals, inputs }: Contacts): void {
    const before = this.#lines;
    this.#lines = new Map();
    const add = (name: string, role: ContactRole, shows?: LampShows): void => {
      const { state = 'unknown', since = this.#deps.clock.now(), lost } = before.get(name) ?? {};
      this.#lines.set(name, {
        ...{ role, state, since },
        ...(shows === undefined ? {} : { shows }),
        ...(lost === undefined ? {} : { lost }),
      });
    };
    if (lifeline) add(lifeline.name, 'lifeline-relay');
    for (const { name } of loads) add(name, 'load-relay');
    for (const one of signals) add(one.name, one.role, one.role === 'lamp' ? one.shows : undefined);
    for (const { name, role } of inputs) add(name, role);
    this.look();
    this.#deps.onChange();
  }

  stateOf(name: string): LineState | undefined {
    return this.#lines.get(name)?.state;
  }

  set(name: string, state: LineState): void {
    const line = this.#lines.get(name);
    if (!line || line.state === state) return;
    line.state = state;
    line.since = this.#deps.clock.now();
    this.#deps.onChange();
  }

  lost(name: string, because: string): void {
    const line = this.#lines.get(name);
    if (!line || line.lost?.because === because) return;
    const { clock, onChange } = this.#deps;
    line.lost = { because, at: line.lost?.at ?? clock.monotonic() };
    this.set(name, 'unknown');
    this.look();
    onChange();
  }

  found(name: string): void {
    const line = this.#lines.get(name);
    if (line?.lost === undefined) return;
    delete line.lost;
    this.look();
    this.#deps.onChange();
  }

  isLost(name: string): boolean {
    return this.#lines.get(name)?.lost !== undefined;
  }

  health(): ContactHealth[] {
    return [...this.#lines].map(([name, { role, shows, state, since, lost }]) => ({
      ...{ name, role, state, since: new Date(since).toISOString() },
      ...(shows === undefined ? {} : { shows }),
      ...(lost === undefined ? {} : { because: lost.because }),
    }));
  }

  /** Also as time goes on. */
  look(): void {
    const { alarms, clock } = this.#deps;
    const lost = [...this.#lines].flatMap(([name, line]) => (line.lost ? [{ name, ...line.lost }] : []));
    if (lost.length === 0) return alarms.clear('contacts-lost', SUBJECT);
    if (lost.some(({ at }) => clock.monotonic() - at >= GRACE_MS))
      alarms.raise('contacts-lost', SUBJECT, inWords(lost));
  }
}

/** Lines that are lost for one reason, together. */
function inWords(lost: readonly { readonly name: string; readonly because: string }[]): string {
  const reasons = Map.groupBy(lost, ({ because }) => because);
  return [...reasons]
    .map(([because, all]) => `${all.map(({ name }) => name).join(', ')}: ${because}`)
    .join('; ');
}
