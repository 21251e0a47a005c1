/**
 * The shell round the core: holds the state, feeds it events one at a time, writes what happened, performs what was
 * decided, and keeps the one timer. It decides nothing.
 */
import type { Branch } from '@branchline/contracts/branch/model';
import type { AlarmCode } from '@branchline/contracts/alarms';
import type { NewEvent, Party } from '@branchline/contracts/ledger';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Engine, EngineEvent } from '../engine/port.ts';
import type { LookUpAnswer } from '../flows/answer.ts';
import type { LookUpRequest } from '../flows/run.ts';
import type { HeardMessage } from '../voicemail/listening.ts';
import { adopt } from './adoption.ts';
import type { CallEffect, CallEvent } from './events.ts';
import type { Journal } from './journal.ts';
import type { CallOrder, Refusal } from './call-order.ts';
import { perform, type MessageEffect, type Performer } from './perform.ts';
import { SoundBook } from './sound-book.ts';
import type { SwitchboardState } from './state.ts';
import type { StepResult } from './step.ts';
import { acdPlan, decide, nextDue } from './switchboard.ts';
import { callEventOf, snapshotOf } from './translate.ts';

export interface CallServiceDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** By the document in force. */
  readonly branch: () => Branch;
  readonly journal: Journal;
  readonly recorder: {
    watch(call: string, file: string): void;
    unwatch(call: string): void;
    keep(order: {
      call: string;
      recording: string;
      file: string;
      parties: readonly Party[];
      salvaged: boolean;
    }): void;
  };
  readonly alarms: {
    raise(code: AlarmCode, subject: string, detail?: string): void;
    clear(code: AlarmCode, subject: string): void;
  };
  readonly soundsOf: Performer['soundsOf'];
  /** Within the request's time; rejects with what was wrong, in words for the ledger. */
  readonly messages: {
    keep(order: Extract<MessageEffect, { do: 'keep-message' }>): void;
    /** The new ones first, of each kind the oldest first. */
    listFor(boxes: readonly string[]): readonly HeardMessage[];
    markHeard(box: string, message: string, by: string): void;
    remove(box: string, message: string, by: string): void;
  };
  readonly lookUp: (request: LookUpRequest) => Promise<LookUpAnswer>;
  /** When the run before this one said something last; undefined when there was none. */
  readonly lastHeardAt: number | undefined;
  /** Told after every step, for whoever shows it. */
  readonly onStep: (state: SwitchboardState, result: StepResult) => void;
}

export class CallService {
  readonly #deps: CallServiceDeps;
  #plan;
  #state: SwitchboardState;
  #engine: Engine | undefined;
  /** Events that come while calls are being adopted wait here. */
  #held: CallEvent[] | undefined;
  #lostAt: number | undefined;
  readonly #preparing = new Set<string>();
  readonly #sound: SoundBook;
  #timer: { due: number; timer: Timer } | undefined;

