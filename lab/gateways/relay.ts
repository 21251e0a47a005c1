/**
 * The SIP side of a gateway that can fail: it stands at the gateway's address between the box and the public network, and passes
 * on what comes, but for its faults. Audio goes past it.
 */
import type { Socket } from 'node:dgram';
import {
  parseMessage,
  serialiseMessage,
  type Header,
  type SipMessage,
  type SipRequest,
} from '../sip/message.ts';
import { askUntilHeard } from '../sip/asking.ts';
import { responseTo } from '../sip/respond.ts';
import { createTimers } from '../timers.ts';
import { openUdp, type Endpoint } from '../udp.ts';
import {
  byeTo,
  callIdOf,
  cancelOf,
  followed,
  isNewCall,
  isOurs,
  otherSide,
  without,
  type PassingCall,
  type PassingCalls,
  type Side,
} from './relay-calls.ts';
import type { SipStory } from './story.ts';

export interface RelayPlan {
  /** The gateway's address, where the box finds it. */
  readonly address: Endpoint;
  /** On the same host: where the public network's engine is, and where it finds the relay. */
  readonly behind: { readonly engine: number; readonly relay: number };
  readonly box: Endpoint;
  readonly channels: number;
  /** How long the box may be silent to a new call before the network is told that it is dead, ms; 32000 by default. */
  readonly deadAfterMs?: number;
}

const WELL: SipStory = { options: 'pass', invite: 'pass', deaf: false, lateMs: 0, oneWay: false };

/** Q.850: no circuit available; destination out of order. */
const NO_CIRCUIT: Header = ['Reason', 'Q.850;cause=34;text="No circuit/channel available"'];
const OUT_OF_ORDER: Header = ['Reason', 'Q.850;cause=27;text="Destination out of order"'];

/** Timer B with the standard T1 (RFC 3261 section 17.1.1.2). */
const DEAD_AFTER_MS = 32_000;

const MOST_REMEMBERED = 4_096;

/** Nothing listens there (RFC 863): audio that is sent to it is lost. */
const DISCARD_PORT = 9;

export class SipRelay {
  readonly #plan: RelayPlan;
  readonly #faces: Readonly<Record<Side, Socket>>;
  readonly #peers: Readonly<Record<Side, Endpoint>>;
  readonly #timers = createTimers();
  #calls: PassingCalls = new Map();
  /** Calls that the relay itself has refused or ended: their last messages end here. */
  readonly #ours = new Set<string>();
  /** Messages of calls that are held back, in their order. */
  readonly #held = new Map<string, SipMessage[]>();
  /** How to stop waiting for the box's first word to a call. */
  readonly #unheard = new Map<string, () => void>();
  /** Calls that the box was too late for: one that it takes up after all is called off. */
  readonly #late = new Map<string, PassingCall>();
  #story: SipStory = WELL;
  #blocked = 0;

  private constructor(plan: RelayPlan, faces: Readonly<Record<Side, Socket>>) {
    this.#plan = plan;
    this.#faces = faces;
    this.#peers = { box: plan.box, line: { host: plan.address.host, port: plan.behind.engine } };
    for (const side of ['box', 'line'] as const)
      faces[side].on('message', (data) => this.#receive(data, side));
  }

  /** Faces of the same address: the box knows it by its port, the engine by another. */
  static async open(plan: RelayPlan): Promise<SipRelay> {
    const { host, port } = plan.address;
    const box = await openUdp(host, port);
    try {
      return new SipRelay(plan, { box, line: await openUdp(host, plan.behind.relay) });
    } catch (error) {
      box.close();
      throw error;
    }
  }

  get callsInProgress(): number {
    return this.#calls.size;
  }

  /** From now on. A line that dies ends its calls, on both sides; a gateway without power tells nobody but the network. */
  tell(story: SipStory, blockedChannels: number): void {
    const before = this.#story;
    this.#story = story;
    this.#blocked = blockedChannels;
    if (story.invite === 'dead' && before.invite !== 'dead') this.#endAll(['box', 'line']);
    if (story.deaf && !before.deaf) this.#endAll(['line']);
  }

  async close(): Promise<void> {
    this.#timers.clear();
    await Promise.all(
      Object.values(this.#faces).map(
        (socket) => new Promise<void>((resolve) => socket.close(() => resolve())),
      ),
    );
  }

  #receive(data: Buffer, from: Side): void {
    const message = parsed(data);
    if (!message || isOurs(message)) return;
    if (this.#story.deaf) return;
    const id = callIdOf(message);
    if (from === 'box' && message.kind === 'response') this.#heard(id);
    if (this.#ours.has(id) && !isNewCall(message)) return this.#lastWords(message, from);
    if (message.kind === 'request' && message.method === 'OPTIONS' && this.#story.options !== 'pass') {
      if (this.#story.options === 'refuse') this.#answer(message, from, 503);
      return;
    }
    if (message.kind === 'request' && message.method === 'CANCEL' && this.#unheard.has(id))
      return this.#givenUp(message);
    const begins = message.kind === 'request' && isNewCall(message) && !this.#calls.has(id);
    if (begins && !this.#admits(message, from)) return;
    this.#calls = followed(this.#calls, message, from);
    if (begins && from === 'line') this.#awaitBox(message);
    this.#pass(message, from);
  }

  /** The network hears at once that the call is on its way, as by ISDN: how long the box may be silent is the gateway's own affair. */
  #awaitBox(invite: SipRequest): void {
    const id = callIdOf(invite);
    this.#post(responseTo(invite, 100), 'line');
    const stop = askUntilHeard(this.#timers.after, {
      deadAfterMs: this.#plan.deadAfterMs ?? DEAD_AFTER_MS,
      again: () => this.#send(invite, 'box'),
      dead: () => this.#boxIsDead(invite),
    });
    this.#unheard.set(id, stop);
  }

  #boxIsDead(invite: SipRequest): void {
    const id = callIdOf(invite);
    this.#unheard.delete(id);
    const call = this.#calls.get(id);
    if (!call || call.answer) return;
    this.#calls = without(this.#calls, id);
    this.#late.set(id, call);
    this.#answer(invite, 'line', 503, OUT_OF_ORDER);
  }

  /** The caller gave up before the box said a word: it is not asked for him any longer. */
  #givenUp(cancel: SipRequest): void {
    const id = callIdOf(cancel);
    const call = this.#calls.get(id);
    this.#answer(cancel, 'line', 200);
    if (!call) return;
    this.#calls = without(this.#calls, id);
    this.#late.set(id, call);
    this.#answer(call.invite, 'line', 487);
  }

  #heard(id: string): void {
    this.#unheard.get(id)?.();
    this.#unheard.delete(id);
    const late = this.#late.get(id);
    if (!late) return;
    this.#late.delete(id);
    this.#post(cancelOf(late), 'box');
  }

