/** The host's line to headquarters: that of a box, with what concerns stand-ins on it. */
import { randomBytes } from 'node:crypto';
import { decode, parseTopic, type Leaf, type Payload } from '@branchline/contracts/topics';
import { ENROLMENT_FILES, readIdentity } from '@branchline/firmware/uplink/identity';
import { openLink, type Link } from '@branchline/firmware/uplink/link';
import { Session, watchFiles } from '@branchline/firmware/uplink/session';
import type { Clock } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import type { Log } from '@branchline/runtime/log';

export interface HqLineOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly host: string;
  readonly port: number;
  readonly tenant: string;
  readonly name: string;
  readonly identityDir: string;
  readonly version: string;
  readonly places: (told: Payload<'stand-in-places'>) => void;
  readonly place: (told: Payload<'stand-in-place'>) => void;
  readonly connected: () => void;
}

const GOODBYE_MS = 1_500;

export class HqLine implements Part {
  readonly name = 'headquarters';
  readonly #options: HqLineOptions;
  readonly #session: Session;
  readonly #run = randomBytes(8).toString('hex');
  #link: Link | undefined;

  constructor(options: HqLineOptions) {
    this.#options = options;
    const { clock, log, host, port, tenant, name, identityDir } = options;
    this.#session = new Session(
      {
        ...{ clock, log, random: Math.random },
        readIdentity: () => readIdentity({ identityDir, tenant, box: name }),
        watchIdentity: watchFiles(identityDir, ENROLMENT_FILES, log),
        open: (identity, events) =>
          openLink(
            { address: { host, port, tenant, box: name }, identity, clock, will: this.#presence('offline') },
            events,
          ),
      },
      {
        up: (link) => {
          this.#link = link;
          log.info({ host, port }, 'connected to headquarters');
          this.#publish('presence', this.#presence('online'));
          options.connected();
        },
        down: () => {
          this.#link = undefined;
        },
        message: (topic, bytes) => this.#message(topic, bytes),
        waiting: (why) => log.warn({ why }, 'not connected to headquarters'),
      },
    );
  }

  start(): void {
    this.#session.start();
  }

  async stop(): Promise<void> {
    await this.#session.stop(GOODBYE_MS);
  }

  says(said: Payload<'stand-in-says'>): void {
    this.#publish('stand-in-says', said);
  }

  request(wanted: Payload<'stand-in-request'>): void {
    this.#publish('stand-in-request', wanted);
  }

  #message(topic: string, bytes: Uint8Array): void {
    const { places, place, log } = this.#options;
    const leaf = parseTopic(topic)?.leaf;
    if (leaf !== 'stand-in-places' && leaf !== 'stand-in-place') return;
    const told = leaf === 'stand-in-places' ? decode(leaf, bytes) : decode(leaf, bytes);
    if (!told.ok)
      return void log.warn({ topic, error: told.error }, 'a message from headquarters was dropped');
    if ('branches' in told.payload) places(told.payload as Payload<'stand-in-places'>);
    else place(told.payload);
  }

  #publish(leaf: Exclude<Leaf, 'health' | 'ledger'>, payload: object): void {
    this.#link
      ?.publish(leaf, payload)
      .catch((error: unknown) => this.#options.log.debug({ err: error, leaf }, 'a message did not arrive'));
  }

  #presence(state: 'online' | 'offline'): Payload<'presence'> {
    const { version, clock } = this.#options;
    return { v: 1, state, version, at: new Date(clock.now()).toISOString(), run: this.#run };
  }
}
