/** Headquarters, a box, its stand-in, the carrier and what lies between them, on paper: everything that can go wrong does when it is told to. */
import {
  NEW_LEASE,
  restored,
  step,
  type LeaseEffect,
  type LeaseEvent,
  type LeaseRules,
  type LeaseState,
} from '@branchline/controller/continuity/lease';
import { hold, rightsOf, started, type HolderState } from '@branchline/firmware/continuity/holder';
import type { Rights } from '@branchline/firmware/continuity/holder';
import { PARTIES, type Lease, type Party } from '@branchline/contracts/continuity';

type Message =
  | { readonly to: 'headquarters'; readonly event: LeaseEvent }
  | { readonly to: Party; readonly lease: Lease; readonly nonce?: string };

/** What the carrier makes of the next thing it is asked. */
export type CarrierMood = 'does' | 'refuses' | 'does-silently' | 'does-late' | 'ignores';

/** What becomes of what is sent to or from a party. `keeps`: comes when it is let go, in any order. */
export type Wire = 'carries' | 'doubles' | 'loses' | 'keeps';

interface PaperParty {
  up: boolean;
  /** Headquarters takes it for gone while it carries nothing. */
  wire: Wire;
  state: HolderState;
  kept: Lease | null;
  /** Its clock beside true time: where it starts, and how fast it goes. */
  readonly clock: { readonly offset: number; readonly rate: number };
}

export class PaperWorld {
  readonly rules: LeaseRules;
  readonly parties: Readonly<Record<Party, PaperParty>>;
  mood: CarrierMood = 'does';
  /** Ms of true time. */
  now = 0;
  route: Party = 'box';
  headquarters: LeaseState | null;
  lineUp = true;
  /** The newest number under which a call was taken by who had the right. */
  newestTaken = 0;
  readonly faults: string[] = [];
  #kept: Pick<LeaseState, 'lease' | 'wants' | 'move'> = NEW_LEASE;
  #late: { to: Party; at: number }[] = [];
  readonly #underWay: Message[] = [];
  readonly #keptBack: Message[] = [];
  #nonce = 0;

  constructor(rules: LeaseRules, rates: Readonly<Record<Party, number>>) {
    this.rules = rules;
    this.headquarters = restored(rules, NEW_LEASE, 0);
    const party = (offset: number, rate: number, ownLine: boolean): PaperParty => ({
      up: true,
      wire: 'carries',
      state: hold(started(null), { is: 'line', up: ownLine }, offset),
      kept: null,
      clock: { offset, rate },
    });
    this.parties = {
      box: party(3_600_000, rates.box, rules.ownLine),
      'stand-in': party(0, rates['stand-in'], false),
    };
  }

