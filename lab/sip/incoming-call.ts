/** A call that comes to us (RFC 3261 section 13.3). */
import { reasonHeader, type CallEnd } from './call-end.ts';
import { Call, type CallContext } from './call.ts';
import { dialogOfInvite, identityOf, newTag } from './dialog.ts';
import { answerInDialog } from './in-dialog.ts';
import { CallMedia } from './media.ts';
import { parseUri } from './address.ts';
import { requiredHeader, type Header, type SipRequest } from './message.ts';
import { ALLOW, responseTo, type ResponseParts } from './respond.ts';
import { SdpError } from './sdp.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { endOf } from './call-end.ts';

export class IncomingCall extends Call {
  readonly direction = 'in';
  /** As it came, for who looks at headers. */
  readonly invite: SipRequest;
  readonly #transaction: ServerTransaction;
  readonly #tag: string;
  /** The INVITE whose 2xx waits for its ACK. */
  #unacknowledged: ServerTransaction | undefined;
  #offered = false;
  #byeAfterAck: (() => void) | undefined;

  private constructor(
    context: CallContext,
    media: CallMedia,
    invite: SipRequest,
    transaction: ServerTransaction,
  ) {
    super(context, requiredHeader(invite, 'Call-ID'), media, identityOf(invite, 'From'));
    this.invite = invite;
    this.#transaction = transaction;
    this.#tag = newTag();
    this.dialog = dialogOfInvite(invite, this.#tag);
  }

  static async take(
    context: CallContext,
    invite: SipRequest,
    transaction: ServerTransaction,
  ): Promise<IncomingCall> {
    const rtp = await context.openRtp();
    const call = new IncomingCall(context, new CallMedia(rtp, context.codecs), invite, transaction);
    context.enter(call);
    return call;
  }

  /** The number that was called, as the INVITE names it. */
  get called(): string {
    return parseUri(this.invite.uri).user;
  }

  ring(): void {
    if (this.state !== 'trying') return;
    this.#respond(180);
    this.isRinging(180);
  }

  answer(): void {
    if (this.state === 'up' || this.state === 'ended') return;
    const body = this.#describe();
    if (body === undefined) return this.reject(488);
    this.#unacknowledged = this.#transaction;
    const content: Header = ['Content-Type', 'application/sdp'];
    this.#respond(200, { headers: [content, ['Supported', 'replaces']], body }, () => {
      this.#unacknowledged = undefined;
      void this.bye();
    });
    this.isUp();
  }

  /** With a status of 300 to 699, and the Q.850 cause behind it when there is one. */
  reject(status: number, cause?: number): void {
    if (this.state === 'up' || this.state === 'ended') return;
    this.#respond(status, { headers: cause === undefined ? [] : [reasonHeader(cause)] });
    this.hasEnded({ by: 'us', status, ...(cause === undefined ? {} : { cause }) });
  }

  /** Declines while it rings, else BYE, which must not overtake the ACK (section 15). */
  async hangup(): Promise<CallEnd> {
    if (this.state === 'ended') return this.whenEnded(0);
    if (this.state !== 'up') {
      this.reject(603);
      return this.whenEnded(0);
    }
    if (this.#unacknowledged) {
      const ended = this.whenEnded(40_000);
      this.#byeAfterAck = () => void this.bye();
      return ended;
    }
    return this.bye();
  }

  /** The caller has given up. */
  cancelled(cancel: SipRequest): void {
    if (this.state === 'up' || this.state === 'ended') return;
    this.#respond(487);
    this.hasEnded({ ...endOf(cancel), status: 487 });
  }

  receive(request: SipRequest, transaction: ServerTransaction | undefined): void {
    if (!transaction) return this.#onAck(request);
    const { context, dialog } = this;
    if (!dialog) return transaction.respond(responseTo(request, 481));
    this.#unacknowledged =
      answerInDialog({ call: this, context, dialog }, request, transaction) ?? this.#unacknowledged;
  }

  #onAck(ack: SipRequest): void {
    this.#unacknowledged?.acknowledged();
    this.#unacknowledged = undefined;
    if (this.#offered && ack.body !== '') {
      this.#offered = false;
      this.#accept(ack.body);
    }
    this.#byeAfterAck?.();
  }

  /** An INVITE without an offer gets ours, and its answer comes with the ACK. */
  #describe(): string | undefined {
    if (this.invite.body === '') {
      this.#offered = true;
      return this.media.offer();
    }
    try {
      return this.media.answer(this.invite.body);
    } catch (error) {
      if (error instanceof SdpError) return undefined;
      throw error;
    }
  }

  #accept(answer: string): void {
    try {
      this.media.accept(answer);
    } catch (error) {
      if (!(error instanceof SdpError)) throw error;
      void this.bye();
    }
  }

  #respond(status: number, parts: ResponseParts = {}, onNoAck?: () => void): void {
    const headers = [this.context.contact, ALLOW, ...(parts.headers ?? [])];
    this.#transaction.respond(
      responseTo(this.invite, status, { ...parts, tag: this.#tag, headers }),
      onNoAck,
    );
  }
}
