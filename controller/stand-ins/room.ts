/** What hosts of stand-ins are told, and what they and the boxes they serve say. A host is believed for the branches whose documents name it. */
import { createHash } from 'node:crypto';
import { inCloud } from '@branchline/contracts/branch/in-cloud';
import type { StandInHost } from '@branchline/contracts/http/continuity';
import { capacityOf } from '@branchline/contracts/stand-in-capacity';
import { standInOf } from '@branchline/contracts/stand-in-name';
import type {
  StandInPlace,
  StandInRequest,
  StandInSays,
  StandInSecrets,
} from '@branchline/contracts/stand-in-wire';
import type { Clock } from '@branchline/runtime/clock';
import type { InBackground } from '@branchline/runtime/background';
import type { Log } from '@branchline/runtime/log';
import type { BrokerPort } from '../broker/port.ts';
import type { ContinuityPlan } from '../continuity/plan.ts';
import type { StandIns, StandInSeen } from '../continuity/stand-ins-port.ts';
import type { Authority } from '../enrolment/authority.ts';
import type { FleetBoard } from '../fleet/board.ts';
import type { NewAudit } from '../store/document-versions.ts';
import type { Identities } from '../store/identities.ts';
import type { SealedSecrets } from '../store/sealed-secrets.ts';
import { toRun, type Wanted } from './running.ts';

/** How much each branch needs its stand-in. */
export interface StandInNeed extends Pick<Wanted, 'needed' | 'since'> {
  readonly box: string;
  readonly plan: ContinuityPlan;
  /** It answers, or is about to. */
  readonly answers: boolean;
}

export interface StandInRoomParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly background: InBackground;
  readonly tenant: string;
  readonly board: FleetBoard;
  readonly authority: Authority;
  readonly identities: Pick<Identities, 'together' | 'given'>;
  readonly sealed: SealedSecrets;
  readonly note: (audit: NewAudit) => Promise<void>;
  /** Undefined while they are not known: before headquarters leads, and has read them. */
  readonly plans: () => readonly StandInNeed[] | undefined;
  /** Of one branch; undefined where it has none, or none are known. */
  readonly plan: (branch: string) => StandInNeed | undefined;
  /** Its box answers for it, and nothing is under way. */
  readonly isHome: (branch: string) => boolean;
  /** Its branch needs one, and its host has no room for it. */
  readonly noRoom: (branch: string) => void;
  readonly broker: () => Pick<BrokerPort, 'send' | 'isConnected'>;
}

interface Document {
  readonly text: string;
  readonly revision: string;
}

export class StandInRoom implements StandIns {
  readonly #parts: StandInRoomParts;
  readonly #said = new Map<string, StandInSays>();
  /** Those that are needed and find no room. */
  readonly #waiting = new Set<string>();
  /** What each branch's stand-in serves, by the revision that its box reported. */
  readonly #documents = new Map<string, Document & { readonly of: string }>();
  /** Certificates that were signed and not yet found at their host. */
  readonly #certificates = new Map<string, string>();
  /** What was told last of each, so that nothing is told twice. */
  readonly #told = new Map<string, string>();
  /** Whether each was to run, as it was told last: telling all of it is work. */
  readonly #ran = new Map<string, boolean>();
  /** What each branch's place hangs on, as it was looked at last: boxes report by the second, and little of it matters here. */
  readonly #looked = new Map<string, string>();
  /** By host. */
  readonly #toldPlaces = new Map<string, string>();

  constructor(parts: StandInRoomParts) {
    this.#parts = parts;
  }

