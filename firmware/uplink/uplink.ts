/** The box's line to headquarters: presence, the document in force, health, and the ledger until it is acknowledged. */
import { randomBytes } from 'node:crypto';
import { coded } from '@branchline/contracts/alarm-detail';
import { decode, parseTopic, type Leaf, type Payload } from '@branchline/contracts/topics';
import type { HealthReport } from '@branchline/contracts/health';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Alarms } from '../health/alarms.ts';
import { LedgerDigests } from './digests.ts';
import { LedgerDrain } from './drain.ts';
import type { DrainTuning } from './drain-core.ts';
import { ENROLMENT_FILES, readIdentity } from './identity.ts';
import { CertificateRenewal } from './renewal.ts';
import { LINK_TUNING, openLink, type Link, type LinkTuning } from './link.ts';
import type {
  CommandTaker,
  DocumentTaker,
  LedgerSource,
  Reported,
  UplinkSettings,
  UplinkStatus,
} from './ports.ts';
import { hear, isHeard, type ContinuityTaker, type SaidLeaf } from './says.ts';
import { Seldom } from './seldom.ts';
import { Session, watchFiles, type SessionTuning } from './session.ts';

export interface UplinkTuning {
  readonly drain?: DrainTuning;
  readonly link?: LinkTuning;
  readonly session?: SessionTuning;
  /** A shorter absence of headquarters is nobody's alarm. */
  readonly alarmAfterMs?: number;
}

const ALARM_AFTER_MS = 30_000;
/** An orderly goodbye may take this long, no longer. */
const GOODBYE_MS = 1_500;
const COMPLAIN_EVERY_MS = 60_000;
const SUBJECT = 'headquarters';

export interface UplinkDeps {
  readonly settings: UplinkSettings;
  readonly clock: Clock;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly log: Log;
  /** Of the firmware. */
  readonly version: string;
  readonly ledger: LedgerSource;
  readonly alarms: Alarms;
  /** Asked on each connect and after `documentChanged`; undefined while no document is in force. */
  readonly reported: () => Reported | undefined;
  readonly onStatus?: (status: UplinkStatus) => void;
  /** Who takes the documents that headquarters wants in force; without, they are dropped. */
  readonly documents?: DocumentTaker;
  /** Who takes what concerns the lease and the stand-in; without, it is dropped. */
  readonly continuity?: ContinuityTaker;
  /** Who does what headquarters tells the box to do; without, commands are dropped. */
  readonly commands?: CommandTaker;
  /** Of a line that is opened now, s; the usual one when left out. */
  readonly keepaliveS?: () => number;
  readonly tuning?: UplinkTuning;
}

export class Uplink {
  readonly name = 'uplink';
  readonly #deps: UplinkDeps;
  readonly #drain: LedgerDrain;
  readonly #digests: LedgerDigests;
  readonly #session: Session;
  readonly #complaints: Seldom;
  readonly #renewal: CertificateRenewal;
  /** Of this start: two that take turns are two boxes with one identity. */
  readonly #run = randomBytes(8).toString('hex');
  #link: Link | undefined;
  #since: number | null = null;
  #waitingFor: string | null = coded('starting');
  #health: HealthReport | undefined;
  #healthOnItsWay = false;
  #alarm: Timer | undefined;
  #alarmed = false;

