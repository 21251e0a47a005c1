/**
 * Keeps at each line's exchange what the document asks of it: dials codes when one is due and the line has a channel to spare, keeps what
 * may stand there before it dials, enters what came of it, and raises the alarm. `standing.ts` decides.
 */
import { coded } from '@branchline/contracts/alarm-detail';
import type { Branch, Trunk } from '@branchline/contracts/branch/model';
import { codeWith } from '@branchline/contracts/branch/lines/forwarding';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { LineForwarding } from '@branchline/contracts/trunks';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Alarms } from '../../health/alarms.ts';
import { dialForm } from '../../routing/dial-form.ts';
import type { CodeOrder } from './exchange-codes.ts';
import {
  askedFor,
  begun,
  ended,
  nextTask,
  NOTHING_STANDS,
  restored,
  TELLS_FROM,
  type Dialled,
  type Standing,
  type Task,
  type Wanted,
} from './standing.ts';

export interface ForwardingBookDeps {
  readonly clock: Clock;
  readonly branch: () => Branch;
  readonly alarms: Alarms;
  readonly append: (events: readonly NewEvent[]) => void;
  /** What was kept before the start, by trunk; and where it is kept from now on, null for what is to be forgotten. */
  readonly kept: Readonly<Record<string, Standing>>;
  readonly keep: (trunk: string, standing: Standing | null) => void;
  /** Never rejects. */
  readonly dial: (order: CodeOrder) => Promise<Dialled>;
  /** The trunk is there, and has a channel that no caller needs. */
  readonly hasRoom: (trunk: string) => boolean;
  /** What is shown of a trunk has changed. */
  readonly show: (trunk: string) => void;
}

export type ForwardingRefusal = 'no-such-trunk' | 'no-forwarding' | 'forwarding-running' | 'no-room';

const ALARM = 'forwarding-not-set';
const iso = (at: number): string => new Date(at).toISOString();

/** A line without room is looked at again so much later, ms. */
const LOOK_MS = 15_000;

export class ForwardingBook {
  readonly #deps: ForwardingBookDeps;
  readonly #standings: Map<string, Standing>;
  readonly #dialling = new Set<string>();
  #timer: Timer | undefined;
  #stopped = false;

  constructor(deps: ForwardingBookDeps) {
    this.#deps = deps;
    const now = deps.clock.now();
    this.#standings = new Map(Object.entries(deps.kept).map(([name, kept]) => [name, restored(kept, now)]));
  }