  /** Whether a new call is let through; what is not, is answered here, or not at all. */
  #admits(invite: SipRequest, from: Side): boolean {
    const { invite: rule } = this.#story;
    if (rule === 'drop') return false;
    const full = this.#blocked > 0 && this.#calls.size >= this.#plan.channels - this.#blocked;
    if (rule === 'pass' && !full) return true;
    const dead = rule === 'dead' && from === 'line';
    this.#answer(
      invite,
      from,
      dead ? 502 : 503,
      dead ? OUT_OF_ORDER : rule === 'refuse' ? undefined : NO_CIRCUIT,
    );
    return false;
  }

  #pass(message: SipMessage, from: Side): void {
    const id = callIdOf(message);
    const held = this.#held.get(id);
    if (held) {
      // What a side repeats because it is kept waiting is not passed on twice.
      if (!isNewCall(message)) held.push(message);
      return;
    }
    if (
      from === 'box' &&
      isNewCall(message) &&
      this.#story.lateMs > 0 &&
      this.#calls.get(id)?.invite === message
    ) {
      this.#held.set(id, [message]);
      this.#timers.after(this.#story.lateMs, () => {
        const waiting = this.#held.get(id) ?? [];
        this.#held.delete(id);
        for (const one of waiting) this.#send(one, 'line');
      });
      return;
    }
    this.#send(message, otherSide(from));
  }

  #send(message: SipMessage, to: Side): void {
    if (this.#story.deaf) return;
    const { host, port } = this.#plan.address;
    const { engine, relay } = this.#plan.behind;
    const { box } = this.#plan;
    if (to === 'box') return this.#post(foundAt(message, { host, port: engine }, { host, port }), to);
    const heard = this.#story.oneWay ? withoutAudio(message) : message;
    this.#post(foundAt(heard, box, { host, port: relay }), to);
  }

  #post(message: SipMessage, to: Side): void {
    const { host, port } = this.#peers[to];
    this.#faces[to].send(serialiseMessage(message), port, host, () => undefined);
  }

  #answer(request: SipRequest, to: Side, status: number, reason?: Header): void {
    const id = callIdOf(request);
    if (request.method === 'INVITE') this.#claim(id);
    this.#post(responseTo(request, status, { tag: 'lab-gateway', headers: reason ? [reason] : [] }), to);
  }

  /** The oldest are forgotten: nobody speaks of them any more. */
  #claim(id: string): void {
    this.#unheard.get(id)?.();
    this.#unheard.delete(id);
    this.#ours.add(id);
    const [oldest] = this.#ours;
    if (this.#ours.size <= MOST_REMEMBERED || oldest === undefined) return;
    this.#ours.delete(oldest);
    this.#late.delete(oldest);
  }

  /** Of a call that the relay has ended: an ACK is taken, a BYE or CANCEL has its answer, the rest is late. */
  #lastWords(message: SipMessage, from: Side): void {
    if (message.kind === 'response' || message.method === 'ACK') return;
    this.#answer(message, from, message.method === 'BYE' || message.method === 'CANCEL' ? 200 : 481);
  }

  #endAll(towards: readonly Side[]): void {
    for (const call of this.#calls.values()) {
      this.#claim(call.id);
      this.#held.delete(call.id);
      for (const side of towards) {
        const bye = byeTo(side, call, OUT_OF_ORDER);
        if (bye) this.#post(bye, side);
        else if (side === call.from) this.#answer(call.invite, side, 503, NO_CIRCUIT);
        else this.#post(cancelOf(call), side);
      }
      this.#calls = without(this.#calls, call.id);
    }
  }
}

function parsed(data: Buffer): SipMessage | undefined {
  try {
    return parseMessage(data);
  } catch {
    return undefined;
  }
}

/** Each end names its own address as where it is to be found; the other is to find the relay. */
function foundAt(message: SipMessage, own: Endpoint, relay: Endpoint): SipMessage {
  const headers = message.headers.map(([name, value]): Header => [
    name,
    /^(contact|m)$/i.test(name)
      ? value.replaceAll(`${own.host}:${own.port}`, `${relay.host}:${relay.port}`)
      : value,
  ]);
  return { ...message, headers };
}

function withoutAudio(message: SipMessage): SipMessage {
  if (!message.body.includes('m=audio ')) return message;
  return { ...message, body: message.body.replace(/^m=audio \d+/m, `m=audio ${DISCARD_PORT}`) };
}
