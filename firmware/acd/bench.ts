/** For tests and benchmarks of the ACD: queues with nothing special, and a room whose clock is moved by hand. */
import type { Queue } from '@branchline/contracts/branch/queues/model';
import { acd, nextDue } from './acd.ts';
import { planOf, type AcdPlan } from './plan.ts';
import { stepInputs, type StepInputs } from './replay.ts';
import {
  emptyAcd,
  type AcdEffect,
  type AcdEvent,
  type AcdResult,
  type AcdState,
  type Offer,
} from './state.ts';

export const T0 = Date.UTC(2026, 0, 5, 2);

export const queueOf = (name: string, more: Partial<Queue> = {}): Queue => ({
  name,
  order: 'longest-idle',
  needs: {},
  prefers: {},
  relax: [],
  levels: {},
  priority: { default: 0, tags: {}, ageingPerMinute: 1 },
  ringMs: 15_000,
  wrapUpMs: 0,
  outAfterMisses: 1,
  serviceLevel: { percent: 80, withinMs: 20_000 },
  shortAbandonMs: 5_000,
  keepPlaceMs: 0,
  music: 'default',
  recording: 'always',
  exits: {},
  overflow: [],
  ...more,
});

/** Three agents, `ann`, `bob` and `cid`, who serve `q` and `vip`, with `refund` 0, 1 and 2. */
export const smallPlan = (more: Partial<Queue> = {}): AcdPlan =>
  planOf({
    queues: {
      q: queueOf('q', more),
      vip: queueOf('vip', { ...more, priority: { default: 10, tags: {}, ageingPerMinute: 1 } }),
    },
    agents: ['ann', 'bob', 'cid'].map((id, place) => ({
      id,
      queues: { q: 1, vip: 1 },
      skills: place === 0 ? {} : { refund: place },
      atOnce: 1,
    })),
  });

export class Room {
  state: AcdState = emptyAcd;
  now = T0;
  readonly effects: AcdEffect[] = [];
  plan: AcdPlan;
  /** Inputs that mattered: what a store would keep. */
  readonly inputs: StepInputs[] = [];

  constructor(plan = smallPlan(), reachable = true) {
    this.plan = plan;
    this.tell({ type: 'plan', plan: plan.id });
    if (reachable)
      for (const { id } of plan.agents) this.tell({ type: 'reachable', agent: id, reachable: true });
  }

  tell(event: AcdEvent): readonly AcdEffect[] {
    const before = this.state;
    const result: AcdResult = acd(before, event, this.now, this.plan);
    this.state = result.state;
    this.effects.push(...result.effects);
    if (result.mattered) this.inputs.push(stepInputs([event], this.now, before));
    return result.effects;
  }

  offers(): Offer[] {
    return this.effects.filter((effect): effect is Offer => effect.do === 'offer');
  }

  /** The agents it is offered to at once. */
  enter(
    interaction: string,
    queue = 'q',
    more: Partial<Extract<AcdEvent, { type: 'enter' }>> = {},
  ): string[] {
    const effects = this.tell({ type: 'enter', interaction, queue, since: this.now, ...more });
    return effects.flatMap((effect) => (effect.do === 'offer' ? [effect.agent] : []));
  }

  serve(interaction: string, agent: string, ms = 1_000): void {
    this.tell({ type: 'accepted', interaction, agent });
    this.now += ms;
    this.tell({ type: 'free', agent, by: interaction, wrapUpMs: 0 });
  }

  /** Moves the clock, letting everything that falls due happen on the way. */
  pass(ms: number): AcdEffect[] {
    const seen = this.effects.length;
    const until = this.now + ms;
    for (;;) {
      const due = nextDue(this.state);
      if (due === undefined || due > until) break;
      this.now = Math.max(this.now, due);
      this.tell({ type: 'tick' });
    }
    this.now = until;
    return this.effects.slice(seen);
  }
}
