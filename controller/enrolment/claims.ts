/**
 * Boxes come in: one asks, a person claims it by the code that it shows (or has done so before it asked), and it is told
 * its name, its certificate and whom to trust, sealed with that code. A fault changes nothing.
 */
import {
  codeSalt,
  DAY_MS,
  handleOf,
  PROOF_MATTER,
  readCode,
  type CertificateAnswer,
  type CertificateWanted,
  type Granted,
  type Hardware,
} from '@branchline/contracts/enrolment';
import type { Fault } from '@branchline/contracts/branch/faults';
import { CONFIRM_WITHIN_S } from '@branchline/contracts/fleet/documents';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { codeKeys, isProof, seal, type CodeKeys } from '@branchline/runtime/short-code';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import type { BranchDocuments } from '../fleet/documents.ts';
import type { DocumentVersions, NewAudit } from '../store/document-versions.ts';
import type { Expected, Identities } from '../store/identities.ts';
import type { Authority } from './authority.ts';
import { WaitingBoxes, type Waiting } from './waiting.ts';

export interface ClaimsParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly tenant: string;
  readonly authority: Authority;
  readonly identities: Identities;
  readonly documents: BranchDocuments;
  readonly versions: DocumentVersions;
  /** Where boxes find the broker. */
  readonly broker: () => Granted['broker'];
  /** Ends the box's session, if it has one. */
  readonly cut: (box: string) => void;
}

/** Whoever claims, from where. */
export interface By {
  readonly who: string;
  readonly address: string;
}

export interface Place {
  readonly box: string;
  readonly source?: string | undefined;
  readonly replace: boolean;
}

export interface ClaimTaken {
  readonly ok: boolean;
  readonly faults: readonly Fault[];
  readonly box: string;
}

const AGAIN_IN_S = 5;
/** A box that was claimed so long ago and has not come may be claimed again. */
const TOLD_FOR_MS = 30 * DAY_MS;

export class Claims {
  readonly #parts: ClaimsParts;
  readonly #waiting: WaitingBoxes;

  constructor(parts: ClaimsParts) {
    this.#parts = parts;
    this.#waiting = new WaitingBoxes(parts.clock);
  }

  get waiting(): readonly Waiting[] {
    return this.#waiting.all();
  }

  /** @throws HttpProblem for a request that is none, or when too many wait */
  async ask(wanted: CertificateWanted, address: string): Promise<CertificateAnswer> {
    const { identities, log } = this.#parts;
    const key = await keyOf(wanted.csr);
    const told = await identities.claimedOf(key);
    if (told?.proof === wanted.proof) return { state: 'claimed', sealed: told.sealed };
    const asked = this.#waiting.ask(key, handleOf(key), wanted, address);
    if (!asked) throw TOO_MANY;
    if (asked.isNew) {
      log.info({ handle: asked.waiting.handle, serial: wanted.serial, address }, 'a box waits to be claimed');
      const all = await identities.expected();
      const expected = all.find(({ serial }) => serial !== '' && serial === wanted.serial);
      const sealed = expected && (await this.#comeAsExpected(asked.waiting, expected));
      if (sealed !== undefined) return { state: 'claimed', sealed };
    }
    return { state: 'waiting', againInS: AGAIN_IN_S };
  }

  /** @throws HttpProblem for a code that no waiting box shows, and for a branch that has a box already */
  async claim(code: string, place: Place, by: By): Promise<ClaimTaken> {
    const { handle, secret } = codeOf(code);
    for (const waiting of this.#waiting.withHandle(handle)) {
      const keys = await keysIfRight(waiting, secret);
      if (!keys) continue;
      const faults = await this.#faultsOf(place, waiting.hasDocument);
      if (faults.length > 0) return { ok: false, faults, box: place.box };
      await this.#give(waiting, keys, place, by);
      return { ok: true, faults: [], box: place.box };
    }
    throw new HttpProblem(404, {
      code: 'no-such-code',
      message: 'No waiting box shows this code.',
      field: 'body.code',
      value: handle,
      remedy:
        'Read it from the box again. Is the box connected, and is this the headquarters it is to ask? Boxes that wait are listed here.',
    });
  }

  /** Claims a box that may not have asked yet. */
  async expect(serial: string, code: string, place: Place, by: By): Promise<ClaimTaken> {
    const { identities, clock } = this.#parts;
    const { handle, secret } = codeOf(code);
    const faults = await this.#faultsOf(place, true);
    if (faults.length > 0) return { ok: false, faults, box: place.box };
    const { who, address } = by;
    const at = clock.now();
    const expected = {
      serial,
      code: handle + secret,
      box: place.box,
      source: place.source ?? null,
      replace: place.replace,
      by: who,
      address,
      at,
    };
    await identities.together(async () => {
      await identities.expect(expected);
      await this.#note({
        at,
        who,
        address,
        action: 'box-expected',
        box: place.box,
        detail: `serial number ${serial}`,
      });
    });
    for (const waiting of this.#waiting.withSerial(serial)) await this.#comeAsExpected(waiting, expected);
    return { ok: true, faults: [], box: place.box };
  }

