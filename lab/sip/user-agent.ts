/** A SIP user agent over UDP: places calls, takes calls, registers, answers OPTIONS. */
import type { Pacer } from '../rtp/pacer.ts';
import { RtpSession } from '../rtp/session.ts';
import type { AudioSource } from '../rtp/sources.ts';
import { Signals } from '../signals.ts';
import { createTimers, type Timers } from '../timers.ts';
import type { Endpoint } from '../udp.ts';
import { escapeUser, targetOf, type NameAddr } from './address.ts';
import type { Call, CallContext } from './call.ts';
import { dialogKeyOf } from './dialog.ts';
import type { Credentials } from './digest.ts';
import { IncomingCall } from './incoming-call.ts';
import { Ladder } from './ladder.ts';
import type { Header, SipRequest } from './message.ts';
import { OutgoingCall } from './outgoing-call.ts';
import { replacedBy } from './refer.ts';
import { Registration, type RegistrationState } from './registration.ts';
import { exchange } from './requests.ts';
import { ALLOW, responseTo } from './respond.ts';
import type { G711 } from './sdp.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { STANDARD_TIMING, type SipTiming } from './timing.ts';
import { Transactions } from './transactions.ts';
import { openSipWire, type SipWire } from './wire.ts';

export interface UserAgentOptions {
  /** Our own address, of SIP and of RTP. */
  readonly host: string;
  /** 0, the default, for any free port. */
  readonly port?: number;
  /** The user part of our address, which is also what others see as our number. */
  readonly user: string;
  readonly displayName?: string;
  /** The exchange: where every request outside a dialog is sent. Without one, each goes to the address it names. */
  readonly server?: Endpoint;
  readonly credentials?: Credentials;
  readonly pacer: Pacer;
  /** What calls of this user agent speak. */
  readonly source: AudioSource;
  /** Best first; both by default. */
  readonly codecs?: readonly G711[];
  readonly timing?: SipTiming;
  /** How much of what was heard each call keeps, in ms. */
  readonly keepMs?: number;
}

export interface UserAgentEvents {
  /** A new call, which has had its 100 and waits for ring, answer or reject. */
  incoming: IncomingCall;
  registration: RegistrationState;
  /** OPTIONS outside a call, as an exchange asks whether we are there. It has been answered. */
  options: SipRequest;
  /** NOTIFY outside a call, such as check-sync. It has been answered. */
  notify: SipRequest;
  /** A datagram that was no SIP message: what was wrong with it. */
  garbage: string;
}

export class UserAgent extends Signals<UserAgentEvents> {
  readonly ladder: Ladder;
  readonly #options: UserAgentOptions;
  readonly #wire: SipWire;
  readonly #timers: Timers = createTimers();
  readonly #transactions: Transactions;
  readonly #registration: Registration;
  readonly #context: CallContext;
  readonly #calls = new Set<Call>();
  readonly #referring = new Set<Call>();

