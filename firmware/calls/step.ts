/**
 * One step of the core: takes the state as it was, hands out drafts of the calls it changes, gathers ledger events and
 * effects, and gives the new state. What came in is never changed, so a step is a function, whatever happens inside it.
 */
import type { Branch } from '@branchline/contracts/branch/model';
import type { EventBody, EventType, NewEvent } from '@branchline/contracts/ledger';
import { acd } from '../acd/acd.ts';
import {
  callback,
  type CallbackEffect,
  type CallbackEvent,
  type CallbackPlan,
  type CallbackState,
} from '../acd/callback.ts';
import { changesAfter, noChanges } from '../acd/changes.ts';
import type { AcdPlan } from '../acd/plan.ts';
import { stepInputs, type StepInputs } from '../acd/replay.ts';
import type { AcdChanges, AcdEffect, AcdEvent, AcdState } from '../acd/state.ts';
import { agentNotes } from './agent-notes.ts';
import { brake, type BrakeEvent, type BrakeResult, type BrakeState } from '../routing/brake.ts';
import type { Worth, Worths } from '../routing/worth.ts';
import { brakeChanges, type BrakeChanges } from './brake-store.ts';
import { brakePlan } from './brake-plan.ts';
import { callbackPlan } from './callback-plan.ts';
import type { CallEffect } from './events.ts';
import type { Refusal } from './call-order.ts';
import { placeChanges, type PlaceChanges } from './places.ts';
import type { Call, Places, SwitchboardState } from './state.ts';

export interface StepResult {
  readonly state: SwitchboardState;
  readonly events: readonly NewEvent[];
  readonly effects: readonly CallEffect[];
  /** Calls that changed, by id; null when they ended. What a store must write. */
  readonly changed: Readonly<Record<string, Call | null>>;
  /** What changed of queues and agents. */
  readonly acdChanged: AcdChanges;
  /** Callbacks that changed, by id; null when they are over. */
  readonly callbacksChanged?: CallbackChanges;
  /** What the fraud brake knows anew. */
  readonly brakeChanged?: BrakeChanges;
  /** Places that are kept, or kept no more, of callers who were cut off. */
  readonly placesChanged?: PlaceChanges;
  /** What the ACD was told, where it mattered. */
  readonly acdInputs?: StepInputs;
  /** Why an order was not carried out. */
  readonly refused?: Refusal;
}

export type CallbackChanges = Readonly<Record<string, CallbackState[string] | null>>;

export class Step {
  readonly now: number;
  readonly branch: Branch;
  readonly #before: SwitchboardState;
  readonly #plan: AcdPlan;
  #acd: AcdState;
  readonly #drafts = new Map<string, Call | null>();
  readonly #channels = new Map<string, string | null>();
  readonly #events: NewEvent[] = [];
  readonly #effects: CallEffect[] = [];
  readonly #acdEffects: AcdEffect[] = [];
  readonly #acdInputs: AcdEvent[] = [];
  #acdChanged = noChanges;
  #refused: Refusal | undefined;
  #callbacks: CallbackState;
  readonly #callbackEffects: CallbackEffect[] = [];
  #worths: Worths;
  #refusing: boolean;
  #idle: boolean;
  /** Calls of the network are another's. */
  passing: boolean;
  #recordingsHeld: string | undefined;
  #messagesRefused: string | undefined;
  readonly #brakeBefore: BrakeState;
  #brake: BrakeState;
  /** Of callers who were cut off while they waited. */
  places: Places;
  readonly #placesBefore: Places;

  constructor(before: SwitchboardState, branch: Branch, plan: AcdPlan, now: number) {
    this.#before = before;
    this.#plan = plan;
    this.#acd = before.acd;
    this.#callbacks = before.callbacks;
    this.#worths = before.worths ?? {};
    this.#refusing = before.refusing ?? false;
    this.#idle = before.idle ?? false;
    this.passing = before.passing ?? false;
    this.#recordingsHeld = before.recordingsHeld;
    this.#messagesRefused = before.messagesRefused;
    this.#brakeBefore = before.brake ?? {};
    this.#brake = this.#brakeBefore;
    this.#placesBefore = before.places ?? {};
    this.places = this.#placesBefore;
    this.branch = branch;
    this.now = now;
    if (before.acd.plan !== plan.id) this.tellAcd({ type: 'plan', plan: plan.id });
  }

  get plan(): AcdPlan {
    return this.#plan;
  }

  get acdState(): AcdState {
    return this.#acd;
  }

  /** The call as a draft that may be changed. */
  call(id: string): Call | undefined {
    const draft = this.#drafts.get(id);
    if (draft !== undefined) return draft ?? undefined;
    const before = this.#before.calls[id];
    if (!before) return undefined;
    const copy = draftOf(before);
    this.#drafts.set(id, copy);
    return copy;
  }

  /** The call as it stands, to look at only. */
  peek(id: string): Readonly<Call> | undefined {
    const draft = this.#drafts.get(id);
    return draft === undefined ? this.#before.calls[id] : (draft ?? undefined);
  }

  callOf(channel: string): Call | undefined {
    const named = this.#channels.get(channel);
    const id = named === undefined ? this.#before.channels[channel] : named;
    return id === undefined || id === null ? undefined : this.call(id);
  }