  async expectNoMore(serial: string, { who, address }: By): Promise<void> {
    const { identities, clock } = this.#parts;
    const expected = (await identities.expected()).find((one) => one.serial === serial);
    if (!expected) throw notFound(`box with serial number '${serial}' that is expected`);
    await identities.together(async () => {
      await identities.expectNoMore(serial);
      const detail = `serial number ${serial}`;
      await this.#note({
        at: clock.now(),
        who,
        address,
        action: 'box-not-expected',
        box: expected.box,
        detail,
      });
    });
  }

  /** The sealed answer, when the box is the one that was meant. */
  async #comeAsExpected(waiting: Waiting, expected: Expected): Promise<string | undefined> {
    const keys = await keysIfRight(waiting, codeOf(expected.code).secret);
    if (!keys) {
      const { serial, address } = waiting;
      this.#parts.log.warn({ serial, address }, 'a box with an expected serial number has another code');
      return undefined;
    }
    const { by: who, address, source, ...place } = expected;
    try {
      const sealed = await this.#give(
        waiting,
        keys,
        { ...place, source: source ?? undefined },
        { who, address },
      );
      await this.#parts.identities.expectNoMore(expected.serial);
      return sealed;
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      this.#parts.log.warn(
        { err: error, serial: waiting.serial },
        'an expected box cannot be taken in as it was meant',
      );
      return undefined;
    }
  }

  /** @throws HttpProblem where the branch has a box and no replacement was asked for, or where it has no document */
  async #faultsOf({ box, source, replace }: Place, hasDocument: boolean): Promise<readonly Fault[]> {
    const { identities, documents, versions } = this.#parts;
    if ((await identities.isEnrolled(box)) && !replace) throw hasBox(box);
    if (source !== undefined) return (await documents.check(box, source)).faults.filter(isError);
    if (!hasDocument && !(await versions.newest(box))) throw needsDocument(box);
    return [];
  }

  async #give(waiting: Waiting, keys: CodeKeys, place: Place, by: By): Promise<string> {
    const { tenant, authority, identities, clock, cut, broker } = this.#parts;
    const { enrol } = await import('./enrol.ts');
    const { box } = place;
    const enrolled = await enrol(authority, { tenant, box, csr: waiting.csr });
    const at = clock.now();
    const sealed = await identities.deciding(box, async () => {
      // Asked again after the pause: somebody else may have been quicker.
      await this.#faultsOf(place, waiting.hasDocument);
      const replaced = await identities.isEnrolled(box);
      const document = await this.#documentFor(place, by);
      const granted: Granted = {
        v: 1,
        tenant,
        box,
        certificate: enrolled.cert,
        authority: authority.cert,
        broker: broker(),
        document,
      };
      const text = seal(keys, JSON.stringify(granted));
      const { serial, vendor, product } = waiting;
      const hardware: Hardware = { serial, vendor, product };
      const how = replaced ? ('replacement' as const) : ('claimed' as const);
      await identities.given(box, { ...enrolled, how, by: by.who, hardware, issuedAt: at });
      await identities.forgetClaimedBefore(at - TOLD_FOR_MS);
      await identities.claimed(waiting.key, { proof: waiting.proof, sealed: text }, at);
      const detail = `${vendor} ${product}, serial number ${serial}, ${enrolled.fingerprint}`;
      await this.#note({
        at,
        ...by,
        action: replaced ? 'box-replaced' : 'box-claimed',
        box,
        detail: detail.trim(),
      });
      return text;
    });
    cut(box);
    this.#waiting.leave(waiting.key);
    return sealed;
  }

  /** The branch's newest document, after the one that was given has become it. */
  async #documentFor({ box, source }: Place, { who, address }: By): Promise<string | null> {
    const { documents, versions } = this.#parts;
    const newest = await versions.newest(box);
    if (source === undefined) return newest?.source ?? null;
    await documents.put(box, source, {
      author: who,
      address,
      reason: 'given with the claim of the box',
      after: newest?.version ?? 0,
      confirmWithinS: CONFIRM_WITHIN_S.usual,
    });
    return source;
  }

  #note(audit: NewAudit): Promise<void> {
    return this.#parts.versions.note(audit);
  }
}

async function keyOf(csr: string): Promise<string> {
  const { EnrolmentRefused, readRequest } = await import('./enrol.ts');
  try {
    return (await readRequest(csr)).key;
  } catch (error) {
    if (!(error instanceof EnrolmentRefused)) throw error;
    throw new HttpProblem(400, { code: 'bad-request', message: error.message, field: 'body.csr' });
  }
}

async function keysIfRight(waiting: Waiting, secret: string): Promise<CodeKeys | undefined> {
  const keys = await codeKeys(secret, codeSalt(waiting.key));
  return isProof(keys, PROOF_MATTER, waiting.proof) ? keys : undefined;
}

function codeOf(text: string) {
  const code = readCode(text);
  if (code) return code;
  throw new HttpProblem(400, {
    code: 'bad-request',
    message: 'This is not a claim code.',
    field: 'body.code',
    remedy:
      'A claim code has eleven signs, as K7F-M2QX-9TRB. The box shows it on its page and by `branchline claim`.',
  });
}

const isError = ({ severity }: Fault): boolean => severity === 'error';

const hasBox = (box: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'has-a-box',
    message: `The branch '${box}' has a box already.`,
    field: 'body.box',
    value: box,
    remedy: 'Claim it as a replacement (the old box is not let in again), or give it another branch.',
  });

const needsDocument = (box: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'document-needed',
    message: `Headquarters has no document of the branch '${box}', and the box has none either.`,
    field: 'body.source',
    remedy: 'Give the branch its document with the claim.',
  });

const TOO_MANY = new HttpProblem(
  503,
  {
    code: 'too-many-waiting',
    message: 'Too many boxes wait to be claimed.',
    remedy: 'Claim those that wait.',
  },
  60,
);