  private constructor(options: UserAgentOptions, ladder: Ladder, wire: SipWire) {
    super(`User agent ${options.user}`, () => `\n${ladder.text()}`);
    this.ladder = ladder;
    this.#options = options;
    this.#wire = wire;
    const { after } = this.#timers;
    const timing = options.timing ?? STANDARD_TIMING;
    this.#transactions = new Transactions({
      local: wire.local,
      send: (message, to) => wire.send(message, to),
      after,
      timing,
      onRequest: (request, transaction) => this.#onRequest(request, transaction),
    });
    this.#registration = new Registration({
      transactions: this.#transactions,
      credentials: options.credentials,
      identity: this.identity,
      contact: this.contact,
      registrar: this.#domain,
      after,
      onChange: (state) => this.emit('registration', state),
    });
    this.#context = this.#callContext(timing);
    wire.listen({
      onMessage: (message, from) => this.#transactions.receive(message, from),
      onGarbage: (error, from) => this.emit('garbage', `${from.host}:${from.port}: ${error.message}`),
    });
  }

  static async open(options: UserAgentOptions): Promise<UserAgent> {
    const ladder = new Ladder();
    const { host, port = 0 } = options;
    return new UserAgent(options, ladder, await openSipWire({ host, port, ladder }));
  }

  get local(): Endpoint {
    return this.#wire.local;
  }

  /** Our address as others write it in To. */
  get identity(): NameAddr {
    const { displayName: name = '', user } = this.#options;
    return { name, uri: this.addressOf(user), params: {} };
  }

  get contact(): string {
    return `sip:${escapeUser(this.#options.user)}@${this.local.host}:${this.local.port}`;
  }

  get #domain(): Endpoint {
    return this.#options.server ?? this.local;
  }

  get calls(): readonly Call[] {
    return [...this.#calls];
  }

  get registration(): RegistrationState {
    return this.#registration.state;
  }

  /** Resolves with what came of the first try; refreshes from then on. */
  register(expiresS = 300): Promise<RegistrationState> {
    return this.#registration.start(expiresS);
  }

  unregister(): Promise<void> {
    return this.#registration.stop();
  }

  /** A number at the server, or a whole SIP address. The INVITE has left when this resolves. */
  call(target: string, headers: readonly Header[] = []): Promise<OutgoingCall> {
    return OutgoingCall.place(this.#context, this.addressOf(target), headers);
  }

  addressOf(target: string): string {
    const { host, port } = this.#domain;
    return /^(sips?|tel):/i.test(target) ? target : `sip:${escapeUser(target)}@${host}:${port}`;
  }

  /** Asks the server, or another, whether it is there: the status of its answer. Rejects with SipTimeout. */
  async ping(server = this.#domain): Promise<number> {
    let seq = 0;
    const callId = `${Date.now()}-${Math.random()}`;
    const { status } = await exchange(this.#transactions, this.#options.credentials, {
      to: server,
      build: (more) => ({
        kind: 'request',
        method: 'OPTIONS',
        uri: `sip:${server.host}:${server.port}`,
        headers: [
          ['Max-Forwards', '70'],
          ['From', `<${this.identity.uri}>;tag=${callId}`],
          ['To', `<sip:${server.host}:${server.port}>`],
          ['Call-ID', callId],
          ['CSeq', `${++seq} OPTIONS`],
          ...more,
        ],
        body: '',
      }),
    });
    return status;
  }

  /** False: the cable is out. Nothing is received or sent, neither SIP nor RTP, and nobody is told. */
  setPlugged(plugged: boolean): void {
    this.#wire.setPlugged(plugged);
    for (const call of this.#calls) call.rtp.setPlugged(plugged);
  }

  /** Ends the calls without a word, and every wait. Say BYE and unregister before, when that is wanted. */
  async close(): Promise<void> {
    if (this.ended) return;
    this.#registration.abandon();
    for (const call of this.#calls) call.hasEnded({ by: 'fault', text: 'The user agent was closed.' });
    this.#transactions.close();
    this.#timers.clear();
    this.end(new Error(`The user agent ${this.#options.user} was closed.`));
    await this.#wire.close();
  }

  #callContext(timing: SipTiming): CallContext {
    const { host, pacer, credentials, codecs = ['alaw', 'ulaw'], keepMs, server } = this.#options;
    return {
      transactions: this.#transactions,
      credentials,
      after: this.#timers.after,
      timing,
      identity: this.identity,
      contact: ['Contact', `<${this.contact}>`],
      codecs,
      outbound: (target) => server ?? targetOf(target),
      openRtp: () =>
        RtpSession.open({
          host,
          pacer,
          source: this.#options.source,
          ...(keepMs === undefined ? {} : { keepMs }),
        }),
      enter: (call) => this.#calls.add(call),
      leave: (call) => this.#calls.delete(call),
      referring: (call, yes) => (yes ? this.#referring.add(call) : this.#referring.delete(call)),
      follow: (target, headers) => this.call(target, headers),
      explain: (callId) => this.ladder.text(callId),
    };
  }

  #onRequest(request: SipRequest, transaction: ServerTransaction | undefined): void {
    const key = dialogKeyOf(request);
    const known = [...this.#calls, ...this.#referring];
    const call = key === undefined ? undefined : known.find((each) => each.key === key);
    if (call && request.method !== 'CANCEL') return call.receive(request, transaction);
    if (!transaction) return;
    const respond = (status: number, headers: readonly Header[] = []): void =>
      transaction.respond(responseTo(request, status, { headers }));
    if (request.method === 'CANCEL') return this.#onCancel(request, transaction);
    if (key !== undefined) return respond(481);
    switch (request.method) {
      case 'INVITE':
        return void this.#onInvite(request, transaction);
      case 'OPTIONS':
        respond(200, [ALLOW, ['Accept', 'application/sdp'], ['Supported', 'replaces']]);
        return this.emit('options', request);
      case 'NOTIFY':
        respond(200);
        return this.emit('notify', request);
      default:
        return respond(405, [ALLOW]);
    }
  }

  #onCancel(cancel: SipRequest, transaction: ServerTransaction): void {
    const invite = this.#transactions.cancelled(cancel);
    transaction.respond(responseTo(cancel, invite ? 200 : 481));
    if (!invite) return;
    const call = this.calls.find((each) => each instanceof IncomingCall && each.invite === invite.request);
    if (call instanceof IncomingCall) return call.cancelled(cancel);
    invite.respond(responseTo(invite.request, 487));
  }

  async #onInvite(invite: SipRequest, transaction: ServerTransaction): Promise<void> {
    transaction.respond(responseTo(invite, 100));
    const replaces = replacedBy(invite);
    const replaced =
      replaces &&
      this.calls.find((each) => each.key === `${replaces.callId} ${replaces.ourTag}` && each.state === 'up');
    if (replaces && !replaced) return void transaction.respond(responseTo(invite, 481));
    const call = await IncomingCall.take(this.#context, invite, transaction);
    if (transaction.answered) return void call.hasEnded({ by: 'them', status: 487 });
    if (!replaced) return void this.emit('incoming', call);
    call.answer();
    replaced.emit('replaced', call);
    await replaced.hangup();
  }
}
