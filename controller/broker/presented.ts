/**
 * The certificate that a box presents: whether the authority has issued it, and whether its time has come and not gone. One
 * that has ended is let through for as long as it may serve for its own renewal.
 */
import { X509Certificate } from 'node:crypto';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { DAY_MS, GRACE_DAYS } from '@branchline/contracts/enrolment';
import type { CertificateSubject } from './access-rules.ts';

export interface Presented {
  readonly subject: CertificateSubject;
  /** SHA-256, as TLS tells it. */
  readonly fingerprint: string;
  /** It has ended, and is in its days of grace. */
  readonly late: boolean;
}

/** What was presented, or why it is none of ours. */
export function certificateOf(socket: TLSSocket, ca: string, now: number): Presented | string {
  const told: Partial<PeerCertificate> = socket.getPeerCertificate();
  if (!told.raw || told.fingerprint256 === undefined) return 'no certificate';
  const presented = { subject: told.subject ?? {}, fingerprint: told.fingerprint256 };
  if (socket.authorized) return { ...presented, late: false };
  // One fault may hide another: of a certificate that has ended, everything else is looked at here.
  const fault = String(socket.authorizationError);
  if (!/CERT_HAS_EXPIRED/.test(fault)) return fault;
  const late = isLate(new X509Certificate(told.raw), new X509Certificate(ca), now);
  return late ? { ...presented, late } : 'the certificate has ended, and its days of grace have passed';
}

/** Issued by the authority for a box, and ended no longer ago than the days of grace. */
export function isLate(cert: X509Certificate, ca: X509Certificate, now: number): boolean {
  const forClients = (cert.keyUsage as readonly string[] | undefined)?.includes('1.3.6.1.5.5.7.3.2') ?? false;
  if (!cert.checkIssued(ca) || !cert.verify(ca.publicKey) || cert.ca || !forClients) return false;
  const ended = Date.parse(cert.validTo);
  return now >= ended && now - ended < GRACE_DAYS * DAY_MS;
}