  /** Headquarters leads from now on: what it told and signed before may have been followed by another's. */
  begin(): void {
    for (const told of [this.#told, this.#ran, this.#looked, this.#toldPlaces, this.#certificates])
      told.clear();
    this.#waiting.clear();
  }

  warm(branch: string): void {
    this.changed(branch);
  }

  hasRoom(branch: string): boolean {
    const plan = this.#planOf(branch);
    const said = plan && this.#said.get(plan.host);
    // Of a host that has said nothing yet nobody knows.
    return !said || toRun(this.#wantedAt(plan.host), said.most).has(branch);
  }

  of(branch: string): StandInSeen | undefined {
    const plan = this.#planOf(branch);
    const place = plan && this.#said.get(plan.host)?.places.find((each) => each.branch === branch);
    return place && { ...place, why: place.why ?? null };
  }

  isCurrent(branch: string): boolean {
    return this.of(branch)?.revision === this.#documentOf(branch)?.revision;
  }

  hosts(): StandInHost[] {
    const named = Map.groupBy(this.#plans, ({ plan }) => plan.host);
    return [...named].map(([host, all]) => {
      const said = this.#said.get(host);
      return {
        host,
        online: this.#parts.board.of(host)?.online ?? false,
        most: said?.most ?? null,
        capacity: said?.size ? capacityOf(said.size) : null,
        running: said?.places.filter(({ state }) => state === 'running').length ?? 0,
        branches: all.map(({ box }) => box),
      };
    });
  }

  /** A host or a box has come: it hears all that concerns it. */
  online(name: string): void {
    for (const { box, plan } of this.#plans) {
      if (plan.host === name) this.#told.delete(box);
      if (box === name) this.#tellKey(box);
    }
    this.#toldPlaces.delete(name);
    this.#tellHost(name);
  }

  /** A branch's document, or how much its stand-in is needed. */
  changed(branch: string): void {
    const need = this.#parts.plan(branch);
    const looked = need && this.#hangsOn(need);
    if (looked !== undefined && this.#looked.get(branch) === looked) return;
    if (looked === undefined) this.#looked.delete(branch);
    else this.#looked.set(branch, looked);
    const plan = need?.plan;
    // One that it was given before lets go of it when nobody is at it any more.
    for (const host of this.#said.keys())
      if (host !== plan?.host && this.#runs(host, branch)) this.#tellHost(host);
    if (!plan) return;
    this.#tellHost(plan.host, branch);
    this.#tellKey(branch);
  }

  #hangsOn({ box, plan, answers, needed, since }: StandInNeed): string {
    const { board, isHome } = this.#parts;
    const standIn = board.of(plan.standIn);
    return JSON.stringify([
      ...[plan.host, board.of(box)?.reported?.revision, answers, needed, since, isHome(box)],
      ...[standIn?.online, this.#mayHaveCalls(plan.standIn)],
    ]);
  }

  lost(host: string): void {
    this.#tellHost(host);
  }

  says(host: string, said: StandInSays): void {
    const before = this.#said.get(host);
    const had = this.#plans.filter(({ box, plan }) => plan.host !== host && this.#runs(host, box));
    this.#said.set(host, said);
    for (const { branch, state } of said.places) if (state === 'running') this.#certificates.delete(branch);
    this.#tellHost(host);
    // What ran here and is another's now may begin there.
    for (const { box, plan } of had) if (!this.#runs(host, box)) this.#tellHost(plan.host, box);
    if (before?.certificate === said.certificate) return;
    for (const { box, plan } of this.#plans) if (plan.host === host) this.#tellKey(box);
  }

  async wanted(host: string, { branch, csr }: StandInRequest): Promise<void> {
    const { authority, tenant, identities, clock, note, log } = this.#parts;
    const plan = this.#planOf(branch);
    if (plan?.host !== host)
      return void log.warn(
        { host, branch },
        'a host asked for the certificate of a branch that does not name it',
      );
    const { enrol } = await import('../enrolment/enrol.ts');
    const enrolled = await enrol(authority, { tenant, box: plan.standIn, csr });
    const at = clock.now();
    await identities.together(async () => {
      await identities.given(plan.standIn, {
        ...enrolled,
        how: 'claimed',
        by: host,
        hardware: null,
        issuedAt: at,
      });
      const audit = { at, who: host, address: '', box: plan.standIn, detail: enrolled.fingerprint };
      await note({ ...audit, action: 'stand-in-enrolled' });
    });
    this.#certificates.set(branch, enrolled.cert);
    this.#tellHost(host);
  }

  async secrets(box: string, { host, to, sealed }: StandInSecrets): Promise<void> {
    const plan = this.#planOf(box);
    if (plan?.host !== host)
      return void this.#parts.log.warn(
        { box, host },
        'passwords for a host that does not stand in for the branch',
      );
    await this.#parts.sealed.put(box, { host, to, sealed });
    this.#tellHost(host);
  }

  get #plans(): readonly StandInNeed[] {
    return this.#parts.plans() ?? [];
  }

  #planOf(branch: string): ContinuityPlan | undefined {
    return this.#parts.plan(branch)?.plan;
  }

  #tellKey(box: string): void {
    const plan = this.#planOf(box);
    const certificate = plan && this.#said.get(plan.host)?.certificate;
    if (plan && certificate !== undefined)
      this.#parts.broker().send(box, 'stand-in-key', { v: 1, host: plan.host, certificate });
  }

  /** All places; or that of one branch, and those of which another is to run now. */
  #tellHost(host: string, only?: string): void {
    const { broker, plans, background } = this.#parts;
    const all = plans();
    // It is not known which branches there are: what a host is told would be wrong.
    if (!all) return;
    const said = this.#said.get(host);
    const mine = all.filter(({ plan }) => plan.host === host);
    const running = said && this.#toRun(host, said);
    // A host that has no branch any more is told so; one that never had any is told nothing.
    const left = (said?.places ?? []).filter(({ branch }) => mine.every(({ box }) => box !== branch));
    if (!broker().isConnected(host) || mine.length + left.length === 0) return;
    const runs = left.map(({ branch }) => branch).filter((branch) => this.#runs(host, branch));
    const stay = runs.filter((branch) => !this.#isFree(branch));
    const ends = runs.filter((branch) => !stay.includes(branch));
    const branches = [...mine.map(({ box }) => box), ...stay];
    const places = { v: 1, branches, ...(ends.length > 0 && { ends }) } as const;
    if (this.#toldPlaces.get(host) !== JSON.stringify(places)) broker().send(host, 'stand-in-places', places);
    this.#toldPlaces.set(host, JSON.stringify(places));
    // How many it may run, and which run there, is not known before it has said so.
    if (!running) return;
    for (const { box, plan } of mine) {
      const run = running.has(box);
      if (only !== undefined && only !== box && this.#ran.get(box) === run) continue;
      // Two of one name would take each other's place.
      if (this.#isElsewhere(box, host)) continue;
      this.#ran.set(box, run);
      background('stand-in', this.#tellPlace(box, plan, run));
    }
  }

  #wantedAt(host: string): Wanted[] {
    return this.#plans.filter(({ plan }) => plan.host === host).map((need) => this.#wanted(need));
  }

  #toRun(host: string, said: StandInSays): ReadonlySet<string> {
    const wanted = this.#wantedAt(host);
    const running = toRun(wanted, said.most);
    for (const { branch, needed } of wanted) {
      if (!needed || running.has(branch)) this.#waiting.delete(branch);
      else if (!this.#waiting.has(branch)) {
        this.#waiting.add(branch);
        this.#parts.noRoom(branch);
      }
    }
    return running;
  }

  #runs(host: string, branch: string): boolean {
    const state = this.#said.get(host)?.places.find((each) => each.branch === branch)?.state;
    return state === 'running' || state === 'starting';
  }

  /** On another host, and heard of: a host that is dead keeps nobody. */
  #isElsewhere(branch: string, host: string): boolean {
    const there = [...this.#said.keys()].some((other) => other !== host && this.#runs(other, branch));
    return there && (this.#parts.board.of(standInOf(branch))?.online ?? false);
  }

  /** Nobody is at it; one of a lease that is not known here may be another headquarters'. */
  #isFree(branch: string): boolean {
    return this.#parts.isHome(branch) && !this.#mayHaveCalls(standInOf(branch));
  }

  #wanted({ box, plan, answers, needed, since }: StandInNeed): Wanted {
    const there = this.#runs(plan.host, box);
    const held = answers || (there && this.#mayHaveCalls(plan.standIn));
    return { branch: box, held, needed, since, there };
  }

  /** Of one that has not said how it is nobody knows. */
  #mayHaveCalls(standIn: string): boolean {
    const now = this.#parts.board.of(standIn);
    return !now?.health || now.health.calls > 0 || now.calls.size > 0;
  }

  async #tellPlace(branch: string, plan: ContinuityPlan, run: boolean): Promise<void> {
    const document = this.#documentOf(branch);
    if (!document) return;
    const kept = await this.#parts.sealed.of(branch);
    const place: StandInPlace = {
      v: 1,
      ...{ branch, box: plan.standIn, run, ...(!run && { end: true }) },
      ...{ document: document.text, revision: document.revision },
      certificate: this.#certificates.get(branch) ?? null,
      secrets: kept?.host === plan.host ? kept.sealed : null,
    };
    const told = createHash('sha256')
      .update(JSON.stringify([plan.host, place]))
      .digest('hex');
    if (this.#told.get(branch) === told) return;
    this.#told.set(branch, told);
    this.#parts.broker().send(plan.host, 'stand-in-place', place);
  }

  #documentOf(branch: string): Document | undefined {
    const reported = this.#parts.board.of(branch)?.reported;
    if (!reported) return undefined;
    const known = this.#documents.get(branch);
    if (known?.of === reported.revision) return known;
    const text = JSON.stringify(inCloud(reported.document));
    const revision = createHash('sha256').update(text).digest('hex');
    const made = { text, revision, of: reported.revision };
    this.#documents.set(branch, made);
    return made;
  }
}
