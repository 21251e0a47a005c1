/**
 * The shell round the plan of the self-check: looks when its hour comes, makes one check after the other, gives up for callers, enters each
 * line in the ledger, keeps how the last run went, and raises what failed. It decides nothing.
 */
import { both } from '@branchline/contracts/alarm-detail';
import type { Branch, Language } from '@branchline/contracts/branch/model';
import type { SelfCheckStanding } from '@branchline/contracts/http/self-check';
import type { NewEvent } from '@branchline/contracts/ledger';
import {
  subjectOf,
  type SelfCheckHealth,
  type SelfCheckKind,
  type SelfCheckLine,
  type SelfCheckRun,
} from '@branchline/contracts/self-check';
import { checkText } from '@branchline/contracts/self-check-words';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Alarms } from '../health/alarms.ts';
import {
  checksOf,
  newSelfCheck,
  nextRun,
  selfCheckStep,
  type Check,
  type Circumstances,
  type Run,
  type SelfCheckEffect,
  type SelfCheckEvent,
  type SelfCheckState,
} from './plan.ts';
import { failed, type Verdict } from './verdict.ts';

export interface KeptSelfCheck {
  readonly night: string;
  /** That went on when this was kept. */
  readonly open?: Run;
  readonly last?: SelfCheckRun;
}

export interface SelfCheckDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly branch: () => Branch;
  /** By the branch's clock. */
  readonly dateAt: (at: number) => Pick<Circumstances, 'date' | 'minute'>;
  readonly here: () => Omit<Circumstances, 'date' | 'minute'>;
  /** Makes one check; rejects when `signal` is aborted, and never with anything else than what the check came upon. */
  readonly check: (check: Check, signal: AbortSignal) => Promise<Verdict>;
  readonly append: (events: readonly NewEvent[]) => void;
  readonly alarms: Alarms;
  readonly kept: KeptSelfCheck | undefined;
  readonly keep: (kept: KeptSelfCheck) => void;
  readonly onChange: () => void;
}

/** Between two looks when nothing goes on; and while something does. */
const IDLE_MS = 60_000;
const BUSY_MS = 5_000;
/** No check takes longer, but for the copy of a large ledger. */
const LONGEST_MS: Readonly<Record<SelfCheckKind, number>> = {
  agents: 5_000,
  recording: 30_000,
  flow: 60_000,
  trunk: 60_000,
  backup: 30 * 60_000,
};
const ALARM = 'self-check';

export class SelfCheck {
  readonly #deps: SelfCheckDeps;
  #state: SelfCheckState;
  #last: SelfCheckRun | undefined;
  #timer: Timer | undefined;
  #making: AbortController | undefined;
  #stopped = false;

  constructor(deps: SelfCheckDeps) {
    this.#deps = deps;
    const { branch, clock, dateAt, kept } = deps;
    this.#state = newSelfCheck(kept?.night, clock.now(), branch().selfCheck, dateAt);
    this.#last = kept?.last;
  }

  start(): void {
    const { kept } = this.#deps;
    // A run that ended this service is not begun again: it is told as undone.
    if (kept?.open) {
      this.#state = { night: kept.night, run: kept.open };
      this.#tell({ type: 'stop' });
    } else this.#keep();
    this.#look();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#tell({ type: 'stop' });
  }