  callIds(): string[] {
    return [...new Set([...Object.keys(this.#before.calls), ...this.#drafts.keys()])].filter(
      (id) => this.#drafts.get(id) !== null,
    );
  }

  begin(call: Call): Call {
    this.#drafts.set(call.id, call);
    this.own(call.anchor.channel, call.id);
    return call;
  }

  end(id: string): void {
    this.#drafts.set(id, null);
  }

  own(channel: string, call: string): void {
    this.#channels.set(channel, call);
  }

  disown(channel: string): void {
    this.#channels.set(channel, null);
  }

  note<T extends EventType>(call: string | undefined, type: T, body: EventBody<T>, at = this.now): void {
    this.#events.push({ type, at, body, ...(call === undefined ? {} : { call }) } as unknown as NewEvent);
  }

  refuse(refusal: Refusal): void {
    this.#refused = refusal;
  }

  effect(effect: CallEffect): void {
    this.#effects.push(effect);
  }

  /** Tells the ACD; what it wants in turn waits in `takeAcdEffects` until the present matter is settled. `by`: who ordered it, where not the agent himself. */
  tellAcd(event: AcdEvent, by?: string): void {
    const result = acd(this.#acd, event, this.now, this.#plan);
    for (const { type, body } of agentNotes(this.#acd, event, result.changed, this.now))
      this.note(undefined, type, by === undefined ? body : { ...body, by });
    this.#acd = result.state;
    this.#acdEffects.push(...result.effects);
    this.#acdChanged = changesAfter(this.#acdChanged, result.changed);
    if (result.mattered) this.#acdInputs.push(event);
  }

  get callbacks(): CallbackState {
    return this.#callbacks;
  }

  /** As `tellAcd`, for those who are to be called back. */
  tellCallbacks(event: CallbackEvent): void {
    const result = callback(this.#callbacks, event, this.now, this.callbackPlan);
    this.#callbacks = result.state;
    this.#callbackEffects.push(...result.effects);
  }

  get worths(): Worths {
    return this.#worths;
  }

  isWorth(trunk: string, worth: Worth): void {
    this.#worths = { ...this.#worths, [trunk]: worth };
  }

  /** New calls are refused, but those of an emergency: the battery of the branch is near its end. */
  get refusing(): boolean {
    return this.#refusing;
  }

  refuseNew(on: boolean): void {
    this.#refusing = on;
  }

  /** What callbacks go by now. */
  get callbackPlan(): CallbackPlan {
    return callbackPlan(this.branch, this.#refusing || this.#idle);
  }

  mayAct(acts: boolean): void {
    this.#idle = !acts;
  }

  /** Why no new recording begins; undefined while they do. */
  get recordingsHeld(): string | undefined {
    return this.#recordingsHeld;
  }

  holdRecordings(because: string | null): void {
    this.#recordingsHeld = because ?? undefined;
  }

  /** Why no message is taken; undefined while they are. */
  get messagesRefused(): string | undefined {
    return this.#messagesRefused;
  }

  refuseMessages(because: string | null): void {
    this.#messagesRefused = because ?? undefined;
  }

  get brake(): BrakeState {
    return this.#brake;
  }

  /** As `tellAcd`, for the fraud brake, which answers at once. */
  tellBrake(event: BrakeEvent): BrakeResult {
    const result = brake(this.#brake, event, this.now, brakePlan(this.branch));
    this.#brake = result.state;
    return result;
  }

  takeCallbackEffects(): readonly CallbackEffect[] {
    return this.#callbackEffects.splice(0);
  }

  takeAcdEffects(): readonly AcdEffect[] {
    return this.#acdEffects.splice(0);
  }

  result(): StepResult {
    const changed = Object.fromEntries(this.#drafts);
    return {
      state: {
        calls: patched(this.#before.calls, this.#drafts),
        channels: patched(this.#before.channels, this.#channels),
        acd: this.#acd,
        callbacks: this.#callbacks,
        worths: this.#worths,
        brake: this.#brake,
        places: this.places,
        ...(this.#refusing ? { refusing: true } : {}),
        ...(this.#idle ? { idle: true } : {}),
        ...(this.passing ? { passing: true } : {}),
        ...(this.#recordingsHeld === undefined ? {} : { recordingsHeld: this.#recordingsHeld }),
        ...(this.#messagesRefused === undefined ? {} : { messagesRefused: this.#messagesRefused }),
      },
      events: this.#events,
      effects: this.#effects,
      changed,
      acdChanged: this.#acdChanged,
      ...(this.#refused === undefined ? {} : { refused: this.#refused }),
      ...(this.#callbacks === this.#before.callbacks
        ? {}
        : { callbacksChanged: callbackChanges(this.#before.callbacks, this.#callbacks) }),
      ...(this.#brake === this.#brakeBefore
        ? {}
        : { brakeChanged: brakeChanges(this.#brakeBefore, this.#brake) }),
      ...(this.places === this.#placesBefore
        ? {}
        : { placesChanged: placeChanges(this.#placesBefore, this.places) }),
      ...(this.#acdInputs.length > 0
        ? { acdInputs: stepInputs(this.#acdInputs, this.now, this.#before.acd) }
        : {}),
    };
  }
}

function callbackChanges(before: CallbackState, after: CallbackState): CallbackChanges {
  const gone = Object.keys(before).flatMap((id) => (id in after ? [] : [[id, null] as const]));
  const other = Object.entries(after).filter(([id, each]) => each !== before[id]);
  return Object.fromEntries([...gone, ...other]);
}

function draftOf(call: Call): Call {
  const legs = Object.fromEntries(Object.entries(call.legs).map(([id, leg]) => [id, { ...leg }]));
  return {
    ...call,
    anchor: { ...call.anchor },
    legs,
    ...(call.recording ? { recording: { ...call.recording } } : {}),
  };
}

function patched<T>(
  before: Readonly<Record<string, T>>,
  changes: ReadonlyMap<string, T | null>,
): Readonly<Record<string, T>> {
  if (changes.size === 0) return before;
  const after: Record<string, T> = { ...before };
  for (const [key, value] of changes) {
    if (value === null) delete after[key];
    else after[key] = value;
  }
  return after;
}
