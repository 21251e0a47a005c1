/**
 * The shell round contacts: hands levels to their machines, keeps time, shows lamps, tells the relay's holder that the box serves, enters
 * what happens in the ledger, raises and clears alarms. It decides nothing.
 */
import type { Contacts, InputContact } from '@branchline/contracts/branch/contacts';
import type { ButtonPress, ContactsHealth } from '@branchline/contracts/contacts';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Alarms } from '../health/alarms.ts';
import type { Announced } from './announcing.ts';
import { AT_REST, buttonDue, buttonStep, type ButtonState } from './button.ts';
import { seen, settled, settlesAt, UNKNOWN, type Debounced } from './debounce.ts';
import type { BranchFacts } from './lamps.ts';
import { LampBoard, type OpenOutput } from './lamp-board.ts';
import { LineBook } from './line-book.ts';
import { firstSeen, openingDue, openingStep, type Opening } from './opening.ts';
import { LoadRelays } from './load-relays.ts';
import { RelayKeeper, type RelayHolder } from './relay-keeper.ts';

export interface LineListener {
  level(line: string, high: boolean): void;
  lost(line: string, because: string): void;
  found(line: string): void;
}

export interface ContactsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly contacts: () => Contacts;
  readonly watch: (
    inputs: readonly InputContact[],
    listener: LineListener,
  ) => { readonly stop: () => Promise<void> };
  readonly output: OpenOutput;
  readonly holder: RelayHolder;
  readonly facts: () => BranchFacts;
  /** Where the page of this box is found. */
  readonly addresses: () => readonly string[];
  /** Says these on a telephone of the front desk; undefined while that is under way already. */
  readonly announce: (addresses: readonly string[]) => Promise<Announced | undefined>;
  readonly alarms: Alarms;
  readonly append: (events: readonly NewEvent[]) => void;
  /** How a contact was when this service wrote last. */
  readonly kept: (contact: string) => 'open' | 'closed' | undefined;
  readonly keep: (contact: string, state: 'open' | 'closed') => void;
  /** The button was pressed, and pressed again: the box is to be as it came. */
  readonly resetWished: () => void;
  readonly onChange: () => void;
}

const LOOK_MS = 1_000;
/** The lamps tell which box this is for so long. */
const IDENTIFY_MS = 30_000;
/** Machines are asked this often while one of them waits for its time. */
const SOONEST_MS = 10;

interface Input {
  readonly contact: InputContact;
  bounce: Debounced;
  opening?: Opening;
}

export class ContactsKeeper {
  readonly #deps: ContactsDeps;
  readonly #lines: LineBook;
  readonly #lamps: LampBoard;
  readonly #relay: RelayKeeper;
  readonly #loads: LoadRelays;
  readonly #inputs = new Map<string, Input>();
  #watch: { readonly stop: () => Promise<void> } | undefined;
  #written = '';
  #button: ButtonState = AT_REST;
  #identifyUntil = -Infinity;
  #timer: Timer | undefined;
  #running = false;

  constructor(deps: ContactsDeps) {
    this.#deps = deps;
    this.#lines = new LineBook(deps);
    const lost = (line: string, because: string): void => this.#lines.lost(line, because);
    this.#lamps = new LampBoard({ open: deps.output, lines: this.#lines, lost });
    this.#loads = new LoadRelays({ clock: deps.clock, open: deps.output, lines: this.#lines, lost });
    this.#relay = new RelayKeeper({ ...deps, lines: this.#lines });
  }

