/** For tests: a fleet on paper under the planner. Versions, boxes and what they say are values; time moves when told to. */
import type { BoxView, Effect, Event, Figures, Order, RolloutState, Rules } from '../state.ts';
import { step } from '../core.ts';
import { untouched } from '../state.ts';

export type Fate = 'good' | 'reverts' | 'refuses' | 'conflicts' | 'loses-phones';

export interface PaperBox {
  online: boolean;
  quiet: boolean;
  fate: Fate;
  /** What its versions carry, from version 1 on. */
  readonly versions: ('old' | 'new')[];
  seen: BoxView['seen'];
  inForce: 'old' | 'new';
  reports: number;
}

export interface Put {
  readonly box: string;
  readonly way: 'forward' | 'back';
  readonly state: RolloutState;
}

const START = Date.UTC(2026, 0, 5);
const PHONES = ['a', 'b'];

export class PaperFleet {
  now = START;
  state: RolloutState;
  readonly rules: Rules;
  readonly boxes = new Map<string, PaperBox>();
  readonly puts: Put[] = [];
  readonly trace: string[] = [];
  /** Of the next look. */
  onPut: (put: Put) => void = () => undefined;

  constructor(rules: Rules, boxes: readonly { readonly wave: number; readonly fate: Fate }[]) {
    this.rules = rules;
    const states = boxes.map(({ wave, fate }, index) => {
      const name = `b${index}`;
      this.boxes.set(name, {
        online: true,
        quiet: true,
        fate,
        versions: ['old'],
        seen: { version: 1, state: 'confirmed', because: null, conflict: false },
        inForce: 'old',
        reports: 1,
      });
      return [name, untouched(wave, null)] as const;
    });
    this.state = { status: 'running', wave: 0, stop: null, boxes: new Map(states) };
  }

  box(index: number): PaperBox {
    const box = [...this.boxes.values()][index % this.boxes.size];
    if (!box) throw new Error('a fleet without boxes');
    return box;
  }

  /** As a start does it: what is not in the state is gone. */
  restart(): void {
    const { boxes, ...rest } = this.state;
    const text = JSON.stringify({ ...rest, boxes: [...boxes] });
    const read = JSON.parse(text) as Omit<RolloutState, 'boxes'> & { boxes: [string, never][] };
    this.state = { ...read, boxes: new Map(read.boxes) };
  }

  look(): void {
    const views = new Map([...this.boxes].map(([name, box]) => [name, viewOf(box)]));
    this.happen({ is: 'look', views });
  }

  order(order: Order): void {
    this.happen({ is: 'order', order, who: 'chen', reason: 'so' });
  }

  /** A box that is there takes its newest version in hand, and decides. */
  deliver(box: PaperBox): void {
    const version = box.versions.length;
    if (!box.online || (box.seen?.version === version && box.seen.state !== 'trying')) return;
    const carries = box.versions.at(-1) ?? 'old';
    const fate = carries === 'new' ? box.fate : 'good';
    const state = fate === 'reverts' ? 'reverted' : fate === 'refuses' ? 'refused' : 'confirmed';
    const conflict = fate === 'conflicts';
    box.seen = { version, state, because: state === 'reverted' ? 'phones-lost' : null, conflict };
    if (state === 'confirmed' && !conflict) box.inForce = carries;
  }

  happen(event: Event): void {
    const { state, effects } = step(this.rules, this.state, event, this.now);
    this.state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    this.trace.push(JSON.stringify({ at: this.now, ...effect }));
    if (effect.do !== 'put') return;
    const box = this.boxes.get(effect.box);
    if (!box) throw new Error(`a box that nobody knows: ${effect.box}`);
    this.onPut({ box: effect.box, way: effect.way, state: this.state });
    this.puts.push({ box: effect.box, way: effect.way, state: this.state });
    const from = box.versions.length;
    box.versions.push(effect.way === 'forward' ? 'new' : 'old');
    const figures = effect.way === 'forward' ? figuresOf(box) : null;
    const put = { box: effect.box, way: effect.way, version: from + 1, from, figures };
    this.happen({ is: 'put', boxes: [put] });
  }
}

const viewOf = (box: PaperBox): BoxView => ({
  online: box.online,
  seen: box.seen,
  quiet: box.quiet,
  healthAt: String(box.reports),
  figures: figuresOf(box),
});

function figuresOf(box: PaperBox): Figures {
  const isPoor = box.fate === 'loses-phones' && box.inForce === 'new';
  return {
    healthAt: String(box.reports),
    phones: isPoor ? { up: [], away: PHONES } : { up: PHONES, away: [] },
    trunks: { up: ['t'], away: [] },
    alarms: [],
    calls: { ended: 0, failed: 0 },
    tests: {},
    ledger: null,
  };
}