  constructor(deps: UplinkDeps) {
    const { settings, clock, log } = deps;
    this.#deps = deps;
    this.#digests = new LedgerDigests(deps.ledger, log);
    this.#complaints = new Seldom(clock, COMPLAIN_EVERY_MS);
    this.#drain = new LedgerDrain({
      source: deps.ledger,
      clock,
      log,
      ...(deps.tuning?.drain && { tuning: deps.tuning.drain }),
    });
    this.#renewal = new CertificateRenewal({
      whose: settings,
      clock,
      log,
      ask: (wanted) => this.#publish('certificate-request', wanted),
      renewed: () => void this.#link?.close(GOODBYE_MS),
    });
    this.#session = new Session(
      {
        clock,
        log,
        random: deps.random,
        readIdentity: () => readIdentity(settings),
        watchIdentity: watchFiles(settings.identityDir, ENROLMENT_FILES, log),
        open: (identity, events) =>
          openLink(
            {
              address: settings,
              identity,
              clock,
              will: this.#presence('offline'),
              tuning: {
                ...(deps.tuning?.link ?? LINK_TUNING),
                ...(deps.keepaliveS && { keepaliveS: deps.keepaliveS() }),
              },
            },
            events,
          ),
        ...(deps.tuning?.session && { tuning: deps.tuning.session }),
      },
      {
        up: (link) => this.#up(link),
        message: (topic, bytes) => this.#message(topic, bytes),
        down: () => this.#down(),
        waiting: (why) => this.#waiting(why),
      },
    );
  }

  start(): void {
    this.#since = this.#deps.clock.now();
    this.#expectAlarm();
    this.#session.start();
  }

  async stop(): Promise<void> {
    this.#alarm?.cancel();
    this.#drain.disconnected();
    this.#renewal.disconnected();
    await this.#sayGoodbye();
    await this.#session.stop(GOODBYE_MS);
    this.#alarm?.cancel();
  }

  /** The way has become another: what is open is given up and opened anew, without waiting to find it dead. */
  reconnect(why: string): void {
    this.#deps.log.info({ why }, 'connecting to headquarters anew');
    this.#session.again();
  }

  status(): UplinkStatus {
    return {
      connected: this.#link !== undefined,
      since: this.#since === null ? null : new Date(this.#since).toISOString(),
      outbox: this.#drain.outbox(),
      waitingFor: this.#waitingFor,
    };
  }

  /** Another document is in force, or the engine's version has become known. */
  documentChanged(): void {
    const reported = this.#link && this.#deps.reported();
    if (reported) this.#publish('reported', { v: 1, ...reported, at: this.#now() });
  }

  /** The newest report counts; none waits for a connection, and none waits behind another. */
  tellHealth(report: HealthReport): void {
    this.#health = report;
    if (!this.#link || this.#healthOnItsWay) return;
    this.#healthOnItsWay = true;
    const gone = (): void => {
      this.#healthOnItsWay = false;
    };
    this.#link.publish('health', report).then(gone, gone);
  }

  /** What is not heard is asked for again by headquarters. */
  tellCommand(result: Payload<'command-result'>): void {
    this.#publish('command-result', result);
  }

  tellBundle(piece: Payload<'bundle'>): void {
    this.#publish('bundle', piece);
  }

  /** What is not heard is said again, by whoever says it. */
  say<L extends SaidLeaf>(leaf: L, payload: Payload<L>): void {
    this.#publish(leaf, payload);
  }

  /** As if the way to headquarters were cut, for a drill: without a word, and not before that time is over. */
  cutFor(ms: number): void {
    this.#deps.log.warn({ ms }, 'the line to headquarters is cut for a drill');
    this.#session.pause(ms);
  }

  #up(link: Link): void {
    this.#link = link;
    this.#healthOnItsWay = false;
    this.#changed(null);
    this.#alarm?.cancel();
    this.#alarmed = false;
    this.#deps.alarms.clear('uplink-down', SUBJECT);
    this.#deps.log.info({ host: this.#deps.settings.host }, 'connected to headquarters');
    this.#publish('presence', this.#presence('online'));
    this.documentChanged();
    if (this.#health) this.tellHealth(this.#health);
    this.#deps.commands?.connected();
    this.#deps.continuity?.connected();
    this.#renewal.connected();
    this.#drain.connected((bytes) => link.publish('ledger', bytes));
  }

  #down(): void {
    this.#link = undefined;
    this.#drain.disconnected();
    this.#renewal.disconnected();
    this.#since = this.#deps.clock.now();
    this.#expectAlarm();
  }

  #waiting(why: string): void {
    if (why === this.#waitingFor) return;
    this.#deps.log.warn({ why }, 'not connected to headquarters');
    this.#changed(why);
    if (this.#alarmed) this.#raise();
  }

  #changed(waitingFor: string | null): void {
    if (waitingFor === null) this.#since = this.#deps.clock.now();
    this.#waitingFor = waitingFor;
    this.#deps.onStatus?.(this.status());
  }

  #expectAlarm(): void {
    this.#alarm?.cancel();
    const afterMs = this.#deps.tuning?.alarmAfterMs ?? ALARM_AFTER_MS;
    this.#alarm = this.#deps.clock.after(afterMs, () => {
      this.#alarmed = true;
      this.#raise();
    });
  }

  /** Raised again, it shows the newest reason. */
  #raise(): void {
    this.#deps.alarms.raise('uplink-down', SUBJECT, this.#waitingFor ?? undefined);
  }

  #message(topic: string, bytes: Uint8Array): void {
    const { tenant, box } = this.#deps.settings;
    const place = parseTopic(topic);
    if (place?.tenant !== tenant || place.box !== box)
      return this.#complain(topic, 'not a topic of this box');
    if (isHeard(place.leaf)) {
      const error = this.#deps.continuity && hear(this.#deps.continuity, place.leaf, bytes);
      return error === undefined ? undefined : this.#complain(topic, error);
    }
    switch (place.leaf) {
      case 'ledger-ack':
        return this.#take(topic, decode('ledger-ack', bytes), (word) => this.#drain.acked(word));
      case 'ledger-resend':
        return this.#take(topic, decode('ledger-resend', bytes), (word) => this.#drain.asked(word));
      case 'command':
        return this.#take(topic, decode('command', bytes), (word) => this.#deps.commands?.asked(word));
      case 'bundle-ack':
        return this.#take(topic, decode('bundle-ack', bytes), (word) => this.#deps.commands?.acked(word));
      case 'ledger-compare':
        return this.#take(topic, decode('ledger-compare', bytes), (word) => void this.#compare(word));
      case 'desired':
        return this.#take(topic, decode('desired', bytes), (word) => this.#deps.documents?.desired(word));
      case 'reported-ack':
        return this.#take(topic, decode('reported-ack', bytes), (word) =>
          this.#deps.documents?.heard(word.revision),
        );
      case 'certificate':
        return this.#take(topic, decode('certificate', bytes), (word) => this.#renewal.told(word));
      default:
        return this.#complain(topic, 'headquarters does not speak on this leaf');
    }
  }

  async #compare(question: Payload<'ledger-compare'>): Promise<void> {
    const answer = await this.#digests.answer(question);
    if (answer) this.#publish('ledger-digest', answer);
  }

  #take<P>(
    topic: string,
    decoded: { ok: true; payload: P } | { ok: false; error: string },
    then: (payload: P) => void,
  ): void {
    if (decoded.ok) then(decoded.payload);
    else this.#complain(topic, decoded.error);
  }

  #complain(topic: string, error: string): void {
    const unsaid = this.#complaints.may(topic);
    if (unsaid !== undefined)
      this.#deps.log.warn({ topic, error, unsaid }, 'a message from headquarters was dropped');
  }

  /** A message that does not arrive is followed by the link's end, and said again on the next connect. */
  #publish(leaf: Exclude<Leaf, 'health' | 'ledger'>, payload: object): void {
    this.#link
      ?.publish(leaf, payload)
      .catch((error: unknown) => this.#deps.log.debug({ err: error, leaf }, 'a message did not arrive'));
  }

  async #sayGoodbye(): Promise<void> {
    const link = this.#link;
    if (!link) return;
    let timer: Timer | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = this.#deps.clock.after(GOODBYE_MS, resolve);
    });
    const said = link.publish('presence', this.#presence('offline')).catch(() => undefined);
    await Promise.race([said, enough]);
    timer?.cancel();
  }

  #presence(state: 'online' | 'offline'): Payload<'presence'> {
    return { v: 1, state, version: this.#deps.version, at: this.#now(), run: this.#run };
  }

  #now(): string {
    return new Date(this.#deps.clock.now()).toISOString();
  }
}
