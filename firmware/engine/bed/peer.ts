/**
 * A SIP peer for the engine's own bed tests: one UDP socket that says exactly what the test tells it to.
 * It retransmits nothing and keeps no dialog state beyond what a test needs; the lab has the real telephones.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';

export interface SipMessage {
  readonly first: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

export function parse(text: string): SipMessage {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return { first, headers, body };
}

export const header = (message: SipMessage, name: string): string => message.headers.get(name)?.[0] ?? '';

export interface Dialog {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  readonly cseq: number;
}

export class BedPeer extends EventEmitter {
  readonly seen: SipMessage[] = [];
  readonly port: number;
  readonly address: string;
  readonly engine: { address: string; port: number };
  readonly user: string;
  readonly #socket: Socket;
  readonly #audio: Socket;
  #talking: NodeJS.Timeout | undefined;
  heardPackets = 0;
  /** It answers no OPTIONS, as one that is off. */
  deaf = false;

  /** What to do with an INVITE; OPTIONS, BYE, CANCEL and NOTIFY are answered with 200 by itself. */
  onInvite: (invite: SipMessage, peer: BedPeer) => void = (invite, peer) =>
    peer.respond(invite, 486, 'Busy Here');

  private constructor(
    socket: Socket,
    audio: Socket,
    user: string,
    engine: { address: string; port: number },
  ) {
    super();
    this.#socket = socket;
    this.#audio = audio.on('message', () => {
      this.heardPackets += 1;
      this.emit('audio');
    });
    this.user = user;
    this.engine = engine;
    this.address = socket.address().address;
    this.port = socket.address().port;
    socket.on('message', (data, from) => {
      // A gateway is there before the engine that asks after it.
      if (engine.port === 0) engine.port = from.port;
      this.#receive(data.toString('utf8'));
    });
  }

  static async open(
    user: string,
    engine: { address: string; port: number },
    bind: { address: string; port?: number } = { address: '127.0.0.1' },
  ): Promise<BedPeer> {
    const socket = createSocket('udp4');
    socket.bind(bind.port ?? 0, bind.address);
    await once(socket, 'listening');
    const audio = createSocket('udp4').bind(0, bind.address);
    await once(audio, 'listening');
    return new BedPeer(socket, audio, user, engine);
  }

  close(): void {
    this.hush();
    this.#audio.close();
    this.#socket.close();
  }

  /** Sends one A-law byte over and over, 20 ms a packet, to where the other side's SDP says. */
  talk(remote: SipMessage, sample: number): void {
    const port = Number(/m=audio (\d+)/.exec(remote.body)?.[1]);
    const address = /c=IN IP4 (\S+)/.exec(remote.body)?.[1] ?? '';
    let count = 0;
    this.#talking = setInterval(() => {
      const packet = Buffer.alloc(172, sample);
      packet.writeUInt8(0x80, 0);
      packet.writeUInt8(8, 1);
      packet.writeUInt16BE(count & 0xffff, 2);
      packet.writeUInt32BE(count * 160, 4);
      packet.writeUInt32BE(sample, 8);
      this.#audio.send(packet, port, address);
      count += 1;
    }, 20);
  }

  /** As new, for the next test. */
  reset(): void {
    this.hush();
    this.heardPackets = 0;
    this.seen.length = 0;
    this.onInvite = (invite, peer) => peer.respond(invite, 486, 'Busy Here');
  }

  hush(): void {
    clearInterval(this.#talking);
  }

  #receive(text: string): void {
    const message = parse(text);
    this.seen.push(message);
    const method = message.first.split(' ')[0] ?? '';
    if (this.deaf && method === 'OPTIONS') return;
    if (['OPTIONS', 'BYE', 'CANCEL', 'NOTIFY', 'UPDATE'].includes(method)) this.respond(message, 200, 'OK');
    if (method === 'CANCEL') {
      const invite = this.seen.findLast(
        (earlier) =>
          earlier.first.startsWith('INVITE') && header(earlier, 'call-id') === header(message, 'call-id'),
      );
      if (invite) this.respond(invite, 487, 'Request Terminated');
    }
    if (method === 'INVITE') this.onInvite(message, this);
    this.emit('message', message);
  }

  /** The first message, past or to come, that fits. @throws after timeoutMs. */
  async until(what: string, fits: (message: SipMessage) => boolean, timeoutMs = 5_000): Promise<SipMessage> {
    const past = this.seen.find(fits);
    if (past) return past;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      for (;;) {
        const [message] = (await once(this, 'message', { signal })) as [SipMessage];
        if (fits(message)) return message;
      }
    } catch {
      throw new Error(
        `${this.user}: no ${what} within ${timeoutMs} ms; seen: ${this.seen.map((m) => m.first).join(' | ')}`,
      );
    }
  }

  send(text: string): void {
    this.#socket.send(text, this.engine.port, this.engine.address);
  }

  respond(request: SipMessage, code: number, reason: string, body = ''): void {
    const copied = ['via', 'from', 'call-id', 'cseq'].flatMap((name) =>
      (request.headers.get(name) ?? []).map((value) => `${name}: ${value}`),
    );
    const to = header(request, 'to');
    this.send(
      [
        `SIP/2.0 ${code} ${reason}`,
        ...copied,
        `To: ${to.includes('tag=') || code === 100 ? to : `${to};tag=${this.#tag(request)}`}`,
        `Contact: <sip:${this.user}@${this.address}:${this.port}>`,
        'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REFER, UPDATE',
        ...(body ? ['Content-Type: application/sdp'] : []),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  }

  accept(invite: SipMessage): void {
    this.respond(invite, 200, 'OK', this.sdp());
  }

  /** The dialog of a call that was accepted here, for requests of our own in it. */
  dialogOf(invite: SipMessage): Dialog {
    return {
      callId: header(invite, 'call-id'),
      local: `${header(invite, 'to')};tag=${this.#tag(invite)}`,
      remote: header(invite, 'from'),
      target: uri(header(invite, 'contact')),
      cseq: 1000,
    };
  }

  #tag(request: SipMessage): string {
    return createHash('md5').update(header(request, 'call-id')).digest('hex').slice(0, 10);
  }

  sdp(mode = 'sendrecv'): string {
    return [
      'v=0',
      `o=- 1 ${Date.now() % 1_000_000} IN IP4 ${this.address}`,
      's=-',
      `c=IN IP4 ${this.address}`,
      't=0 0',
      `m=audio ${this.#audio.address().port} RTP/AVP 8 101`,
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      `a=${mode}`,
      '',
    ].join('\r\n');
  }

  request(method: string, target: string, fields: readonly string[], body = ''): void {
    this.send(
      [
        `${method} ${target} SIP/2.0`,
        `Via: SIP/2.0/UDP ${this.address}:${this.port};branch=z9hG4bK${randomBytes(6).toString('hex')};rport`,
        'Max-Forwards: 70',
        `Contact: <sip:${this.user}@${this.address}:${this.port}>`,
        ...fields,
        ...(body ? ['Content-Type: application/sdp'] : []),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  }

  inDialog(dialog: Dialog, method: string, cseq: number, fields: readonly string[] = [], body = ''): void {
    this.request(
      method,
      dialog.target,
      [
        `From: ${dialog.local}`,
        `To: ${dialog.remote}`,
        `Call-ID: ${dialog.callId}`,
        `CSeq: ${cseq} ${method}`,
        ...fields,
      ],
      body,
    );
  }

  /** Registers with digest, or fails. */
  async register(password: string, expires = 300): Promise<void> {
    const answer = await this.#withDigest('REGISTER', this.#host(), this.user, password, [
      `Expires: ${expires}`,
    ]);
    if (!answer.first.includes(' 200 ')) throw new Error(`${this.user}: ${answer.first}`);
  }

  #host(): string {
    return `sip:${this.engine.address}:${this.engine.port}`;
  }

  async #withDigest(
    method: string,
    target: string,
    to: string,
    password: string | undefined,
    fields: readonly string[],
    body = '',
    callId = randomBytes(8).toString('hex'),
  ): Promise<SipMessage> {
    const from = `<sip:${this.user}@${this.engine.address}>;tag=${createHash('md5').update(callId).digest('hex').slice(0, 8)}`;
    const common = (cseq: number): string[] => [
      `From: ${from}`,
      `To: <sip:${to}@${this.engine.address}>`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      ...fields,
    ];
    const finalOf = (cseq: number) => (message: SipMessage) =>
      header(message, 'call-id') === callId &&
      header(message, 'cseq') === `${cseq} ${method}` &&
      message.first.startsWith('SIP/2.0') &&
      !/^SIP\/2.0 1/.test(message.first);
    this.request(method, target, common(1), body);
    const first = await this.until(`answer to ${method}`, finalOf(1));
    if (!first.first.includes(' 401 ') || password === undefined) return first;
    if (method === 'INVITE') this.#ack(first, target, callId, from);
    const challenge =
      (first.headers.get('www-authenticate') ?? []).find((text) => /algorithm=MD5/i.test(text)) ?? '';
    this.request(
      method,
      target,
      [...common(2), `Authorization: ${digest(challenge, this.user, password, method, target)}`],
      body,
    );
    return this.until(`answer to ${method} with digest`, finalOf(2));
  }

  #ack(answer: SipMessage, target: string, callId: string, from: string): void {
    const cseq = header(answer, 'cseq').split(' ')[0];
    const to = header(answer, 'to');
    this.request('ACK', target, [`From: ${from}`, `To: ${to}`, `Call-ID: ${callId}`, `CSeq: ${cseq} ACK`]);
  }

  /** Calls and waits for the final answer; acknowledged. */
  async call(
    number: string,
    password?: string,
    callId?: string,
  ): Promise<{ answer: SipMessage; dialog: Dialog }> {
    const target = `sip:${number}@${this.engine.address}:${this.engine.port}`;
    const answer = await this.#withDigest('INVITE', target, number, password, [], this.sdp(), callId);
    const from = header(answer, 'from');
    const contact = uri(header(answer, 'contact')) || target;
    this.#ack(answer, answer.first.includes(' 200 ') ? contact : target, header(answer, 'call-id'), from);
    const dialog = {
      callId: header(answer, 'call-id'),
      local: from,
      remote: header(answer, 'to'),
      target: contact,
      cseq: 10,
    };
    return { answer, dialog };
  }
}

export const uri = (field: string): string => /<([^>]+)>/.exec(field)?.[1] ?? '';

function digest(challenge: string, user: string, password: string, method: string, target: string): string {
  const field = (name: string): string => new RegExp(`${name}="?([^",]+)`).exec(challenge)?.[1] ?? '';
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const [realm, nonce, cnonce] = [field('realm'), field('nonce'), 'c0ffee'];
  const response = md5(
    `${md5(`${user}:${realm}:${password}`)}:${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${target}`)}`,
  );
  return (
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${target}", algorithm=MD5, ` +
    `qop=auth, nc=00000001, cnonce="${cnonce}", response="${response}", opaque="${field('opaque')}"`
  );
}
