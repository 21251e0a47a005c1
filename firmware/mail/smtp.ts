/** Hands one mail to a server (RFC 5321), over TLS from the start or with STARTTLS (RFC 3207), with AUTH PLAIN (RFC 4616). */
import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { MailServer } from '@branchline/contracts/branch/flows/model';

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
  /** The mail, lines ended by CR LF. */
  readonly text: string;
}

/** For the whole of it, ms. */
const LONGEST_MS = 60_000;

/** @throws Error that says which command the server refused, and how. The password is in no message. */
export async function sendMail(
  server: MailServer,
  password: string | undefined,
  { from, to, text }: Envelope,
  trusted?: string,
): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  let line = new Line(await open(server, signal, trusted), signal);
  try {
    await line.answer('greeting', 220);
    let offers = await line.ask('EHLO branchline', 250);
    if (server.security === 'starttls') {
      await line.ask('STARTTLS', 220);
      line = new Line(await secured(line.socket, server.host, signal, trusted), signal);
      offers = await line.ask('EHLO branchline', 250);
    }
    if (server.user !== undefined) await signIn(line, offers, server, password);
    await line.ask(`MAIL FROM:<${from}>`, 250);
    for (const address of to) await line.ask(`RCPT TO:<${address}>`, 250);
    await line.ask('DATA', 354);
    // A line that begins with a dot would end the mail (RFC 5321 4.5.2).
    await line.ask(`${text.replace(/^\./gm, '..')}\r\n.`, 250, 'the mail');
    await line.ask('QUIT', 221).catch(() => undefined);
  } finally {
    line.socket.destroy();
  }
}

async function signIn(
  line: Line,
  offers: string,
  { user = '', security, host }: MailServer,
  password: string | undefined,
): Promise<void> {
  if (password === undefined) throw new Error(`the password for ${host} is not on this box`);
  if (security === 'none') throw new Error(`a password is not sent to ${host} without TLS`);
  if (!/^250.AUTH\b.*\bPLAIN\b/im.test(offers)) throw new Error(`${host} offers no AUTH PLAIN`);
  const proof = Buffer.from(`\0${user}\0${password}`).toString('base64');
  await line.ask(`AUTH PLAIN ${proof}`, 235, 'AUTH PLAIN');
}

async function open({ host, port, security }: MailServer, signal: AbortSignal, ca?: string): Promise<Socket> {
  const trust = ca === undefined ? {} : { ca };
  const socket =
    security === 'tls'
      ? connectTls({ host, port, servername: host, ...trust })
      : connectPlain({ host, port });
  await once(socket, security === 'tls' ? 'secureConnect' : 'connect', { signal }).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  return socket;
}

async function secured(socket: Socket, host: string, signal: AbortSignal, ca?: string): Promise<Socket> {
  socket.removeAllListeners('data');
  const inner = connectTls({ socket, servername: host, ...(ca === undefined ? {} : { ca }) });
  await once(inner, 'secureConnect', { signal });
  return inner;
}

/** Commands and answers, one after the other. */
class Line {
  readonly socket: Socket;
  readonly #signal: AbortSignal;
  #heard = '';
  #wake: (() => void) | undefined;
  #gone: Error | undefined;

  constructor(socket: Socket, signal: AbortSignal) {
    this.socket = socket;
    this.#signal = signal;
    const end = (error?: Error): void => {
      this.#gone ??= error ?? new Error('the mail server closed the line');
      this.#wake?.();
    };
    socket.on('data', (piece: Buffer) => {
      this.#heard += piece.toString('latin1');
      this.#wake?.();
    });
    socket.on('error', end);
    socket.on('close', () => end());
    signal.addEventListener('abort', () => end(new Error(`the mail server took more than ${LONGEST_MS} ms`)));
  }

  ask(command: string, wanted: number, shown = command): Promise<string> {
    this.socket.write(`${command}\r\n`);
    return this.answer(shown, wanted);
  }

  async answer(shown: string, wanted: number): Promise<string> {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r?\n)*(\d{3})(?: .*)?\r?\n/.exec(this.#heard);
      if (whole) {
        this.#heard = this.#heard.slice(whole[0].length);
        if (Number(whole[1]) === wanted) return whole[0];
        throw new Error(`the mail server refused ${shown}: ${whole[0].trim().slice(0, 200)}`);
      }
      if (this.#gone) throw this.#gone;
      this.#signal.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#wake = () => resolve(undefined);
      await promise;
    }
  }
}
