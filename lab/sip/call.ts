/** One call as its user sees it: rings, is answered, is held, is transferred, ends. */
import type { RtpSession } from '../rtp/session.ts';
import { Signals } from '../signals.ts';
import { type After } from '../timers.ts';
import type { Endpoint } from '../udp.ts';
import type { NameAddr } from './address.ts';
import { dialogKey, nextHop, requestInDialog, type Dialog, type Identity } from './dialog.ts';
import type { Credentials } from './digest.ts';
import { endOf, type CallEnd } from './call-end.ts';
import { header, type Header, type SipRequest, type SipResponse } from './message.ts';
import type { CallMedia } from './media.ts';
import { requestWithin, sendRequest } from './requests.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { G711 } from './sdp.ts';
import type { SipTiming } from './timing.ts';
import type { Transactions } from './transactions.ts';

export type CallState = 'trying' | 'ringing' | 'up' | 'ended';

export interface CallEvents {
  /** The other end rings (outgoing), with early media or without. */
  ringing: { readonly status: number };
  answered: undefined;
  ended: CallEnd;
  /** The other end put us on hold, or took us back. */
  held: boolean;
  /** Who is at the other end has changed (a transfer). */
  identity: Identity;
  /** A digit, as telephone event or as INFO. */
  digit: string;
  /** How a transfer that we asked for is getting on: the status line the other end reports. */
  transfer: { readonly status: number };
  /** The other end asked us to call somebody else. */
  referred: { readonly target: string };
  /** An INVITE with Replaces took this call's place. */
  replaced: Call;
}

/** What a call needs of its user agent. */
export interface CallContext {
  readonly transactions: Transactions;
  readonly credentials: Credentials | undefined;
  readonly after: After;
  readonly timing: SipTiming;
  readonly identity: NameAddr;
  readonly contact: Header;
  readonly codecs: readonly G711[];
  /** Where an INVITE for this address is sent. */
  outbound(target: string): Endpoint;
  openRtp(): Promise<RtpSession>;
  enter(call: Call): void;
  leave(call: Call): void;
  /** While a call waits to hear what became of its REFER, requests find it even after its end. */
  referring(call: Call, yes: boolean): void;
  /** Places the call that a REFER asks for. */
  follow(target: string, headers: readonly Header[]): Promise<Call>;
  explain(callId: string): string;
}

export interface TransferOutcome {
  /** Of the REFER itself: 202 when the other end has taken it on. */
  readonly referStatus: number;
  /** The last status that was reported; undefined when the call ended and none came soon after either. */
  readonly reported: number | undefined;
}

/** How long the report of a transfer may come after the end of the call that asked for it, in milliseconds. */
const LATE_REPORT_MS = 2_000;

export abstract class Call extends Signals<CallEvents> {
  abstract readonly direction: 'in' | 'out';
  readonly id: string;
  readonly media: CallMedia;
  protected readonly context: CallContext;
  protected dialog: Dialog | undefined;
  #state: CallState = 'trying';
  #end: CallEnd | undefined;
  #remote: Identity;
  #reinviting = false;

  protected constructor(context: CallContext, id: string, media: CallMedia, remote: Identity) {
    super(`Call with ${remote.number}`, () => `\n${context.explain(id)}`);
    this.context = context;
    this.id = id;
    this.media = media;
    this.#remote = remote;
    media.rtp.on('digit', (digit) => this.emit('digit', digit));
  }

  get state(): CallState {
    return this.#state;
  }

  /** How it ended; undefined before. */
  get ending(): CallEnd | undefined {
    return this.#end;
  }

  get remote(): Identity {
    return this.#remote;
  }

  get rtp(): RtpSession {
    return this.media.rtp;
  }

  get held(): boolean {
    return this.media.held;
  }

  get heldByRemote(): boolean {
    return this.media.heldByRemote;
  }

  /** What finds this call among those of its user agent; undefined until the other end has answered anything. */
  get key(): string | undefined {
    return this.dialog && dialogKey(this.dialog);
  }