  start(): void {
    this.look();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** Another document is in force, or the engine is there again. */
  look(): void {
    if (this.#stopped) return;
    for (const name of this.#asked()) this.#lookAt(name);
    this.#arm();
  }

  /** Somebody wants the codes dialled now. */
  ask(trunk: string): ForwardingRefusal | undefined {
    const found = this.#deps.branch().trunks[trunk];
    if (!found) return 'no-such-trunk';
    if (!found.forwarding) return 'no-forwarding';
    if (this.#dialling.has(trunk)) return 'forwarding-running';
    if (!this.#deps.hasRoom(trunk)) return 'no-room';
    this.#keep(trunk, askedFor(this.#of(trunk), this.#now()));
    this.look();
    return undefined;
  }

  isDialling(trunk: string): boolean {
    return this.#dialling.has(trunk);
  }

  view(trunk: string): LineForwarding | null {
    const wanted = this.#deps.branch().trunks[trunk]?.forwarding;
    const { setAt, last, fails, stands } = this.#of(trunk);
    const shown = {
      setAt: null,
      last: last ? { at: iso(last.at), outcome: last.outcome, cause: last.cause ?? null } : null,
    };
    if (!wanted) return stands ? { ...shown, state: 'leaving', to: stands.to, afterS: null } : null;
    const what = { ...shown, to: wanted.to, afterS: wanted.afterMs / 1_000 };
    if (setAt !== undefined && stands?.to === wanted.to) return { ...what, state: 'set', setAt: iso(setAt) };
    return { ...what, state: fails > 0 ? 'failed' : 'waiting' };
  }

  #lookAt(name: string): void {
    if (this.#dialling.has(name)) return;
    const { hasRoom, branch, keep, alarms } = this.#deps;
    const trunk = branch().trunks[name];
    const standing = this.#of(name);
    if (!trunk) return this.#leaveBehind(name, standing);
    const next = nextTask(standing, this.#wanted(trunk));
    if (!next) {
      this.#standings.delete(name);
      keep(name, null);
      return alarms.clear(ALARM, name);
    }
    if (next.at <= this.#now() && hasRoom(name)) this.#dial(trunk, next.task);
  }

  #dial(trunk: Trunk, task: Task): void {
    const { dial, branch, append, clock, show } = this.#deps;
    const { name } = trunk;
    this.#keep(name, begun(this.#of(name), task));
    this.#dialling.add(name);
    const gateway = branch().gateways[trunk.gateway];
    const began = clock.monotonic();
    const codes = task.what === 'set' ? task.of.set : task.of.cancel;
    const callerNumber = trunk.numbers[0]?.first ?? '';
    const order = { trunk: name, gateway: trunk.gateway, codes, callerNumber };
    void dial({ ...order, ...(gateway && { at: gateway.address }) }).then((dialled) => {
      this.#dialling.delete(name);
      // What was under way when the service ended is begun anew by the next one.
      if (this.#stopped) return;
      this.#keep(name, ended(this.#of(name), task, dialled, this.#now()));
      const tookMs = Math.round(clock.monotonic() - began);
      const body = { trunk: name, what: task.what, to: task.of.to, ...dialled, tookMs };
      append([{ type: 'trunk.forwarding', at: this.#now(), body }]);
      this.#tellAlarm(name, dialled);
      show(name);
      this.look();
    });
  }

  #tellAlarm(name: string, { outcome, cause, code = '' }: Dialled): void {
    const { alarms } = this.#deps;
    const { fails } = this.#of(name);
    if (fails === 0 && outcome === 'taken') return alarms.clear(ALARM, name);
    if (fails < TELLS_FROM || outcome === 'unjudged' || outcome === 'taken') return;
    alarms.raise(
      ALARM,
      name,
      outcome === 'refused' ? coded('code-refused', code, cause ?? 0) : coded('code-not-answered', code),
    );
  }

  /** Its line is gone from the document: there is nothing to dial on any more. */
  #leaveBehind(name: string, { stands }: Standing): void {
    const { append, keep, alarms } = this.#deps;
    if (stands) {
      const body = { trunk: name, what: 'left-behind', to: stands.to } as const;
      append([{ type: 'trunk.forwarding', at: this.#now(), body }]);
    }
    this.#standings.delete(name);
    keep(name, null);
    alarms.clear(ALARM, name);
  }

  /** As the codes are dialled on that line: digits alone, as its network knows the number. */
  #wanted({ dial, forwarding }: Trunk): Wanted | undefined {
    if (!forwarding) return undefined;
    const { to, set, cancel, againMs } = forwarding;
    const isPlain = dial === 'plain' || dial === 'e164';
    const form = { dial: isPlain ? 'plain' : 'national' } as const;
    const number = dialForm(form, this.#deps.branch().site.country, { number: to });
    return { to, set: set.map((code) => codeWith(code, number)), cancel, againMs };
  }

  #of(name: string): Standing {
    return this.#standings.get(name) ?? NOTHING_STANDS;
  }

  #keep(name: string, standing: Standing): void {
    this.#standings.set(name, standing);
    this.#deps.keep(name, standing);
  }

  /** For the next task; one that had no room, or whose line is busy with another, is looked at again in a while. */
  #arm(): void {
    this.#timer?.cancel();
    const now = this.#now();
    const waits = [...this.#asked()].flatMap((name) => {
      const trunk = this.#deps.branch().trunks[name];
      const next = trunk && nextTask(this.#of(name), this.#wanted(trunk));
      return next ? [next.at <= now ? LOOK_MS : next.at - now] : [];
    });
    if (waits.length > 0) this.#timer = this.#deps.clock.after(Math.min(...waits), () => this.look());
  }

  /** Lines of which something is asked, or of which something was kept. */
  #asked(): ReadonlySet<string> {
    const { trunks } = this.#deps.branch();
    const asked = Object.values(trunks).flatMap(({ name, forwarding }) => (forwarding ? [name] : []));
    return new Set([...this.#standings.keys(), ...asked]);
  }

  #now(): number {
    return this.#deps.clock.now();
  }
}