  /** So many calls are in progress, or the engine came or went. */
  happened(): void {
    if (this.#state.run) this.#tell({ type: 'look' });
  }

  /** Why it is not begun; undefined when it is. `by` as the ledger names people. */
  order(kinds: readonly SelfCheckKind[] | undefined, by: string): 'running' | 'nothing' | undefined {
    if (this.#state.run) return 'running';
    const { branch, clock } = this.#deps;
    const checks = checksOf(branch(), kinds ?? branch().selfCheck.checks);
    if (checks.length === 0) return 'nothing';
    this.#tell({ type: 'order', id: `order-${clock.now()}`, checks, by });
    return undefined;
  }

  standing(): SelfCheckStanding {
    const { clock, branch } = this.#deps;
    const { run } = this.#state;
    const next = nextRun(this.#state, clock.now(), branch().selfCheck, this.#here());
    return {
      running: run
        ? {
            ...shownRun(run, null),
            now: run.now ? { ...run.now.check } : null,
            left: run.left.length,
          }
        : null,
      last: this.#last ?? null,
      next: next === undefined ? null : new Date(next).toISOString(),
    };
  }

  /** Undefined before the first. */
  health(): SelfCheckHealth | undefined {
    if (!this.#last) return undefined;
    const { lines, startedAt, endedAt } = this.#last;
    const count = (result: SelfCheckLine['result']): number =>
      lines.filter((line) => line.result === result).length;
    return {
      at: endedAt ?? startedAt,
      passed: count('passed'),
      failed: lines.filter(({ result }) => result === 'failed').map(subjectOf),
      notDone: count('not-done'),
    };
  }

  #look(): void {
    this.#tell({ type: 'look' });
  }

  #here(): Circumstances {
    const { here, dateAt, clock } = this.#deps;
    return { ...here(), ...dateAt(clock.now()) };
  }

  #tell(event: SelfCheckEvent): void {
    const { clock, branch } = this.#deps;
    const { selfCheck: rules } = branch();
    const before = this.#state;
    const checks = checksOf(branch(), rules.checks);
    const { state, effects } = selfCheckStep(before, event, clock.now(), {
      rules,
      checks,
      here: this.#here(),
    });
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    if (effects.length > 0 || before.night !== state.night) this.#keep();
    this.#timer?.cancel();
    if (this.#stopped) return;
    this.#timer = clock.after(state.run ? BUSY_MS : IDLE_MS, () => this.#look());
  }

  #carryOut(effect: SelfCheckEffect): void {
    switch (effect.do) {
      case 'begin':
        // Kept before: one that ends the service must not be begun again.
        this.#keep();
        return this.#make(effect.check);
      case 'give-up':
        return this.#making?.abort();
      case 'note':
        return this.#note(effect.run, effect.line);
      case 'over':
        return this.#over(effect.run);
    }
  }

  #make(check: Check): void {
    const { clock, log, check: make } = this.#deps;
    const making = (this.#making = new AbortController());
    const began = clock.monotonic();
    let late = false;
    const timer = clock.after(LONGEST_MS[check.check], () => {
      late = true;
      making.abort();
    });
    const ended = (verdict: Verdict | undefined): void => {
      timer.cancel();
      if (this.#making !== making || this.#stopped) return;
      this.#making = undefined;
      const tookMs = Math.round(clock.monotonic() - began);
      this.#tell(verdict ? { type: 'done', line: { ...check, ...verdict, tookMs } } : { type: 'given-up' });
    };
    make(check, making.signal).then(ended, (error: unknown) => {
      if (late) return ended(failed('took-too-long'));
      if (making.signal.aborted) return ended(undefined);
      log.warn({ err: error, ...check }, 'a check of the box by itself broke');
      return ended(failed('broke', error instanceof Error ? error.message : String(error)));
    });
  }

  #note({ id, why, by }: Run, line: SelfCheckLine): void {
    const { clock, append, log } = this.#deps;
    log.info({ ...line }, 'checked');
    const body = { ...line, run: id, why, ...(by === undefined ? {} : { by }) };
    append([{ type: 'self-check.done', at: clock.now(), body }]);
  }

  #over(run: Run): void {
    const { clock, alarms, onChange } = this.#deps;
    this.#last = joined(this.#last, shownRun(run, clock.now()));
    const wrong = this.#last.lines.filter(({ result }) => result === 'failed');
    alarms.clear('self-check-failed', ALARM);
    if (wrong.length > 0) {
      const inWords = (language: Language, comma: string): string =>
        wrong.map((line) => checkText(line, language)).join(comma);
      alarms.raise('self-check-failed', ALARM, both({ zh: inWords('zh', '；'), en: inWords('en', '; ') }));
    }
    onChange();
  }

  #keep(): void {
    const { night, run } = this.#state;
    this.#deps.keep({ night, ...(run && { open: run }), ...(this.#last && { last: this.#last }) });
  }
}

/** What a run of some checks alone does not say anew stands as it stood. */
function joined(before: SelfCheckRun | undefined, run: SelfCheckRun): SelfCheckRun {
  if (run.why === 'schedule' || !before) return run;
  const said = new Set(run.lines.map(subjectOf));
  return { ...run, lines: [...run.lines, ...before.lines.filter((line) => !said.has(subjectOf(line)))] };
}

const shownRun = ({ id, why, startedAt, lines }: Run, endedAt: number | null): SelfCheckRun => ({
  ...{ run: id, why },
  startedAt: new Date(startedAt).toISOString(),
  endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
  lines: [...lines],
});
