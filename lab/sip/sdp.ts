/** Session descriptions of one audio stream, offered and answered (RFC 8866, RFC 3264). */
import type { Endpoint } from '../udp.ts';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
export type G711 = 'alaw' | 'ulaw';

export interface AudioFormat {
  readonly payload: number;
  readonly codec: G711;
}

export interface AudioDescription {
  readonly host: string;
  /** 0 when the stream is refused or absent. */
  readonly port: number;
  /** The G.711 formats, best first. */
  readonly formats: readonly AudioFormat[];
  /** The payload type of telephone-event (RFC 4733). */
  readonly eventPayload?: number;
  readonly direction: Direction;
}

/** A description that came, with what an answer must repeat. */
export interface RemoteDescription extends AudioDescription {
  /** The kind, protocol and formats of every m= line, the audio's at `audioAt`. */
  readonly media: readonly string[];
  readonly audioAt: number;
}

export class SdpError extends Error {
  override readonly name = 'SdpError';
}

const STATIC_PAYLOADS: Readonly<Record<number, G711>> = { 0: 'ulaw', 8: 'alaw' };
const ENCODINGS: Readonly<Record<G711, string>> = { alaw: 'PCMA', ulaw: 'PCMU' };
const DIRECTIONS: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

export const mayReceive = (direction: Direction): boolean =>
  direction === 'sendrecv' || direction === 'recvonly';
export const maySend = (direction: Direction): boolean =>
  direction === 'sendrecv' || direction === 'sendonly';

/** Throws SdpError when there is no audio stream to speak of. */
export function parseSdp(text: string): RemoteDescription {
  const [session = [], ...sections] = splitSections(text);
  const audioAt = sections.findIndex(([first]) => /^m=audio /.test(first ?? ''));
  const audio = sections[audioAt];
  if (!audio) throw new SdpError('The session description has no audio stream.');
  const [, port = '', payloads = ''] = /^m=audio (\d+)(?:\/\d+)? \S+ (.+)$/.exec(audio[0] ?? '') ?? [];
  if (port === '') throw new SdpError(`'${audio[0]}' is not a media line.`);
  const connection = [...session, ...audio].filter((line) => line.startsWith('c=')).at(-1) ?? '';
  const host = /^c=IN IP4 ([\d.]+)/.exec(connection)?.[1];
  if (!host) throw new SdpError('The session description has no IPv4 address (c=).');
  const event = eventPayloadOf(audio);
  return {
    host,
    port: Number(port),
    formats: formatsOf(audio, payloads.trim().split(/\s+/).map(Number)),
    ...(event === undefined ? {} : { eventPayload: event }),
    direction: directionOf(session, audio, host),
    media: sections.map(([first = '']) => first.slice(2).replace(/^(\S+) \S+/, '$1 0')),
    audioAt,
  };
}

export interface LocalAudio {
  readonly at: Endpoint;
  readonly codecs: readonly G711[];
  readonly direction: Direction;
}

export function offerOf(local: LocalAudio): AudioDescription {
  const payload = { alaw: 8, ulaw: 0 } as const;
  return {
    host: local.at.host,
    port: local.at.port,
    formats: local.codecs.map((codec) => ({ payload: payload[codec], codec })),
    eventPayload: 101,
    direction: local.direction,
  };
}

/** The first format of the offer that we speak; undefined when there is none (488). */
export function answerOf(offer: RemoteDescription, local: LocalAudio): AudioDescription | undefined {
  const format = offer.formats.find(({ codec }) => local.codecs.includes(codec));
  if (!format || offer.port === 0) return undefined;
  const send = maySend(local.direction) && mayReceive(offer.direction);
  const receive = mayReceive(local.direction) && maySend(offer.direction);
  return {
    host: local.at.host,
    port: local.at.port,
    formats: [format],
    ...(offer.eventPayload === undefined ? {} : { eventPayload: offer.eventPayload }),
    direction: send ? (receive ? 'sendrecv' : 'sendonly') : receive ? 'recvonly' : 'inactive',
  };
}

export interface SdpOrigin {
  readonly id: number;
  /** Grows by one with each changed description (RFC 3264 section 8). */
  readonly version: number;
}

/** `answering` refuses the other streams of the offer, in their places (RFC 3264 section 6). */
export function formatSdp(audio: AudioDescription, origin: SdpOrigin, answering?: RemoteDescription): string {
  const events = audio.eventPayload;
  const payloads = [
    ...audio.formats.map(({ payload }) => payload),
    ...(events === undefined ? [] : [events]),
  ];
  const section = [
    `m=audio ${audio.port} RTP/AVP ${payloads.join(' ')}`,
    ...audio.formats.map(({ payload, codec }) => `a=rtpmap:${payload} ${ENCODINGS[codec]}/8000`),
    ...(events === undefined ? [] : [`a=rtpmap:${events} telephone-event/8000`, `a=fmtp:${events} 0-15`]),
    'a=ptime:20',
    `a=${audio.direction}`,
  ];
  const sections = answering
    ? answering.media.flatMap((refused, at) => (at === answering.audioAt ? section : [`m=${refused}`]))
    : section;
  const session = [
    'v=0',
    `o=- ${origin.id} ${origin.version} IN IP4 ${audio.host}`,
    's=-',
    `c=IN IP4 ${audio.host}`,
    't=0 0',
  ];
  return `${[...session, ...sections].join('\r\n')}\r\n`;
}

function splitSections(text: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of text.split(/\r?\n/).filter((part) => part !== '')) {
    if (line.startsWith('m=')) sections.push([]);
    sections.at(-1)?.push(line);
  }
  return sections;
}

function formatsOf(audio: readonly string[], payloads: readonly number[]): readonly AudioFormat[] {
  const mapped = new Map<number, string>();
  for (const line of audio) {
    const match = /^a=rtpmap:(\d+) (\S+)/.exec(line);
    if (match) mapped.set(Number(match[1]), (match[2] ?? '').toLowerCase());
  }
  return payloads.flatMap((payload) => {
    const encoding = mapped.get(payload);
    const codec =
      encoding === undefined
        ? STATIC_PAYLOADS[payload]
        : (['alaw', 'ulaw'] as const).find((name) =>
            encoding.startsWith(`${ENCODINGS[name].toLowerCase()}/8000`),
          );
    return codec ? [{ payload, codec }] : [];
  });
}

function eventPayloadOf(audio: readonly string[]): number | undefined {
  for (const line of audio) {
    const match = /^a=rtpmap:(\d+) telephone-event\/8000/i.exec(line);
    if (match) return Number(match[1]);
  }
  return undefined;
}

/** An address of 0.0.0.0 is how hold was said before RFC 3264 (its section 8.4). */
function directionOf(session: readonly string[], audio: readonly string[], host: string): Direction {
  const named = [...audio, ...session].map((line) => line.slice(2)).find((word) => DIRECTIONS.includes(word));
  const direction = (named ?? 'sendrecv') as Direction;
  if (host !== '0.0.0.0') return direction;
  return maySend(direction) ? 'sendonly' : 'inactive';
}
