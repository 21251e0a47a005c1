/** An SNMP agent that is asked: sessions of net-snmp over the socket that all gateways share. */
import type { SnmpAccess } from '@branchline/contracts/branch/gateways';
import type { NetSnmp, Session, V3User, Varbind } from 'net-snmp';
import type { View } from '../bytes/peers.ts';
import { Nonsense, taken, type Column } from './table.ts';

export interface Keys {
  /** The community, or the key of authentication. */
  readonly secret: string;
  readonly privacySecret?: string;
}

const ROWS_AT_ONCE = 24;
const MOST_ASKINGS = 64;

/** Read when the first gateway needs it: a box without any is not the larger for it. */
export const loadSnmp = async (): Promise<NetSnmp> => (await import('net-snmp')).default;

/** Version 3, with as much security as there are keys. @throws Error when a key is too short (RFC 3414, section 11.2). */
export function userOf(snmp: NetSnmp, access: SnmpAccess, keys: Keys): V3User {
  const { auth, privacy, user = '' } = access;
  for (const key of [keys.secret, keys.privacySecret])
    if (key !== undefined && key.length < 8)
      throw new Error('a key of SNMP version 3 has at least 8 characters');
  const withPrivacy = keys.privacySecret !== undefined;
  return {
    name: user,
    level: must(snmp.SecurityLevel[withPrivacy ? 'authPriv' : 'authNoPriv']),
    authProtocol: must(snmp.AuthProtocols[auth]),
    authKey: keys.secret,
    ...(keys.privacySecret === undefined
      ? {}
      : { privProtocol: must(snmp.PrivProtocols[privacy]), privKey: keys.privacySecret }),
  };
}

export class Asking {
  readonly #session: Session;

  constructor(snmp: NetSnmp, host: string, access: SnmpAccess, keys: Keys, view: View) {
    // One repetition, each half of what the document allows.
    const timing = { retries: 1, timeout: Math.max(250, Math.floor(access.withinMs / 2)) };
    const options = { ...timing, port: access.port, dgramModule: view.dgramModule };
    this.#session =
      access.version === 3
        ? snmp.createV3Session(host, userOf(snmp, access, keys), { ...options, version: snmp.Version3 })
        : snmp.createSession(host, keys.secret, { ...options, version: snmp.Version2c });
    // A datagram that is no SNMP: whoever waits for an answer goes on waiting.
    this.#session.on('error', () => undefined);
  }

  /** The agent's own name, hex; of version 3, once it has answered. */
  get engine(): string | undefined {
    return this.#session.msgSecurityParameters?.msgAuthoritativeEngineID?.toString('hex');
  }

  /** @throws Error when the agent does not answer in time, refuses, or talks nonsense. */
  async column(oid: string, signal: AbortSignal): Promise<Column> {
    let rows: Column = new Map();
    let from: string | undefined = oid;
    for (let askings = 0; from !== undefined; askings++) {
      if (askings >= MOST_ASKINGS) throw new Nonsense('the agent never comes to an end');
      signal.throwIfAborted();
      const { rows: more, next }: ReturnType<typeof taken> = taken(oid, rows, from, await this.#bulk(from));
      rows = more;
      from = next;
    }
    return rows;
  }

  #bulk(from: string): Promise<readonly Varbind[]> {
    return new Promise((resolve, reject) => {
      this.#session.getBulk([from], 0, ROWS_AT_ONCE, (error, varbinds) => {
        if (error) reject(error);
        else resolve(varbinds?.[0] ?? []);
      });
    });
  }

  close(): void {
    this.#session.close();
  }
}

/** In a few words, without what the agent was sent: a community is a secret. */
export function whyOf(error: unknown, withinMs: number): string {
  if (error instanceof Nonsense) return error.message;
  const name = error instanceof Error ? error.name : '';
  if (name === 'RequestTimedOutError') return `no answer to SNMP within ${withinMs} ms`;
  if (name === 'RequestFailedError') return 'SNMP is refused';
  if (name === 'ResponseInvalidError') return 'the answer to SNMP is not acceptable: is the secret right?';
  return 'no SNMP';
}

function must(value: number | undefined): number {
  if (value === undefined) throw new Error('a way of securing SNMP that is not known');
  return value;
}