  start(): void {
    this.#running = true;
    this.follow();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#timer?.cancel();
    await Promise.all([this.#watch?.stop(), this.#lamps.stop(), this.#loads.stop()]);
  }

  /** Another document is in force. */
  follow(): void {
    if (!this.#running) return;
    const contacts = this.#deps.contacts();
    this.#lines.follow(contacts);
    this.#lamps.follow(contacts.signals);
    this.#loads.follow(contacts.loads);
    const written = JSON.stringify(contacts.inputs);
    if (written !== this.#written) this.#followInputs(contacts.inputs);
    this.#written = written;
    this.#look();
  }

  /** What a relay for loads switches. @throws Error in a few words. */
  turnLoad(contact: string, to: 'on' | 'off'): Promise<void> {
    return this.#loads.turn(contact, to);
  }

  /** Undefined where the document names none. */
  health(): ContactsHealth | undefined {
    const lines = this.#lines.health();
    if (lines.length === 0) return undefined;
    const { clock } = this.#deps;
    if (this.#button.at !== 'asked') return { lines };
    const until = clock.now() + this.#button.until - clock.monotonic();
    return { lines, resetAskedUntil: new Date(until).toISOString() };
  }

  #followInputs(inputs: readonly InputContact[]): void {
    const { alarms, watch } = this.#deps;
    for (const { contact } of this.#inputs.values()) {
      if (inputs.some(({ name }) => name === contact.name)) continue;
      alarms.clear('tampered', contact.name);
      alarms.clear('door-open', contact.name);
    }
    this.#inputs.clear();
    for (const contact of inputs) this.#inputs.set(contact.name, { contact, bounce: UNKNOWN });
    const before = this.#watch?.stop() ?? Promise.resolve();
    const now = { stop: () => before };
    this.#watch = now;
    // A line can be asked for again when it was let go.
    void before.then(() => {
      if (this.#watch !== now || !this.#running) return;
      this.#watch = inputs.length === 0 ? undefined : watch(inputs, this.#listener);
    });
  }

  readonly #listener: LineListener = {
    level: (line, high) => {
      const input = this.#inputs.get(line);
      if (!input) return;
      input.bounce = seen(input.bounce, high !== input.contact.activeLow, this.#now());
      this.#look();
    },
    lost: (line, because) => {
      this.#lines.lost(line, because);
      const input = this.#inputs.get(line);
      if (input) input.bounce = UNKNOWN;
    },
    found: (line) => this.#lines.found(line),
  };

  /** Everything that time or a level may have moved. */
  #look(): void {
    this.#timer?.cancel();
    if (!this.#running) return;
    for (const input of this.#inputs.values()) this.#judge(input);
    this.#relay.look(this.#deps.contacts().lifeline);
    this.#lines.look();
    this.#show();
    const wait = Math.max(SOONEST_MS, Math.min(LOOK_MS, ...this.#dues()));
    this.#timer = this.#deps.clock.after(wait, () => this.#look());
  }

  #judge(input: Input): void {
    const { contact, bounce } = input;
    const before = bounce.believed;
    input.bounce = settled(bounce, contact.debounceMs, this.#now());
    const is = input.bounce.believed;
    if (is === undefined) return;
    if (contact.role === 'button') return this.#press(contact.name, is);
    const now = this.#now();
    const rules = { role: contact.role, openForMs: contact.openForMs };
    const step = input.opening ? openingStep(input.opening, is, now, rules) : firstSeen(is, now, rules);
    const first = input.opening === undefined;
    input.opening = step.state;
    const state = is ? 'open' : 'closed';
    this.#lines.set(contact.name, state);
    const { alarms, kept, keep, append, clock } = this.#deps;
    if (step.changed !== undefined || (first && kept(contact.name) !== state)) {
      const body = { contact: contact.name, role: contact.role, state, ...step.changed } as const;
      append([{ type: 'contact.changed', at: clock.now(), body }]);
      keep(contact.name, state);
    }
    const code = contact.role === 'tamper' ? 'tampered' : 'door-open';
    if (step.alarm) alarms[step.alarm](code, contact.name);
    if (before !== is) this.#deps.onChange();
  }

  #press(name: string, down: boolean): void {
    const now = this.#now();
    const was = this.#lines.stateOf(name);
    const event = down === (was === 'pressed') ? 'tick' : down ? 'pressed' : 'let-go';
    this.#lines.set(name, down ? 'pressed' : 'at-rest');
    const { state, press } = buttonStep(this.#button, event, now);
    const moved = state.at !== this.#button.at;
    this.#button = state;
    if (press) this.#pressed(name, press);
    if (moved) this.#deps.onChange();
  }

  #pressed(contact: string, press: ButtonPress): void {
    const { append, clock, log, addresses, resetWished } = this.#deps;
    const found = press === 'identify' ? { addresses: [...addresses()] } : {};
    log.info({ contact, press, ...found }, 'the button');
    append([{ type: 'button.pressed', at: clock.now(), body: { contact, press, ...found } }]);
    if (press === 'identify') this.#identify(contact);
    if (press === 'reset-confirmed') resetWished();
  }

  #identify(contact: string): void {
    const { announce, addresses, append, clock } = this.#deps;
    this.#identifyUntil = this.#now() + IDENTIFY_MS;
    void announce(addresses()).then((announced) => {
      if (announced) append([{ type: 'button.announced', at: clock.now(), body: { contact, ...announced } }]);
    });
  }

  #show(): void {
    const identifying = this.#now() < this.#identifyUntil;
    this.#lamps.show({ ...this.#deps.facts(), identifying, resetAsked: this.#button.at === 'asked' });
  }

  /** In how many ms each machine has something to do. */
  #dues(): number[] {
    const now = this.#now();
    const dues = [...this.#inputs.values()].flatMap(({ contact, bounce, opening }) => [
      settlesAt(bounce, contact.debounceMs),
      opening && contact.role !== 'button'
        ? openingDue(opening, { ...contact, role: contact.role })
        : undefined,
    ]);
    return [...dues, buttonDue(this.#button)].flatMap((due) => (due === undefined ? [] : [due - now]));
  }

  #now(): number {
    return this.#deps.clock.monotonic();
  }
}
