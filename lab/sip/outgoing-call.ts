/** A call that we place (RFC 3261 section 13.2). */
import { parseUri } from './address.ts';
import { endOf, type CallEnd } from './call-end.ts';
import { Call, type CallContext } from './call.ts';
import { dialogOfResponse, identityOf, newTag } from './dialog.ts';
import { formatNameAddr, parseNameAddr } from './address.ts';
import { answerInDialog } from './in-dialog.ts';
import { CallMedia } from './media.ts';
import { header, requiredHeader, type Header, type SipRequest, type SipResponse } from './message.ts';
import { sendRequest } from './requests.ts';
import { ALLOW, responseTo } from './respond.ts';
import { SdpError } from './sdp.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { giveUpMs } from './timing.ts';
import { randomUUID } from 'node:crypto';

export class OutgoingCall extends Call {
  readonly direction = 'out';
  #sent: SipRequest | undefined;
  #provisional = false;
  #hangingUp = false;
  #reinvite: ServerTransaction | undefined;

  private constructor(context: CallContext, media: CallMedia, target: string) {
    super(context, randomUUID(), media, { name: '', number: parseUri(target).user });
  }

  /** The INVITE has left when this resolves. */
  static async place(
    context: CallContext,
    target: string,
    headers: readonly Header[],
  ): Promise<OutgoingCall> {
    const rtp = await context.openRtp();
    const call = new OutgoingCall(context, new CallMedia(rtp, context.codecs), target);
    context.enter(call);
    call.#invite(target, headers);
    return call;
  }

  /** Cancels while it rings, else BYE. */
  async hangup(): Promise<CallEnd> {
    if (this.state === 'ended') return this.whenEnded(0);
    if (this.state === 'up') return this.bye();
    this.#hangingUp = true;
    this.#cancelWhenAllowed();
    // 487 comes at once where the other end keeps the rules; a 2xx that crossed the CANCEL is met with a BYE.
    this.context.after(giveUpMs(this.context.timing), () => this.hasEnded({ by: 'us' }));
    return this.whenEnded(giveUpMs(this.context.timing) + 1_000);
  }

  receive(request: SipRequest, transaction: ServerTransaction | undefined): void {
    if (!transaction) return this.#reinvite?.acknowledged();
    if (!this.dialog) return transaction.respond(responseTo(request, 481));
    const { context, dialog } = this;
    this.#reinvite = answerInDialog({ call: this, context, dialog }, request, transaction) ?? this.#reinvite;
  }

  #invite(target: string, headers: readonly Header[]): void {
    const { context } = this;
    const from = formatNameAddr({ ...context.identity, params: { tag: newTag() } });
    const body = this.media.offer();
    let seq = 0;
    sendRequest(context.transactions, context.credentials, {
      build: (more) => ({
        kind: 'request',
        method: 'INVITE',
        uri: target,
        headers: [
          ['Max-Forwards', '70'],
          ['From', from],
          ['To', `<${target}>`],
          ['Call-ID', this.id],
          ['CSeq', `${++seq} INVITE`],
          context.contact,
          ALLOW,
          ['Supported', 'replaces'],
          ['Content-Type', 'application/sdp'],
          ...headers,
          ...more,
        ],
        body,
      }),
      to: context.outbound(target),
      onSent: (request) => {
        this.#sent = request;
        this.#provisional = false;
      },
      onResponse: (response, request) => this.#onResponse(response, request),
      onTimeout: () => this.hasEnded({ by: 'fault', status: 408, text: 'No answer to the INVITE.' }),
    });
  }

  #onResponse(response: SipResponse, request: SipRequest): void {
    if (response.status >= 300) {
      return this.hasEnded({ ...endOf(response), ...(this.#hangingUp ? { by: 'us' as const } : {}) });
    }
    if (response.status < 200) return this.#onProvisional(response, request);
    const dialog = this.state === 'up' && this.dialog ? this.dialog : dialogOfResponse(request, response);
    if (this.dialog) dialog.localSeq = Math.max(dialog.localSeq, this.dialog.localSeq);
    this.dialog = dialog;
    this.acknowledge(dialog, request);
    if (this.state === 'up' || this.state === 'ended') return;
    this.#hear(response);
    this.isUp();
    if (this.#hangingUp) void this.bye();
  }

  #onProvisional(response: SipResponse, request: SipRequest): void {
    this.#provisional = true;
    this.#cancelWhenAllowed();
    if (response.status === 100) return;
    if (parseNameAddr(requiredHeader(response, 'To')).params['tag'] !== undefined) {
      this.dialog ??= dialogOfResponse(request, response);
    }
    this.#hear(response);
    this.isRinging(response.status);
  }

  #hear(response: SipResponse): void {
    if (header(response, 'P-Asserted-Identity') !== undefined) this.setRemote(identityOf(response, 'To'));
    if (response.body === '') return;
    try {
      this.media.accept(response.body);
    } catch (error) {
      if (!(error instanceof SdpError)) throw error;
    }
  }

  /** Not before a provisional response came (section 9.1). */
  #cancelWhenAllowed(): void {
    if (!this.#hangingUp || !this.#provisional || !this.#sent) return;
    this.context.transactions.cancel(this.#sent, this.context.outbound(this.#sent.uri));
    this.#sent = undefined;
  }
}
