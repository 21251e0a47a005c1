/** SIP over one UDP socket: datagrams in and out, messages beyond. */
import { openUdp, type Endpoint } from '../udp.ts';
import type { Ladder } from './ladder.ts';
import { parseMessage, serialiseMessage, SipSyntaxError, type SipMessage } from './message.ts';

export interface SipWire {
  readonly local: Endpoint;
  /** What comes before is lost. */
  listen(to: WireListener): void;
  send(message: SipMessage, to: Endpoint): void;
  /** Deaf and dumb while unplugged; the socket stays. */
  setPlugged(plugged: boolean): void;
  close(): Promise<void>;
}

export interface WireOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly ladder: Ladder;
}

export interface WireListener {
  onMessage(message: SipMessage, from: Endpoint): void;
  /** What came was no SIP message; it has been dropped. */
  onGarbage(error: SipSyntaxError, from: Endpoint): void;
}

export async function openSipWire(options: WireOptions): Promise<SipWire> {
  const socket = await openUdp(options.host, options.port);
  let plugged = true;
  let listener: WireListener | undefined;
  socket.on('message', (data, { address: host, port }) => {
    if (!plugged || !listener || isKeepAlive(data)) return;
    const peer = { host, port };
    try {
      const message = parseMessage(data);
      options.ladder.add({ at: Date.now(), direction: 'received', peer, message });
      listener.onMessage(message, peer);
    } catch (error) {
      if (!(error instanceof SipSyntaxError)) throw error;
      listener.onGarbage(error, peer);
    }
  });
  const { port } = socket.address();
  const local = { host: options.host, port };
  return {
    local,
    listen: (to) => {
      listener = to;
    },
    send: (message, to) => {
      if (!plugged) return;
      options.ladder.add({ at: Date.now(), direction: 'sent', peer: to, message });
      // A send error is a lost datagram: the transaction repeats or times out.
      socket.send(serialiseMessage(message), to.port, to.host, () => undefined);
    },
    setPlugged: (value) => {
      plugged = value;
    },
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

/** Empty lines keep a mapping open (RFC 5626 section 3.5.1). */
const isKeepAlive = (data: Buffer): boolean => data.every((byte) => byte === 13 || byte === 10);
