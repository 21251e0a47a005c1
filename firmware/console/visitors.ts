/** People of headquarters at this box's page: they come in by a connection within the process, and are known by it alone. */
import { duplexPair, type Duplex } from 'node:stream';
import type { RequestListener, Server } from 'node:http';
import type { Request } from 'express';

/** Importing it would read its every property, and the one for WebSocket brings in a whole HTTP client. */
const { createServer } = process.getBuiltinModule('node:http');

/** No address of a socket begins so. */
const VISITOR = 'headquarters: ';

export const isVisitor = (address: string): boolean => address.startsWith(VISITOR);

/** '' for a visitor, as this page knows nobody by name; undefined for whoever comes by the network. */
export const visitorOf = ({ socket }: Pick<Request, 'socket'>): string | undefined =>
  isVisitor(socket.remoteAddress ?? '') ? '' : undefined;

export class VisitorDoor {
  readonly #server: Server;

  /** The same application that the network sees; it listens nowhere. */
  constructor(app: RequestListener) {
    this.#server = createServer({ keepAlive: false }, app);
  }

  /** The outer end of a new connection, for one request. `who` as headquarters knows him. */
  connect(who: string): Duplex {
    const [outer, inner] = duplexPair();
    Object.defineProperty(inner, 'remoteAddress', { value: `${VISITOR}${who}` });
    this.#server.emit('connection', inner);
    return outer;
  }
}
