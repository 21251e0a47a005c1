/**
 * A box without a certificate asks headquarters for one until a person there has claimed it, and takes in what it is given.
 * Only who knows the box's claim code can have written that; anything else is dropped, and the asking goes on.
 */
import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  certificateAnswer,
  codeSalt,
  codeText,
  granted,
  PROOF_MATTER,
  type CertificateWanted,
  type ClaimCode,
  type Granted,
  type Hardware,
} from '@branchline/contracts/enrolment';
import type { ClaimStatus } from '@branchline/contracts/http/claim';
import { writeFileAtomic } from '@branchline/runtime/atomic-file';
import { backoff, type Backoff } from '@branchline/runtime/backoff';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { codeKeys, proofOf, unseal, type CodeKeys } from '@branchline/runtime/short-code';
import { claimCode, forgetClaimCode, keepAsked, keyDigest } from './claim-code.ts';
import { openKey } from './identity.ts';
import { keepPlace } from './place.ts';
import { postJson, type Answer } from './post.ts';
import { Seldom } from './seldom.ts';

export interface EnrollerSettings {
  /** Of headquarters' page, as https://hq.example:8480. */
  readonly url: string;
  readonly identityDir: string;
  /** Where the branch document is put if headquarters gives one and none is there. */
  readonly document: string;
}

export interface EnrollerDeps {
  readonly settings: EnrollerSettings;
  readonly clock: Clock;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly log: Log;
  readonly hardware: Hardware;
  /** Of the firmware. */
  readonly version: string;
  /** Told once the box has its certificate. */
  readonly onGranted: (box: string) => void;
  readonly post?: (url: URL, body: object) => Promise<Answer>;
  /** The longest wait between two questions, ms; as headquarters says where it is left out. */
  readonly longestWaitMs?: number;
}

interface Asking {
  readonly key: KeyObject;
  readonly code: ClaimCode;
  readonly keys: CodeKeys;
  readonly wanted: CertificateWanted;
}

const COMPLAIN_EVERY_MS = 60_000;

export class Enroller {
  readonly name = 'enroller';
  readonly #deps: EnrollerDeps;
  readonly #backoff: Backoff;
  readonly #complaints: Seldom;
  #asking: Asking | undefined;
  #timer: Timer | undefined;
  #running = false;
  #heard = false;
  #why: string | null = null;

  constructor(deps: EnrollerDeps) {
    this.#deps = deps;
    this.#backoff = backoff({ firstMs: 1_000, longestMs: 60_000, random: deps.random });
    this.#complaints = new Seldom(deps.clock, COMPLAIN_EVERY_MS);
  }

  /** @throws what the file system throws: no room, no right to write */
  async start(): Promise<void> {
    this.#asking = await this.#prepare();
    this.#running = true;
    this.#deps.log.info(
      { headquarters: this.#deps.settings.url, serial: this.#deps.hardware.serial },
      'this box waits to be claimed: branchline claim tells its code',
    );
    void this.#ask();
  }

  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
  }

  get serial(): string {
    return this.#deps.hardware.serial;
  }

  status(): ClaimStatus | undefined {
    const { settings, hardware } = this.#deps;
    return (
      this.#asking && {
        code: codeText(this.#asking.code),
        serial: hardware.serial,
        headquarters: settings.url,
        heard: this.#heard,
        why: this.#why,
      }
    );
  }

  async #prepare(): Promise<Asking> {
    const { settings, hardware, version } = this.#deps;
    const { nameless } = await import('./csr.ts');
    const key = openKey(settings.identityDir);
    const code = claimCode(settings.identityDir, key);
    keepAsked(settings.identityDir, settings.url);
    const keys = await codeKeys(code.secret, codeSalt(keyDigest(key)));
    const hasDocument = existsSync(settings.document);
    const proof = proofOf(keys, PROOF_MATTER);
    const csr = await nameless(key);
    return { key, code, keys, wanted: { v: 1, csr, proof, ...hardware, version, hasDocument } };
  }

  async #ask(): Promise<void> {
    const asking = this.#asking;
    if (!asking) return;
    try {
      const againInS = await this.#once(asking);
      if (againInS === undefined) return;
      this.#heard = true;
      this.#why = null;
      this.#backoff.reset();
      this.#later(againInS * 1_000);
    } catch (error) {
      this.#heard = false;
      this.#why = error instanceof Error ? error.message : String(error);
      if (this.#complaints.may('ask') !== undefined)
        this.#deps.log.warn({ why: this.#why }, 'headquarters does not take this box in yet');
      this.#later(this.#backoff.next());
    }
  }

  #later(ms: number): void {
    const wait = Math.min(ms, this.#deps.longestWaitMs ?? Infinity);
    if (this.#running) this.#timer = this.#deps.clock.after(wait, () => void this.#ask());
  }

  /** Seconds until it is to ask again; undefined once the box has its certificate. */
  async #once(asking: Asking): Promise<number | undefined> {
    const { settings, post = postJson } = this.#deps;
    const url = new URL('/api/enrolment/requests', settings.url);
    const { status, body } = await post(url, asking.wanted);
    if (!this.#running) return undefined;
    if (status !== 200) throw new Error(refusalOf(status, body));
    const answer = certificateAnswer.parse(body);
    if (answer.state === 'waiting') return answer.againInS;
    const text = unseal(asking.keys, answer.sealed);
    if (text === undefined)
      throw new Error(
        'what answered does not know the claim code of this box: it is not the headquarters that was told the code',
      );
    const given = granted.parse(JSON.parse(text));
    this.#takeIn(given, asking.key);
    this.#deps.log.info({ box: given.box, tenant: given.tenant }, 'headquarters has claimed this box');
    this.#running = false;
    this.#deps.onGranted(given.box);
    return undefined;
  }

  /** The certificate comes last: while it is missing, all of this is done again. */
  #takeIn(given: Granted, key: KeyObject): void {
    const { identityDir, document, url } = this.#deps.settings;
    const [cert, ca] = [new X509Certificate(given.certificate), new X509Certificate(given.authority)];
    if (!cert.publicKey.equals(createPublicKey(key)) || !cert.verify(ca.publicKey))
      throw new Error('the certificate that headquarters gave is not for the key of this box');
    const host = given.broker.host ?? new URL(url).hostname.replace(/^\[|\]$/g, '');
    keepPlace(identityDir, { host, port: given.broker.port, tenant: given.tenant });
    if (given.document !== null && !existsSync(document)) writeFileAtomic(document, given.document);
    writeFileAtomic(join(identityDir, 'ca.crt'), given.authority);
    writeFileAtomic(join(identityDir, 'box.crt'), given.certificate);
    forgetClaimCode(identityDir);
  }
}

function refusalOf(status: number, body: unknown): string {
  const { message, remedy } = (body ?? {}) as { message?: unknown; remedy?: unknown };
  const said = [message, remedy].filter((text) => typeof text === 'string').join(' ');
  return said === '' ? `headquarters answers ${status}` : said.slice(0, 500);
}
