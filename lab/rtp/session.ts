/** One audio stream both ways over one UDP socket: speaks a source, hears, counts. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:dgram';
import { openUdp, type Endpoint } from '../udp.ts';
import type { G711 } from '../sip/sdp.ts';
import { Signals } from '../signals.ts';
import { RtpAnalysis, type RtpStats } from './analysis.ts';
import { digitFrames, formatEvent, parseEvent, type DigitFrame } from './events.ts';
import { decodingTable } from './g711.ts';
import { loudness, toneShare } from './goertzel.ts';
import { Hearing } from './hearing.ts';
import type { Pacer } from './pacer.ts';
import { formatRtp, parseRtp } from './packet.ts';
import { FRAME_SAMPLES, type AudioSource } from './sources.ts';

export interface RtpOptions {
  readonly host: string;
  readonly pacer: Pacer;
  readonly source: AudioSource;
  /** How much of what was heard is kept, in ms; 4000 by default. */
  readonly keepMs?: number;
}

/** What the two ends agreed on. */
export interface RtpAgreement {
  readonly remote: Endpoint;
  readonly codec: G711;
  readonly payload: number;
  readonly eventPayload?: number;
  readonly send: boolean;
  readonly receive: boolean;
}

export interface RtpEvents {
  /** A digit began, in the stream that is heard. */
  digit: string;
  /** The first packet of the stream came, or the first after the agreement changed. */
  media: undefined;
  /** Another 100 ms of audio were heard. */
  audio: undefined;
}

export interface StreamStats extends RtpStats {
  readonly sent: number;
  /** Datagrams from elsewhere than the agreed address, or that were no RTP. */
  readonly strays: number;
}

export interface HearOptions {
  /** How much of the latest audio is judged, in ms; 500 by default. */
  readonly lastMs?: number;
  /** The least part of the energy at the tone, 0 to 1; 0.5 by default. */
  readonly share?: number;
}

/** Below this the line is silent: idle noise and rounding. */
const AUDIBLE = 50;

export class RtpSession extends Signals<RtpEvents> {
  readonly local: Endpoint;
  source: AudioSource;
  readonly #socket: Socket;
  readonly #removeFromPacer: () => void;
  readonly #analysis = new RtpAnalysis();
  readonly #hearing: Hearing;
  readonly #ssrc = randomBytes(4).readUInt32BE();
  #agreement: RtpAgreement | undefined;
  #sequence = randomBytes(2).readUInt16BE();
  #timestamp = randomBytes(4).readUInt32BE();
  #frame = 0;
  #talking = false;
  #digits: { readonly frames: DigitFrame[]; readonly done: () => void }[] = [];
  #lastEvent = -1;
  #heardMedia = false;
  #heardPackets = 0;
  #plugged = true;
  #sent = 0;
  #strays = 0;
  #final: StreamStats | undefined;