  rights(of: Party): Rights {
    const party = this.parties[of];
    return party.up ? rightsOf(party.state, of, this.#clock(party)) : { answers: false, acts: false };
  }

  /** @param ms of true time */
  pass(ms: number): void {
    this.now += ms;
    for (const { to } of this.#late.filter(({ at }) => at <= this.now)) this.route = to;
    this.#late = this.#late.filter(({ at }) => at > this.now);
    this.tell({ is: 'tick' });
  }

  tell(event: LeaseEvent): void {
    if (!this.headquarters) return;
    const { state, effects } = step(this.rules, this.headquarters, event, this.now);
    this.headquarters = state;
    this.#kept = { lease: state.lease, wants: state.wants, move: state.move };
    for (const effect of effects) this.#perform(effect);
  }

  stopHeadquarters(): void {
    this.headquarters = null;
  }
  startHeadquarters(): void {
    this.headquarters ??= restored(this.rules, this.#kept, this.now);
  }

  stop(name: Party): void {
    this.parties[name].up = false;
    this.tell({ is: 'gone', party: name });
  }
  start(name: Party): void {
    const party = this.parties[name];
    if (party.up) return;
    party.up = true;
    const up = name === 'box' && this.#ownLine;
    party.state = hold(started(party.kept), { is: 'line', up }, this.#clock(party));
    this.say(name);
  }

  wire(name: Party, wire: Wire): void {
    this.parties[name].wire = wire;
    if (wire === 'loses') this.tell({ is: 'gone', party: name });
  }

  line(up: boolean): void {
    this.lineUp = up;
    const { box } = this.parties;
    if (box.up) box.state = hold(box.state, { is: 'line', up: this.#ownLine }, this.#clock(box));
  }

  /** A line that leads to the box alone, and is up. */
  get #ownLine(): boolean {
    return this.rules.ownLine && this.lineUp;
  }

  /** A call from headquarters by the line of the branch's own. */
  test(): void {
    const answered = this.#ownLine && this.parties.box.up;
    this.tell({ is: 'tested', answered, begunAt: this.now });
  }

  ask(name: Party): void {
    const party = this.parties[name];
    if (!party.up) return;
    const nonce = String(++this.#nonce);
    party.state = hold(party.state, { is: 'asks', nonce }, this.#clock(party));
    this.#send(name, { to: 'headquarters', event: { is: 'asks', party: name, nonce } });
  }

  say(name: Party): void {
    const { up, state } = this.parties[name];
    if (!up) return;
    const event = { is: 'says', party: name, knows: state.lease?.n ?? 0, ready: true } as const;
    this.#send(name, { to: 'headquarters', event });
  }

  /** Everything that is under way arrives, and what it brings about, too. */
  settle(): void {
    for (let next = this.#underWay.shift(); next; next = this.#underWay.shift()) this.#arrive(next);
  }

  /** What was kept comes after all; some other when there are fewer. */
  letGo(which: number): void {
    const at = which % Math.max(1, this.#keptBack.length);
    for (const message of this.#keptBack.splice(at, 1)) this.#arrive(message);
  }

  /** So long, in so many pieces, as it goes on an ordinary day: everybody asks and says, headquarters calls by the line. */
  live(ms: number, pieces: number): void {
    for (let piece = 0; piece < pieces; piece++) {
      for (const name of PARTIES) {
        this.say(name);
        this.ask(name);
      }
      this.settle();
      this.hearCarrier();
      this.settle();
      this.pass(ms / pieces);
      this.test();
      this.settle();
      this.call();
      this.check();
    }
  }

  /** A call to a number that the carrier can bring to either. */
  call(): void {
    const party = this.parties[this.route];
    if (!party.up || !this.rights(this.route).answers) return;
    const n = party.state.lease?.n ?? 0;
    if (n < this.newestTaken)
      this.faults.push(`a call was taken under ${n} after one under ${this.newestTaken}`);
    this.newestTaken = Math.max(this.newestTaken, n);
  }

  check(): void {
    if (PARTIES.every((name) => this.rights(name).acts)) this.faults.push('both may act');
  }

  #send(by: Party, message: Message): void {
    const { wire } = this.parties[by];
    if (wire === 'loses') return;
    if (wire === 'keeps') this.#keptBack.push(message);
    else this.#underWay.push(message);
    if (wire === 'doubles') this.#keptBack.push(message);
  }

  #arrive(message: Message): void {
    if (message.to === 'headquarters') this.tell(message.event);
    else this.#hear(message.to, message.lease, message.nonce);
  }

  #perform(effect: LeaseEffect): void {
    switch (effect.do) {
      case 'tell':
        for (const to of PARTIES) this.#send(to, { to, lease: effect.lease });
        return;
      case 'renew':
        this.#send(effect.party, { to: effect.party, lease: effect.lease, nonce: effect.nonce });
        return;
      case 'prepare':
        return this.say(effect.party);
      case 'route':
        return this.#asked(effect.to);
      case 'note':
    }
  }

  #asked(to: Party): void {
    const { mood } = this;
    if (mood === 'does' || mood === 'does-silently') this.route = to;
    if (mood === 'does-late') this.#late.push({ to, at: this.now + this.rules.carrierSettlesMs - 1 });
    const said = ({ does: 'confirmed', refuses: 'refused' } as const)[mood as string] ?? 'nothing';
    // Not by the wire between the boxes: the carrier is asked over HTTP, and no answer is one.
    this.#soon.push({ is: 'carrier', to, said });
  }
  readonly #soon: LeaseEvent[] = [];

  /** What the carrier has answered, or what became of it. */
  hearCarrier(): void {
    const event = this.#soon.shift();
    if (event) this.tell(event);
  }

  #hear(name: Party, lease: Lease, nonce?: string): void {
    const party = this.parties[name];
    if (!party.up) return;
    const event = { is: 'heard', lease, ...(nonce === undefined ? {} : { nonce }) } as const;
    party.state = hold(party.state, event, this.#clock(party));
    party.kept = party.state.lease;
    this.say(name);
  }

  #clock({ clock }: PaperParty): number {
    return clock.offset + this.now * clock.rate;
  }
}
