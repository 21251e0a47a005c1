/**
 * The way to headquarters' broker: TLS with the box's certificate, and headquarters' held against the authority that the box was enrolled with.
 * The dates in it are not judged here: a box whose clock is years off could not come back by itself, and it is headquarters that tells it.
 */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import type { Identity } from './identity.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** OpenSSL's, of a certificate or of the authority's own: all that a wrong clock can bring about. */
const OF_DATES: readonly string[] = ['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED'];
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/** `refused` is called with why the line could not be made; the socket is ended then. */
export function secureLine(
  { host, port }: Address,
  identity: Identity,
  refused: (error: Error) => void,
): TLSSocket {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = connect({ host, port, ...identity, ...servername, rejectUnauthorized: false });
  const end = (error: Error): void => {
    refused(error);
    socket.destroy();
  };
  socket.on('error', end);
  socket.once('secureConnect', () => {
    const fault = faultOf(socket, host, identity.ca);
    if (fault !== undefined) end(new CodedError(fault));
    else socket.off('error', end);
  });
  return socket;
}

function faultOf(socket: TLSSocket, host: string, ca: string): string | undefined {
  if (socket.authorized) return undefined;
  const fault = String(socket.authorizationError);
  const presented = socket.getPeerX509Certificate();
  if (!OF_DATES.includes(fault) || !presented) return coded('hq-not-believed', fault);
  return isOfHeadquarters(presented, new X509Certificate(ca), host)
    ? undefined
    : coded('hq-other-authority', host);
}

/** One fault may hide another, so everything but the dates is looked at: issued by the authority, for servers, for this name. */
export function isOfHeadquarters(presented: X509Certificate, ca: X509Certificate, host: string): boolean {
  const forServers = (presented.keyUsage as readonly string[] | undefined)?.includes(SERVER_AUTH) ?? false;
  const named = isIP(host) === 0 ? presented.checkHost(host) : presented.checkIP(host);
  if (presented.ca || !forServers || named === undefined) return false;
  return presented.checkIssued(ca) && presented.verify(ca.publicKey);
}
