/** Which telephones can be reached and since when; what the engine says of gateways is passed on to the trunks behind them. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { HealthReport } from '@branchline/contracts/health';
import type { LivePhone } from '@branchline/contracts/live';
import type { Clock } from '@branchline/runtime/clock';
import type { Peer } from '../engine/port.ts';
import type { Alarms } from '../health/alarms.ts';
import { wereLostTogether } from './lost-together.ts';
import type { TrunkBook } from './trunk-book.ts';

interface PhoneState {
  readonly reachable: boolean;
  readonly since: number;
  /** It was there since the start, and is away. */
  readonly lost: boolean;
}

/** What the alarm of several is about. */
const ALL_OF_THEM = 'phones';

export interface LineBookDeps {
  readonly clock: Clock;
  readonly branch: () => Branch;
  readonly alarms: Alarms;
  readonly board: { set(collection: 'phones', id: string, value: LivePhone | null): void };
  readonly trunks: Pick<TrunkBook, 'gateway' | 'documentChanged'>;
  readonly onChange: () => void;
}

export class LineBook {
  readonly #deps: LineBookDeps;
  readonly #phones = new Map<string, PhoneState>();
  #branch: Branch;

  constructor(deps: LineBookDeps) {
    this.#deps = deps;
    this.#branch = deps.branch();
    this.#showAll();
  }

  /** Another document is in force: what is not in it is shown no more and in no alarm, and all else anew. */
  documentChanged(): void {
    const { board, alarms, branch, trunks, onChange } = this.#deps;
    const before = this.#branch;
    this.#branch = branch();
    for (const name of Object.keys(before.phones).filter((each) => !this.#branch.phones[each])) {
      board.set('phones', name, null);
      alarms.clear('phone-unreachable', name);
      this.#phones.delete(name);
    }
    this.#judge();
    trunks.documentChanged();
    this.#showAll();
    onChange();
  }

  peer({ kind, name }: Peer, reachable: boolean): void {
    if (kind === 'gateway') return this.#deps.trunks.gateway(name, reachable);
    const before = this.#phones.get(name);
    const since = before?.reachable === reachable ? before.since : this.#deps.clock.now();
    // One that has not registered yet since the start is no fault yet.
    const lost = !reachable && before !== undefined && (before.reachable || before.lost);
    this.#phones.set(name, { reachable, since, lost });
    this.#show(name);
    if (before?.reachable === reachable) return;
    const { alarms, onChange } = this.#deps;
    if (reachable) alarms.clear('phone-unreachable', name);
    else if (lost) alarms.raise('phone-unreachable', name);
    if (before || reachable) this.#judge();
    onChange();
  }

  #judge(): void {
    const lostAt = [...this.#phones.values()].filter(({ lost }) => lost).map(({ since }) => since);
    if (wereLostTogether(lostAt)) this.#deps.alarms.raise('phones-unreachable', ALL_OF_THEM);
    else this.#deps.alarms.clear('phones-unreachable', ALL_OF_THEM);
  }

  phones(): HealthReport['phones'] {
    return Object.keys(this.#branch.phones).map((name) => ({ name, ...this.#view(name) }));
  }

  #showAll(): void {
    for (const phone of Object.keys(this.#branch.phones)) this.#show(phone);
  }

  #view(name: string): { reachable: boolean; since: string | null } {
    const state = this.#phones.get(name);
    return {
      reachable: state?.reachable ?? false,
      since: state ? new Date(state.since).toISOString() : null,
    };
  }

  #show(name: string): void {
    const { board } = this.#deps;
    const phone = this.#branch.phones[name];
    if (!phone) return;
    const person = phone.owner === undefined ? null : (this.#branch.people[phone.owner.person]?.name ?? null);
    board.set('phones', name, {
      id: name,
      model: phone.model,
      extension: phone.owner?.extension ?? null,
      person,
      ...this.#view(name),
    });
  }
}