  /** The value of Replaces by which the other end's peers name this call; it must be up. */
  get dialogInForce(): Dialog {
    if (!this.dialog || this.#state === 'ended')
      throw new Error(`The call with ${this.remote.number} is not up.`);
    return this.dialog;
  }

  /** Returns at once when it is up already. Rejects when the call ends first. */
  async answered(withinMs: number): Promise<void> {
    if (this.#state !== 'up') await this.waitFor('answered', { withinMs });
  }

  /** Returns at once when it rings, or did. Rejects when the call ends first. */
  async ringing(withinMs: number): Promise<void> {
    if (this.#state === 'trying')
      await Promise.race([this.waitFor('ringing', { withinMs }), this.answered(withinMs)]);
  }

  /** Returns at once when it has ended already. */
  async whenEnded(withinMs: number): Promise<CallEnd> {
    return this.#end ?? (await this.waitFor('ended', { withinMs }));
  }

  /** Ends the call in the way its state asks for. Resolves when it has ended. */
  abstract hangup(): Promise<CallEnd>;

  /** Puts the other end on hold (a=sendonly). Throws when it refuses. */
  hold(): Promise<void> {
    return this.#reinvite(true);
  }

  resume(): Promise<void> {
    return this.#reinvite(false);
  }

  /** Resolves when the last digit was sent, as telephone events. */
  sendDigits(digits: string): Promise<void> {
    return this.rtp.sendDigits(digits);
  }

  /**
   * Asks the other end to call `target` (RFC 3515), and waits until it reports a final status, or `withinMs` has passed
   * (then it rejects). The subscription outlives the call (RFC 5057 section 4.1): the other end may hang up first and
   * report a moment later. A refused REFER is an outcome, not an error.
   */
  async refer(target: string, withinMs: number): Promise<TransferOutcome> {
    let reported: number | undefined;
    const { promise: final, resolve: isFinal } = Promise.withResolvers<void>();
    const off = this.on('transfer', ({ status }) => {
      reported = status;
      if (status >= 200) isFinal();
    });
    const settled = this.waitFor('transfer', { withinMs, where: ({ status }) => status >= 200 });
    this.context.referring(this, true);
    try {
      const referStatus = (
        await this.request('REFER', [
          ['Refer-To', `<${target}>`],
          ['Referred-By', `<${this.context.identity.uri}>`],
        ])
      ).status;
      if (referStatus < 300) await settled;
      return { referStatus, reported };
    } catch (error) {
      if (this.#state !== 'ended') throw error;
      await Promise.race([final, new Promise((resolve) => setTimeout(resolve, LATE_REPORT_MS))]);
      return { referStatus: 202, reported };
    } finally {
      this.context.referring(this, false);
      off();
    }
  }

  /** Sends a request within the call; resolves with its final response. */
  async request(method: string, headers: readonly Header[] = [], body = ''): Promise<SipResponse> {
    return requestWithin(this.context, this.dialogInForce, method, headers, body);
  }

  /** A request of the other end within this call. */
  abstract receive(request: SipRequest, transaction: ServerTransaction | undefined): void;

  protected isRinging(status: number): void {
    if (this.#state === 'trying') this.#state = 'ringing';
    this.emit('ringing', { status });
  }

  protected isUp(): void {
    if (this.#state === 'up' || this.#state === 'ended') return;
    this.#state = 'up';
    this.emit('answered', undefined);
  }

  /** Also for a call that the user agent drops when it closes. */
  hasEnded(end: CallEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#end = end;
    this.rtp.close();
    this.context.leave(this);
    this.emit('ended', end);
    this.end(new CallEnded(`The call with ${this.remote.number} has ended`, end));
  }

  setRemote(identity: Identity): void {
    if (identity.number === this.#remote.number && identity.name === this.#remote.name) return;
    this.#remote = identity;
    this.emit('identity', identity);
  }

  get reinviting(): boolean {
    return this.#reinviting;
  }

  /** BYE, and the end of the call whatever the answer. */
  protected async bye(headers: readonly Header[] = []): Promise<CallEnd> {
    const sent = this.request('BYE', headers).catch(() => undefined);
    const end = { by: 'us' } as const;
    this.hasEnded(end);
    await sent;
    return end;
  }

  async #reinvite(held: boolean): Promise<void> {
    if (this.#state !== 'up') throw new Error(`The call with ${this.remote.number} is not up.`);
    if (this.#reinviting) throw new Error('A change of this call is under way already.');
    const before = this.held;
    this.#reinviting = true;
    try {
      const body = this.media.offer(held);
      const response = await this.#invite(body, 3);
      if (response.status >= 300)
        throw new Error(`${held ? 'Hold' : 'Resume'} was refused with ${response.status}.`);
      this.media.accept(response.body);
    } catch (error) {
      if (this.state !== 'ended') this.media.offer(before);
      throw error;
    } finally {
      this.#reinviting = false;
    }
  }

  /** A re-INVITE that meets the other end's own is tried again after a moment (section 14.1). */
  async #invite(body: string, tries: number): Promise<SipResponse> {
    const response = await this.#inviteOnce(body);
    if (response.status === 481 || response.status === 408) this.hasEnded(endOf(response));
    if (response.status !== 491 || tries <= 1) return response;
    const waitMs = this.direction === 'out' ? 2_100 + Math.random() * 1_900 : Math.random() * 2_000;
    await new Promise<void>((resolve) => this.context.after(waitMs, resolve));
    return this.#invite(body, tries - 1);
  }

  #inviteOnce(body: string): Promise<SipResponse> {
    const dialog = this.dialogInForce;
    const content: Header = ['Content-Type', 'application/sdp'];
    return new Promise((resolve, reject) => {
      sendRequest(this.context.transactions, this.context.credentials, {
        build: (more) => requestInDialog(dialog, 'INVITE', [this.context.contact, content, ...more], body),
        to: nextHop(dialog),
        onTimeout: () => reject(new Error('The other end did not answer the change of the call.')),
        onResponse: (response, request) => {
          if (response.status < 200) return;
          if (response.status < 300) this.acknowledge(dialog, request);
          resolve(response);
        },
      });
    });
  }

  /** The ACK of a 2xx, each time the 2xx comes (section 13.2.2.4). */
  protected acknowledge(dialog: Dialog, invite: SipRequest): void {
    const seq = Number(header(invite, 'CSeq')?.split(' ')[0]);
    this.context.transactions.sendAck(requestInDialog(dialog, 'ACK', [], '', seq), nextHop(dialog));
  }
}

/** The end of every wait on a call. */
export class CallEnded extends Error {
  override readonly name = 'CallEnded';
  readonly how: CallEnd;

  constructor(message: string, how: CallEnd) {
    super(`${message}: ${JSON.stringify(how)}`);
    this.how = how;
  }
}
