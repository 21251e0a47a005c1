/** A desk phone with a person's hands on it: registers, rings, is answered, holds, transfers. */
import type { Pacer } from '../rtp/pacer.ts';
import type { StreamStats } from '../rtp/session.ts';
import { tone } from '../rtp/sources.ts';
import type { Call, TransferOutcome } from '../sip/call.ts';
import type { CallEnd } from '../sip/call-end.ts';
import type { IncomingCall } from '../sip/incoming-call.ts';
import type { Header } from '../sip/message.ts';
import type { OutgoingCall } from '../sip/outgoing-call.ts';
import { addressReplacing } from '../sip/refer.ts';
import type { G711 } from '../sip/sdp.ts';
import type { SipTiming } from '../sip/timing.ts';
import { UserAgent } from '../sip/user-agent.ts';
import type { Endpoint } from '../udp.ts';

export interface DeskPhoneOptions {
  /** The exchange. */
  readonly server: Endpoint;
  /** Another exchange, where it is registered as the same user at the same time (RFC 3261 section 10): it rings for both. */
  readonly second?: Endpoint;
  /** 127.0.0.1 by default. */
  readonly localAddress?: string;
  /** What it registers as, and authenticates with. */
  readonly user: string;
  readonly password: string;
  /** The number of the person who has it. */
  readonly extension: string;
  readonly displayName?: string;
  /** What it speaks: a tone of so many hertz. */
  readonly tone: number;
  /** Shared by all streams of a process. */
  readonly pacer: Pacer;
  readonly codecs?: readonly G711[];
  readonly timing?: SipTiming;
  /** How much of what was heard each call keeps, in ms. */
  readonly keepMs?: number;
}

/** What happens to a call that comes in while the phone is free. */
export type IncomingPolicy =
  | { readonly kind: 'answer'; readonly afterMs: number | (() => number) }
  | { readonly kind: 'ring' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'decline' };

const FAREWELL_MS = 2_000;

export class DeskPhone {
  /** At the exchange. */
  readonly agent: UserAgent;
  /** Of each exchange, the best first. */
  readonly agents: readonly UserAgent[];
  readonly extension: string;
  readonly #options: DeskPhoneOptions;
  #policy: IncomingPolicy = { kind: 'ring' };
  #callWaiting = false;
  readonly #answering = new Set<NodeJS.Timeout>();

