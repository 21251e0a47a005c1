/** For tests: a trunk on paper whose time is moved by hand, with every tick it asks for. */
import type { LineEvidence } from '../../devices/gateways/port.ts';
import { trunkTruth, truthDue } from '../truth.ts';
import {
  newTruth,
  type KeptTruth,
  type TrunkEffect,
  type TrunkEvent,
  type TrunkRules,
  type TrunkTruth,
} from '../truth-state.ts';

export const START = Date.UTC(2026, 10, 22, 1);
export const E1: TrunkRules = { channels: 30, calls: 0, drained: false };

export type Changed = Extract<TrunkEffect, { do: 'changed' }> & { readonly at: number };

export class TrunkBench {
  now = START;
  truth: TrunkTruth;
  rules: TrunkRules;
  readonly changes: Changed[] = [];
  readonly tests: { readonly why: string; readonly at: number }[] = [];
  #calls = 0;

  constructor(rules: TrunkRules = E1, kept?: KeptTruth) {
    this.rules = rules;
    this.truth = newTruth(START, kept);
  }

  tell(...events: TrunkEvent[]): this {
    for (const event of events) {
      const { state, effects } = trunkTruth(this.truth, event, this.now, this.rules);
      this.truth = state;
      for (const effect of effects) {
        if (effect.do === 'changed') this.changes.push({ ...effect, at: this.now });
        else this.tests.push({ why: effect.why, at: this.now });
      }
    }
    return this;
  }

  /** Ticks whenever the trunk asks for it. @throws when it asks for the same moment over and over. */
  wait(ms: number): this {
    const until = this.now + ms;
    for (let turn = 0; ; turn += 1) {
      const due = truthDue(this.truth, this.now, this.rules);
      if (due === undefined || due > until) break;
      if (due <= this.now && turn > 1_000)
        throw new Error('the trunk asks for the same moment over and over');
      this.now = Math.max(this.now, due);
      this.tell({ type: 'tick' });
    }
    this.now = until;
    return this;
  }

  options(good: boolean): this {
    return this.tell({ type: 'options', good });
  }

  line(state: LineEvidence['state'], what: string, more: Partial<LineEvidence> = {}): this {
    const evidence = { source: 'snmp-poll', at: this.now, line: 'e1-0', state, what, ...more } as const;
    return this.tell({ type: 'line', evidence });
  }

  calls(
    fared: 'answered' | 'failed' | 'one-way' | 'reached' | 'full' | 'full-early' | 'short',
    count = 1,
  ): this {
    for (let each = 0; each < count; each += 1) {
      this.#calls += 1;
      this.tell({ type: 'call', result: { id: `leg-${this.#calls}`, at: this.now, fared } });
    }
    return this;
  }

  /** 'down:settling'. */
  get stands(): string {
    const { state, returning } = this.truth;
    return returning ? `${state}:${returning.step}` : state;
  }
}
