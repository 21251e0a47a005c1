/** The box's next certificate: asked for in the last third of the present one's life, or when headquarters says that it is time. */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { DAY_MS, RENEW_BELOW_DAYS } from '@branchline/contracts/enrolment';
import type { Payload } from '@branchline/contracts/topics';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { openKey, type Whose } from './identity.ts';

export interface RenewalDeps {
  readonly whose: Whose;
  readonly clock: Clock;
  readonly log: Log;
  readonly ask: (wanted: Payload<'certificate-request'>) => void;
  /** The next certificate is in place: from the next connection on it counts. */
  readonly renewed: () => void;
}

export class CertificateRenewal {
  readonly #deps: RenewalDeps;
  #timer: Timer | undefined;

  constructor(deps: RenewalDeps) {
    this.#deps = deps;
  }

  connected(): void {
    this.#timer?.cancel();
    this.#timer = this.#deps.clock.after(DAY_MS, () => this.connected());
    const cert = this.#present();
    if (cert && daysLeft(cert, this.#deps.clock.now()) < RENEW_BELOW_DAYS) void this.#ask();
  }

  disconnected(): void {
    this.#timer?.cancel();
  }

  /** Headquarters' word: the next certificate, that it is time to ask for it, or why there is none. */
  told({ certificate, due, refused }: Payload<'certificate'>): void {
    const { log } = this.#deps;
    if (certificate !== undefined) return this.#take(certificate);
    if (due) void this.#ask();
    if (refused !== undefined) log.info({ refused }, 'headquarters gave no new certificate');
  }

  #take(text: string): void {
    const { whose, log, renewed } = this.#deps;
    const present = this.#present();
    const fault = faultOf(text, present, openKey(whose.identityDir), readIfThere(this.#path('ca.crt')));
    if (fault !== undefined) return void log.warn({ fault }, 'the new certificate was dropped');
    if (present?.fingerprint256 === new X509Certificate(text).fingerprint256) return;
    writeFileAtomic(this.#path('box.crt'), text);
    log.info({ until: new X509Certificate(text).validTo }, 'this box has its next certificate');
    renewed();
  }

  async #ask(): Promise<void> {
    const { whose, clock, log, ask } = this.#deps;
    try {
      const { certificateRequest } = await import('./csr.ts');
      const csr = await certificateRequest(openKey(whose.identityDir), whose.tenant, whose.box);
      ask({ v: 1, csr, at: new Date(clock.now()).toISOString() });
    } catch (error) {
      log.warn({ err: error }, 'the next certificate could not be asked for');
    }
  }

  #present(): X509Certificate | undefined {
    return parsed(readIfThere(this.#path('box.crt')));
  }

  #path(name: string): string {
    return join(this.#deps.whose.identityDir, name);
  }
}

/** Whole days until it ends; below zero afterwards. */
export const daysLeft = (cert: X509Certificate, now: number): number =>
  Math.floor((Date.parse(cert.validTo) - now) / DAY_MS);

function faultOf(
  text: string,
  present: X509Certificate | undefined,
  key: Parameters<typeof createPublicKey>[0] & object,
  caText: string | undefined,
): string | undefined {
  const [cert, ca] = [parsed(text), parsed(caText)];
  if (!cert || !ca) return 'not a certificate';
  if (!cert.publicKey.equals(createPublicKey(key))) return 'it is for another key';
  if (!cert.checkIssued(ca) || !cert.verify(ca.publicKey)) return 'it was not issued by ca.crt';
  if (present && cert.subject !== present.subject) return 'it names another box';
  return undefined;
}

function parsed(text: string | undefined): X509Certificate | undefined {
  try {
    return text === undefined ? undefined : new X509Certificate(text);
  } catch {
    return undefined;
  }
}