  private constructor(socket: Socket, options: RtpOptions) {
    super('RTP', () => `: ${JSON.stringify(this.stats())}`);
    this.#socket = socket;
    this.local = { host: options.host, port: socket.address().port };
    this.source = options.source;
    this.#hearing = new Hearing(options.keepMs ?? 4_000);
    socket.on('message', (data, from) => this.#receive(data, { host: from.address, port: from.port }));
    this.#removeFromPacer = options.pacer.add(() => this.#tick());
  }

  static async open(options: RtpOptions): Promise<RtpSession> {
    return new RtpSession(await openUdp(options.host, 0), options);
  }

  get agreement(): RtpAgreement | undefined {
    return this.#agreement;
  }

  /** Takes effect with the next frame. */
  agree(agreement: RtpAgreement): void {
    this.#agreement = agreement;
    this.#talking = false;
    this.#heardMedia = false;
    this.#analysis.pause();
  }

  /** Resolves when the last digit has been sent. Throws when the other end takes no telephone events. */
  async sendDigits(digits: string): Promise<void> {
    const frames = [...digitFrames(digits)];
    if (this.#agreement?.eventPayload === undefined) {
      throw new Error('Digits cannot be sent: the other end has agreed to no telephone-event.');
    }
    this.#throwIfEnded();
    if (frames.length === 0) return;
    await new Promise<void>((done) => this.#digits.push({ frames, done }));
    this.#throwIfEnded();
  }

  /** Counts begin anew; gaps and losses from before are forgotten. */
  resetStats(): void {
    this.#analysis.reset();
    this.#sent = 0;
    this.#strays = 0;
  }

  stats(): StreamStats {
    return (
      this.#final ?? { ...this.#analysis.stats(performance.now()), sent: this.#sent, strays: this.#strays }
    );
  }

  /** The latest audio heard, 8000 samples a second; at most what is kept. */
  heard(lastMs: number): Int16Array {
    return this.#hearing.last(lastMs);
  }

  forgetHeard(): void {
    this.#hearing.clear();
  }

  /** Whether the latest audio is this tone. False when less of it has been heard than is judged. */
  hears(hz: number, { lastMs = 500, share = 0.5 }: HearOptions = {}): boolean {
    const audio = this.heard(lastMs);
    return audio.length >= lastMs * 8 && loudness(audio) >= AUDIBLE && toneShare(audio, hz) >= share;
  }

  /** Resolves when it hears this tone, at once when it does already. Rejects in time, or with the stream's end. */
  async untilHears(hz: number, options: HearOptions & { readonly withinMs: number }): Promise<void> {
    const { withinMs, ...hearing } = options;
    if (this.hears(hz, hearing)) return;
    await this.waitFor('audio', { withinMs, where: () => this.hears(hz, hearing) });
  }

  /** False: the cable is out, and the stream goes silent both ways. */
  setPlugged(plugged: boolean): void {
    this.#plugged = plugged;
  }

  close(): void {
    if (this.ended) return;
    this.#final = this.stats();
    this.#removeFromPacer();
    this.#socket.close();
    this.end(new Error('The RTP stream was closed.'));
    for (const { done } of this.#digits.splice(0)) done();
  }

  #throwIfEnded(): void {
    if (this.ended) throw this.ended;
  }

  #tick(): void {
    const agreement = this.#agreement;
    const index = this.#frame++;
    this.#timestamp = (this.#timestamp + FRAME_SAMPLES) >>> 0;
    if (!agreement?.send || !this.#plugged) {
      this.#talking = false;
      return;
    }
    const digit = this.#nextDigitFrame();
    if (digit?.kind === 'event' && agreement.eventPayload !== undefined) {
      const began = (this.#timestamp - digit.ageFrames * FRAME_SAMPLES) >>> 0;
      return this.#send(
        agreement.eventPayload,
        began,
        formatEvent(digit.packet),
        digit.first,
        agreement.remote,
      );
    }
    const payload = this.source.frame(agreement.codec, index);
    if (payload) this.#send(agreement.payload, this.#timestamp, payload, !this.#talking, agreement.remote);
    this.#talking = payload !== undefined;
  }

  #nextDigitFrame(): DigitFrame | undefined {
    const current = this.#digits[0];
    const frame = current?.frames.shift();
    if (current && current.frames.length === 0) {
      this.#digits.shift();
      current.done();
    }
    return frame;
  }

  #send(payloadType: number, timestamp: number, payload: Uint8Array, marker: boolean, to: Endpoint): void {
    const sequence = (this.#sequence = (this.#sequence + 1) & 0xffff);
    this.#socket.send(
      formatRtp({ payloadType, marker, sequence, timestamp, ssrc: this.#ssrc, payload }),
      to.port,
      to.host,
    );
    this.#sent++;
  }

  #receive(data: Buffer, from: Endpoint): void {
    if (!this.#plugged) return;
    const agreement = this.#agreement;
    const packet = parseRtp(data);
    const expected =
      !agreement || (from.host === agreement.remote.host && from.port === agreement.remote.port);
    if (!packet || !expected) {
      this.#strays++;
      return;
    }
    const event = packet.payloadType === agreement?.eventPayload;
    const missing = this.#analysis.packet({ ...packet, atMs: performance.now(), event });
    if (agreement && !agreement.receive) this.#analysis.pause();
    if (event) return this.#receiveEvent(packet.payload, packet.timestamp);
    if (!agreement || packet.payloadType !== agreement.payload) return;
    if (missing !== undefined) this.#hearing.add(packet.payload, decodingTable(agreement.codec), missing);
    if (++this.#heardPackets % 5 === 0) this.emit('audio', undefined);
    if (this.#heardMedia) return;
    this.#heardMedia = true;
    this.emit('media', undefined);
  }

  #receiveEvent(payload: Uint8Array, timestamp: number): void {
    const event = parseEvent(payload);
    if (!event || timestamp === this.#lastEvent) return;
    this.#lastEvent = timestamp;
    this.emit('digit', event.digit);
  }
}
