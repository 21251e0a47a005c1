/** What each trunk and phone is worth right now, from what the engine says of its peers; shown on the board, alarmed when it is bad. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { HealthReport } from '@branchline/contracts/health';
import type { LivePhone, LiveTrunk } from '@branchline/contracts/live';
import type { Clock } from '@branchline/runtime/clock';
import type { Peer } from '../engine/port.ts';
import type { Alarms } from '../health/alarms.ts';

interface PeerState {
  readonly reachable: boolean;
  readonly since: number;
}

export interface LineBookDeps {
  readonly clock: Clock;
  readonly branch: () => Branch;
  readonly alarms: Alarms;
  readonly board: {
    set(collection: 'trunks', id: string, value: LiveTrunk | null): void;
    set(collection: 'phones', id: string, value: LivePhone | null): void;
  };
  readonly onChange: () => void;
}

export class LineBook {
  readonly #deps: LineBookDeps;
  readonly #peers = new Map<string, PeerState>();
  #calls: ReadonlyMap<string, readonly string[]> = new Map();
  #branch: Branch;

  constructor(deps: LineBookDeps) {
    this.#deps = deps;
    this.#branch = deps.branch();
    this.#showAll();
  }

  /** Another document is in force: what is not in it is shown no more and in no alarm, and all else anew. */
  documentChanged(): void {
    const { board, alarms, branch, onChange } = this.#deps;
    const before = this.#branch;
    this.#branch = branch();
    for (const name of Object.keys(before.phones).filter((each) => !this.#branch.phones[each])) {
      board.set('phones', name, null);
      alarms.clear('phone-unreachable', name);
      this.#peers.delete(keyOf({ kind: 'phone', name }));
    }
    for (const name of Object.keys(before.trunks).filter((each) => !this.#branch.trunks[each])) {
      board.set('trunks', name, null);
      alarms.clear('trunk-down', name);
    }
    for (const name of Object.keys(before.gateways).filter((each) => !this.#branch.gateways[each]))
      this.#peers.delete(keyOf({ kind: 'gateway', name }));
    this.#showAll();
    onChange();
  }

  peer(peer: Peer, reachable: boolean): void {
    const key = keyOf(peer);
    const before = this.#peers.get(key);
    const since = before?.reachable === reachable ? before.since : this.#deps.clock.now();
    this.#peers.set(key, { reachable, since });
    if (peer.kind === 'phone') this.#showPhone(peer.name);
    else for (const trunk of this.#trunksOf(peer.name)) this.#showTrunk(trunk);
    if (before?.reachable !== reachable) this.#turned(peer, reachable, before !== undefined);
  }

  /** Calls in progress by trunk. */
  carries(calls: ReadonlyMap<string, readonly string[]>): void {
    this.#calls = calls;
    for (const trunk of Object.keys(this.#branch.trunks)) this.#showTrunk(trunk);
  }

  phones(): HealthReport['phones'] {
    return Object.keys(this.#branch.phones).map((name) => {
      const { reachable, since } = this.#view({ kind: 'phone', name });
      return { name, reachable, since };
    });
  }

  trunks(): HealthReport['trunks'] {
    return Object.keys(this.#branch.trunks).map((name) => {
      const { state, since, channels, calls } = this.#trunk(name);
      return { name, state, since, channels, calls: calls.length };
    });
  }

  #turned(peer: Peer, reachable: boolean, known: boolean): void {
    const { alarms, onChange } = this.#deps;
    const code = peer.kind === 'phone' ? 'phone-unreachable' : 'trunk-down';
    const subjects = peer.kind === 'phone' ? [peer.name] : this.#trunksOf(peer.name);
    for (const subject of subjects) {
      if (reachable) alarms.clear(code, subject);
      // A phone that has not registered yet since the start is no fault yet; a gateway that does not answer is.
      else if (known || peer.kind === 'gateway') alarms.raise(code, subject, describe(this.#branch, peer));
    }
    onChange();
  }

  #showAll(): void {
    for (const phone of Object.keys(this.#branch.phones)) this.#showPhone(phone);
    for (const trunk of Object.keys(this.#branch.trunks)) this.#showTrunk(trunk);
  }

  #trunksOf(gateway: string): string[] {
    return Object.values(this.#branch.trunks).flatMap((trunk) =>
      trunk.gateway === gateway ? [trunk.name] : [],
    );
  }

  #view(peer: Peer): { reachable: boolean; since: string | null } {
    const state = this.#peers.get(keyOf(peer));
    return {
      reachable: state?.reachable ?? false,
      since: state ? new Date(state.since).toISOString() : null,
    };
  }

  #trunk(name: string): LiveTrunk {
    const branch = this.#branch;
    const trunk = branch.trunks[name];
    const gateway = branch.gateways[trunk?.gateway ?? ''];
    const peer = this.#peers.get(keyOf({ kind: 'gateway', name: trunk?.gateway ?? '' }));
    return {
      id: name,
      gateway: trunk?.gateway ?? '',
      kind: gateway?.kind ?? '',
      state: peer === undefined ? 'unknown' : peer.reachable ? 'up' : 'down',
      since: peer ? new Date(peer.since).toISOString() : null,
      evidence: evidenceOf(peer),
      channels: trunk?.channels ?? 1,
      calls: [...(this.#calls.get(name) ?? [])],
    };
  }

  #showTrunk(name: string): void {
    this.#deps.board.set('trunks', name, this.#trunk(name));
  }

  #showPhone(name: string): void {
    const { board } = this.#deps;
    const branch = this.#branch;
    const phone = branch.phones[name];
    if (!phone) return;
    const person = phone.owner === undefined ? null : (branch.people[phone.owner.person]?.name ?? null);
    board.set('phones', name, {
      id: name,
      model: phone.model,
      extension: phone.owner?.extension ?? null,
      person,
      ...this.#view({ kind: 'phone', name }),
    });
  }
}

const keyOf = (peer: Peer): string => `${peer.kind}/${peer.name}`;

function evidenceOf(peer: PeerState | undefined): string {
  if (!peer) return 'OPTIONS ?';
  return peer.reachable ? 'OPTIONS 2xx' : 'OPTIONS -';
}

function describe(branch: Branch, peer: Peer): string {
  const address = peer.kind === 'gateway' ? branch.gateways[peer.name]?.address : undefined;
  return address ? `no answer from ${address.host}:${address.port}` : 'not registered, or does not answer';
}
