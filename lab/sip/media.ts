/** The audio of one call: offers, answers and holds turned into what the RTP stream does (RFC 3264). */
import { randomInt } from 'node:crypto';
import type { RtpSession } from '../rtp/session.ts';
import {
  answerOf,
  formatSdp,
  mayReceive,
  maySend,
  offerOf,
  parseSdp,
  type AudioDescription,
  type Direction,
  type G711,
  type RemoteDescription,
} from './sdp.ts';

export class CallMedia {
  readonly rtp: RtpSession;
  readonly #codecs: readonly G711[];
  readonly #id = randomInt(2 ** 31);
  #version = 0;
  #held = false;
  #remote: RemoteDescription | undefined;

  constructor(rtp: RtpSession, codecs: readonly G711[]) {
    this.rtp = rtp;
    this.#codecs = codecs;
  }

  /** Whether we hold the other end. */
  get held(): boolean {
    return this.#held;
  }

  get heldByRemote(): boolean {
    return this.#remote !== undefined && !mayReceive(this.#remote.direction);
  }

  offer(held = this.#held): string {
    this.#held = held;
    return formatSdp(offerOf(this.#local()), this.#origin());
  }

  /** undefined when nothing of the offer can be spoken (488). Throws SdpError when the offer cannot be read. */
  answer(offerText: string): string | undefined {
    const offer = parseSdp(offerText);
    const answer = answerOf(offer, this.#local());
    if (!answer) return undefined;
    this.#take(offer, answer);
    return formatSdp(answer, this.#origin(), offer);
  }

  /** Takes the answer to our offer. Throws SdpError. */
  accept(answerText: string): void {
    const answer = parseSdp(answerText);
    const mirrored = answerOf(answer, this.#local());
    if (mirrored) this.#take(answer, mirrored);
  }

  #local() {
    const direction: Direction = this.#held ? 'sendonly' : 'sendrecv';
    return { at: this.rtp.local, codecs: this.#codecs, direction };
  }

  #origin() {
    return { id: this.#id, version: ++this.#version };
  }

  #take(remote: RemoteDescription, agreed: AudioDescription): void {
    this.#remote = remote;
    const format = agreed.formats[0];
    if (!format) return;
    this.rtp.agree({
      remote: { host: remote.host, port: remote.port },
      codec: format.codec,
      payload: format.payload,
      ...(agreed.eventPayload === undefined ? {} : { eventPayload: agreed.eventPayload }),
      // Who holds says nothing: music on hold is the exchange's business.
      send: maySend(agreed.direction) && !this.#held && remote.host !== '0.0.0.0',
      receive: mayReceive(agreed.direction),
    });
  }
}