  constructor(deps: CallServiceDeps, state: SwitchboardState) {
    this.#deps = deps;
    this.#state = state;
    this.#sound = new SoundBook(
      deps.clock,
      (channel) => this.#engine?.soundFigures(channel),
      (events) => this.note(events),
    );
    this.#plan = acdPlan(deps.branch());
  }

  get state(): SwitchboardState {
    return this.#state;
  }

  /** Called by the connection to the engine for everything it reports, also before `connected` has returned. */
  engineEvent(event: EngineEvent): void {
    const happening = callEventOf(event);
    if (!happening) return;
    // Heard as the line opens: what follows from it could not be carried out before the adoption.
    if (!this.#engine) this.#held ??= [];
    this.happen(happening);
  }

  /**
   * A connection is up: what we know is held against what lives, and then events are followed. `servedAlone`: the calls of which the engine
   * has written that it took them itself.
   */
  async connected(
    engine: Engine,
    after: 'service-restart' | 'engine-restart',
    servedAlone: () => ReadonlySet<string>,
  ): Promise<{ adopted: number; closed: number }> {
    this.#engine = engine;
    const anchors = Object.values(this.#state.calls).map(({ anchor }) => anchor.channel);
    const snapshot = await engine.snapshot(new Set(anchors));
    const { clock } = this.#deps;
    const branch = this.#deps.branch();
    const alone = servedAlone();
    const ended = after === 'engine-restart' ? this.#endedWithEngine() : 0;
    const result = adopt(this.#state, snapshotOf(snapshot, [], alone), clock.now(), branch, after);
    this.#take(result);
    this.#sound.follow(Object.values(this.#state.calls));
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.happen(event);
    return { adopted: result.adopted, closed: ended + result.closed };
  }

  /** Calls of an engine that is no more ended when it was lost, not when the next one came. */
  #endedWithEngine(): number {
    // An engine that ended while nobody was there: later than we last heard of its calls, and nobody knows by how much.
    const endedAt = this.#lostAt ?? this.#deps.lastHeardAt;
    if (endedAt === undefined) return 0;
    const nothing = { channels: [], bridges: [], playbacks: [], alone: new Set<string>() };
    const result = adopt(this.#state, nothing, endedAt, this.#deps.branch(), 'engine-restart');
    this.#take(result);
    return result.closed;
  }

  /** From now on events are kept back until the next adoption. */
  beginAdoption(): void {
    this.#held ??= [];
  }

  disconnected(): void {
    if (this.#engine) this.#lostAt = this.#deps.clock.now();
    this.#engine = undefined;
    // Of a line that is no more.
    if (this.#held) this.#held = [];
  }

  happen(event: CallEvent): void {
    if (this.#held && 'channel' in event) {
      this.#held.push(event);
      return;
    }
    this.#take(decide(this.#state, event, this.#deps.clock.now(), this.#deps.branch(), this.#plan));
  }

  /** Another document is in force: calls go on, and from here on by it. */
  documentChanged(): void {
    this.#plan = acdPlan(this.#deps.branch());
    this.happen({ type: 'document-changed' });
  }

  /** What somebody asks for at a call; gives why it was not carried out, undefined when it was. */
  order(order: CallOrder, by: string): Refusal | undefined {
    if (this.#held || !this.#engine) return { code: 'engine-away' };
    const { clock, branch } = this.#deps;
    const result = decide(this.#state, { type: 'order', order, by }, clock.now(), branch(), this.#plan);
    this.#take(result);
    return result.refused;
  }

  /** Where a call is parked. */
  slotOf(call: string): string | undefined {
    const stage = this.#state.calls[call]?.stage;
    return stage?.at === 'parked' ? stage.slot : undefined;
  }

  note(events: readonly NewEvent[]): void {
    this.#deps.journal.append(events);
  }

  stop(): void {
    this.#timer?.timer.cancel();
    this.#sound.stop();
  }

  #take(step: StepResult): void {
    this.#state = step.state;
    this.#sound.follow(Object.values(step.changed));
    const result = { ...step, events: this.#sound.told(step.events) };
    const before = result.effects.some((effect) => effect.do === 'dial' && effect.once);
    if (before) this.#deps.journal.step(result);
    for (const effect of result.effects) this.#carryOut(effect);
    if (!before) this.#deps.journal.step(result);
    this.#deps.onStep(this.#state, result);
    this.#arm();
  }

  #carryOut(effect: CallEffect): void {
    const { recorder, alarms, log, soundsOf } = this.#deps;
    switch (effect.do) {
      case 'watch-recording':
        return effect.on ? recorder.watch(effect.call, effect.file) : recorder.unwatch(effect.call);
      case 'keep-recording':
        return recorder.keep(effect);
      case 'raise-alarm':
        return alarms.raise(effect.code, effect.subject, effect.detail);
      case 'clear-alarm':
        return alarms.clear(effect.code, effect.subject);
      case 'look-up':
        return this.#lookUp(effect);
      case 'keep-message':
      case 'mark-message-heard':
      case 'delete-message':
      case 'list-messages':
        return this.#messages(effect);
      default: {
        if (!this.#engine) return;
        if (effect.do === 'hang-up') this.#sound.ask(effect.channel);
        perform(effect, {
          engine: this.#engine,
          log,
          soundsOf,
          preparing: this.#preparing,
          onLegFailed: (channel, cause) => this.happen({ type: 'gone', channel, cause }),
          onMessageFailed: (channel, recording) =>
            this.happen({ type: 'message-recorded', channel, recording }),
          onPlaybackFailed: (channel, playback) => this.happen({ type: 'played', channel, playback }),
          onFarEnd: (channel, answers) => this.happen({ type: 'far-end', channel, answers }),
          onRecording: (channel, is) => this.happen({ type: `recording-${is}`, channel }),
        });
      }
    }
  }

  #messages(effect: MessageEffect): void {
    const { messages } = this.#deps;
    switch (effect.do) {
      case 'keep-message':
        return messages.keep(effect);
      case 'mark-message-heard':
        return messages.markHeard(effect.box, effect.message, effect.by);
      case 'delete-message':
        return messages.remove(effect.box, effect.message, effect.by);
      case 'list-messages': {
        const { call, boxes } = effect;
        // Told after this step, as all that happens is.
        queueMicrotask(() => this.happen({ type: 'messages', call, messages: messages.listFor(boxes) }));
      }
    }
  }

  #lookUp({ call, lookUp, request }: Extract<CallEffect, { do: 'look-up' }>): void {
    this.#deps.lookUp(request).then(
      ({ variables, tags }) => this.happen({ type: 'looked-up', call, lookUp, variables, tags }),
      (error: unknown) => {
        const because = error instanceof Error ? error.message : String(error);
        this.happen({ type: 'look-up-failed', call, lookUp, because });
      },
    );
  }

  #arm(): void {
    const due = nextDue(this.#state, this.#deps.branch());
    if (due === this.#timer?.due) return;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (due === undefined) return;
    const wait = Math.max(0, due - this.#deps.clock.now());
    const timer = this.#deps.clock.after(wait, () => {
      this.#timer = undefined;
      // What time brings about could not be carried out now: it is caught up with after the adoption.
      if (this.#engine && !this.#held) this.happen({ type: 'tick' });
    });
    this.#timer = { due, timer };
  }
}
