/** Where a service listens for HTTP: in the clear on loopback only, everywhere else with TLS. */
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isIP, type AddressInfo } from 'node:net';
import type { TlsIdentity } from './certificate.ts';

/** Importing it would read its every property, and the one for WebSocket brings in a whole HTTP client: 14 MB. */
const { createServer } = process.getBuiltinModule('node:http');

export interface ListenAddress {
  /** An IP address or 'localhost'. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** '127.0.0.1:8480', '[::]:8443', 'localhost:0'. Throws an error that says what would be right. */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  if ((isIP(host) !== 0 || host === 'localhost') && port <= 65_535) return { host, port };
  throw new Error(
    `'${text}' is not an address to listen on: write address:port, as 127.0.0.1:8480 or [::]:8443`,
  );
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(host);
}

export interface Listening {
  /** As a person on this machine types it. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

const STOP_MS = 2_000;
const HEADERS_MS = 10_000;
/** A request must be here whole within so long of its head ... */
const REQUEST_MS = 30_000;
/** ... and one with a file for its body, whose handler has said so, within so long. */
const LONGEST_REQUEST_MS = 3_600_000;
const MOST_CONNECTIONS = 512;

const hurrying = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** This request may take up to an hour to come: said by a handler that knows who sends it. */
export function mayTakeLonger(request: IncomingMessage): void {
  clearTimeout(hurrying.get(request));
}

/** Whoever sends slowly holds a connection that others wait for. */
const hurried =
  (app: RequestListener, withinMs: number): RequestListener =>
  (request, response) => {
    const late = setTimeout(() => {
      if (!request.complete) request.socket.destroy();
    }, withinMs);
    hurrying.set(request, late.unref());
    request.once('close', () => clearTimeout(late));
    app(request, response);
  };

/**
 * TLS is used when an identity is given; without one only loopback is allowed.
 * @param requestMs shorter in tests
 */
export async function listen(
  app: RequestListener,
  at: ListenAddress,
  identity: TlsIdentity | undefined,
  requestMs = REQUEST_MS,
): Promise<Listening> {
  if (!identity && !isLoopback(at.host))
    throw new Error(`${at.host} is not loopback: it needs TLS with the certificate of the service`);
  const limits = { headersTimeout: HEADERS_MS, requestTimeout: LONGEST_REQUEST_MS, keepAliveTimeout: 5_000 };
  const server: Server = identity
    ? createTlsServer(
        { ...limits, cert: identity.cert, key: identity.key, minVersion: 'TLSv1.2' },
        hurried(app, requestMs),
      )
    : createServer(limits, hurried(app, requestMs));
  server.maxConnections = MOST_CONNECTIONS;
  await opened(server, at);
  const { port } = server.address() as AddressInfo;
  return { port, url: urlOf(at.host, port, identity !== undefined), stop: () => stopped(server) };
}

function opened(server: Server, at: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new Error(
              `port ${at.port} of ${at.host} is taken by another program: end it, or choose another port`,
              {
                cause: error,
              },
            )
          : error,
      );
    });
    server.listen(at.port, at.host, () => resolve());
  });
}

/** No new requests; those under way may end within two seconds. */
function stopped(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), STOP_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function urlOf(host: string, port: number, secure: boolean): string {
  const any = host === '0.0.0.0' || host === '::';
  const shown = any ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host;
  return `${secure ? 'https' : 'http'}://${shown}:${port}`;
}