  private constructor(options: DeskPhoneOptions, agent: UserAgent, second?: UserAgent) {
    this.agent = agent;
    this.agents = second ? [agent, second] : [agent];
    this.extension = options.extension;
    this.#options = options;
    this.onCall((call) => this.#receive(call));
  }

  static async open(options: DeskPhoneOptions): Promise<DeskPhone> {
    const { server, second, localAddress: host = '127.0.0.1', user, password, displayName, pacer } = options;
    const { codecs, timing, keepMs } = options;
    const common = {
      host,
      user,
      credentials: { user, password },
      pacer,
      source: tone(options.tone),
      ...(displayName === undefined ? {} : { displayName }),
      ...(codecs === undefined ? {} : { codecs }),
      ...(timing === undefined ? {} : { timing }),
      ...(keepMs === undefined ? {} : { keepMs }),
    };
    const agent = await UserAgent.open({ ...common, server });
    return new DeskPhone(options, agent, second && (await UserAgent.open({ ...common, server: second })));
  }

  /** Throws when every exchange refuses, or does not answer; it goes on trying at each either way. */
  async register(expiresS = 300): Promise<void> {
    const asked = this.agents.map((agent) => agent.register(expiresS));
    // An exchange that is not there yet answers nothing for half a minute: one that is does for now.
    const isThere = await Promise.any(asked.map(registered)).catch(() => false);
    const [state] = isThere ? [] : await Promise.all(asked);
    if (!state) return;
    const why = state.kind === 'refused' ? `refused with ${state.status}` : 'not answered';
    throw new Error(`The registration of ${this.#options.user} was ${why}.`);
  }

  async unregister(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.unregister()));
  }

  get registered(): boolean {
    return this.agents.some(isRegistered);
  }

  /** What it does with calls from now on; `callWaiting` lets a second one in while a first is up. */
  onIncoming(policy: IncomingPolicy, options: { readonly callWaiting?: boolean } = {}): void {
    this.#policy = policy;
    this.#callWaiting = options.callWaiting ?? false;
  }

  /** The next call that comes in. Arm it before the call is made. */
  nextCall(withinMs: number): Promise<IncomingCall> {
    return Promise.race(this.agents.map((agent) => agent.waitFor('incoming', { withinMs })));
  }

  /** Every call that comes in, by whichever exchange. Returns the function that takes the listener off again. */
  onCall(listener: (call: IncomingCall) => void): () => void {
    const offs = this.agents.map((agent) => agent.on('incoming', listener));
    return () => {
      for (const off of offs) off();
    };
  }

  get calls(): readonly Call[] {
    return this.agents.flatMap((agent) => agent.calls);
  }

  /** The call in hand: the latest that is up and not held by us, else the latest. */
  get active(): Call | undefined {
    const calls = this.calls;
    return calls.findLast((call) => call.state === 'up' && !call.held) ?? calls.at(-1);
  }

  /** By the first exchange that it is registered at. The INVITE has left when this resolves: wait with `ringing`, `answered`, `whenEnded` of the call. */
  call(number: string, headers: readonly Header[] = []): Promise<OutgoingCall> {
    return (this.agents.find(isRegistered) ?? this.agent).call(number, headers);
  }

  hold(call = this.#inHand()): Promise<void> {
    return call.hold();
  }

  resume(call = this.#inHand()): Promise<void> {
    return call.resume();
  }

  sendDigits(digits: string, call = this.#inHand()): Promise<void> {
    return call.sendDigits(digits);
  }

  hangup(call = this.#inHand()): Promise<CallEnd> {
    return call.hangup();
  }

  /** Hands the call on to a number and, once that answers, lets go of it. Resolves with what came of it. */
  async blindTransfer(to: string, withinMs: number, call = this.#inHand()): Promise<TransferOutcome> {
    const outcome = await call.refer(this.#agentOf(call).addressOf(to), withinMs);
    if (succeeded(outcome) && call.state === 'up') await call.hangup();
    return outcome;
  }

  /** Joins the party on hold with the one consulted, and lets go of both. */
  async attendedTransfer(consultation: Call, withinMs: number): Promise<TransferOutcome> {
    const original = this.calls.find((call) => call !== consultation && call.state === 'up');
    if (!original) throw new Error('There is no second call to transfer.');
    const outcome = await original.refer(addressReplacing(consultation), withinMs);
    if (!succeeded(outcome)) return outcome;
    for (const call of [original, consultation]) if (call.state === 'up') await call.hangup();
    return outcome;
  }

  /** The cable is out: silent, without a word to the exchange. */
  unplug(): void {
    for (const agent of this.agents) agent.setPlugged(false);
  }

  plug(): void {
    for (const agent of this.agents) agent.setPlugged(true);
  }

  /** The streams of the calls that are up, by Call-ID. */
  stats(): ReadonlyMap<string, StreamStats> {
    return new Map(this.calls.map((call) => [call.id, call.rtp.stats()]));
  }

  /** Hangs up, unregisters, closes; an exchange that does not answer is not waited for beyond 2 s. */
  async close(): Promise<void> {
    for (const timer of this.#answering) clearTimeout(timer);
    const farewell = Promise.all(this.calls.map((call) => call.hangup())).then(() => this.unregister());
    let impatience: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => (impatience = setTimeout(resolve, FAREWELL_MS)));
    await Promise.race([farewell.catch(() => undefined), enough]);
    clearTimeout(impatience);
    await Promise.all(this.agents.map((agent) => agent.close()));
  }

  /** As if the power went: nothing is said to anybody. */
  async vanish(): Promise<void> {
    for (const timer of this.#answering) clearTimeout(timer);
    await Promise.all(this.agents.map((agent) => agent.close()));
  }

  #agentOf(call: Call): UserAgent {
    return this.agents.find((agent) => agent.calls.includes(call)) ?? this.agent;
  }

  #inHand(): Call {
    const call = this.active;
    if (!call) throw new Error(`The phone ${this.#options.user} has no call.`);
    return call;
  }

  #receive(call: IncomingCall): void {
    const engaged = this.calls.some((other) => other !== call);
    if (engaged && !this.#callWaiting) return call.reject(486, 17);
    const policy = this.#policy;
    if (policy.kind === 'busy') return call.reject(486, 17);
    if (policy.kind === 'decline') return call.reject(603, 21);
    call.ring();
    if (policy.kind === 'ring') return;
    const delayMs = typeof policy.afterMs === 'number' ? policy.afterMs : policy.afterMs();
    const timer = setTimeout(() => {
      this.#answering.delete(timer);
      call.answer();
    }, delayMs);
    this.#answering.add(timer);
  }
}

const registered = async (asked: Promise<{ readonly kind: string }>): Promise<true> => {
  if ((await asked).kind !== 'registered') throw new Error('not registered');
  return true;
};

const isRegistered = ({ registration }: UserAgent): boolean => registration.kind === 'registered';

const succeeded = ({ reported }: TransferOutcome): boolean =>
  reported !== undefined && reported >= 200 && reported < 300;
