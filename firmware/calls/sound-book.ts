/**
 * How each party of an answered call is heard: asked of the engine now and then, as it knows only of channels that live, and once more
 * before one is ended. It decides nothing and nothing waits for it: an answer on its way when the party has left is told when it comes, and
 * one that does not come is left out.
 */
import type { Party, NewEvent } from '@branchline/contracts/ledger';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { SoundFigures } from '../engine/port.ts';
import { partySound } from './party-sound.ts';
import { upLegs, type Call } from './state.ts';

/** Soon enough for short talks; then seldom, as a busy branch has a hundred of these. */
const FIRST_MS = 4_000;
const AGAIN_MS = 10_000;

interface Entry {
  call: string;
  who: Party;
  timer: Timer;
  figures?: SoundFigures;
  /** Questions without an answer so far. */
  asking: number;
  over: boolean;
}

/** Undefined while there is no engine to ask; rejects when the channel is gone. */
export type AskSound = (channel: string) => Promise<SoundFigures> | undefined;

export class SoundBook {
  readonly #clock: Clock;
  readonly #ask: AskSound;
  readonly #late: (events: readonly NewEvent[]) => void;
  readonly #entries = new Map<string, Entry>();
  #stopped = false;

  /** `late` is told what came after the party had left. */
  constructor(clock: Clock, ask: AskSound, late: (events: readonly NewEvent[]) => void) {
    this.#clock = clock;
    this.#ask = ask;
    this.#late = late;
  }

  /** Whoever talks in these calls from now on; null is a call that has ended. */
  follow(calls: readonly (Readonly<Call> | null)[]): void {
    for (const call of calls) {
      if (call?.answeredAt === undefined) continue;
      const { anchor, id } = call;
      if (anchor.answered && !anchor.gone) this.#follow(anchor.channel, id, anchor.party);
      for (const leg of upLegs(call)) this.#follow(leg.id, id, leg.party);
    }
  }

  /** Also before it is ended: requests are carried out in their order, so this one while the channel lives. */
  ask(channel: string): void {
    const entry = this.#entries.get(channel);
    const answer = entry && this.#ask(channel);
    if (!answer) return;
    entry.asking += 1;
    const answered = (figures?: SoundFigures): void => {
      entry.asking -= 1;
      if (figures) entry.figures = figures;
      if (entry.over && entry.asking === 0 && !this.#stopped)
        this.#late(soundOf(channel, entry, this.#clock.now()));
    };
    answer.then(answered, () => answered());
  }

  /** The same events, and before each end what is known of the sound of who has left. One who went on in another call has not. */
  told(events: readonly NewEvent[]): readonly NewEvent[] {
    if (!events.some(({ type }) => type === 'call.leg-ended' || type === 'call.ended')) return events;
    return events.flatMap((event) => {
      const { call, at } = event;
      if (call === undefined) return [event];
      if (event.type === 'call.leg-ended') return [...this.#over(call, at, event.body.leg), event];
      if (event.type !== 'call.ended') return [event];
      return [...[...this.#entries.keys()].flatMap((channel) => this.#over(call, at, channel)), event];
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#entries.values()) timer.cancel();
    this.#entries.clear();
  }

  #follow(channel: string, call: string, who: Party): void {
    const known = this.#entries.get(channel);
    if (known) Object.assign(known, { call, who });
    else
      this.#entries.set(channel, {
        call,
        who,
        timer: this.#again(channel, FIRST_MS),
        asking: 0,
        over: false,
      });
  }

  #again(channel: string, ms: number): Timer {
    return this.#clock.after(ms, () => {
      const entry = this.#entries.get(channel);
      if (!entry) return;
      this.ask(channel);
      entry.timer = this.#again(channel, AGAIN_MS);
    });
  }

  #over(call: string, at: number, leg: string): NewEvent[] {
    const entry = this.#entries.get(leg);
    if (entry?.call !== call) return [];
    entry.timer.cancel();
    this.#entries.delete(leg);
    entry.over = true;
    return entry.asking > 0 ? [] : soundOf(leg, entry, at);
  }
}

function soundOf(leg: string, { call, who, figures }: Entry, at: number): NewEvent[] {
  const sound = figures && partySound(figures);
  return sound ? [{ type: 'call.sound', call, at, body: { leg, who, ...sound } }] : [];
}
