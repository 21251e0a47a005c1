/** The watches of all gateways of the document in force. A new document ends and begins only those that it changes. */
import type { Branch, Gateway } from '@branchline/contracts/branch/model';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Peers } from './bytes/peers.ts';
import type { Catalogue } from './catalogue.ts';
import type { GatewayWatch, LineEvidence } from './port.ts';
import { ANY_LINE } from './port.ts';
import { errorText } from './source.ts';

export interface WatchesDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 up to 1. */
  readonly random: () => number;
  readonly secretOf: (name: string) => string | undefined;
  readonly models: Catalogue;
  /** IPv4 address on which traps and syslog are heard. */
  readonly address: string;
  readonly onEvidence: (gateway: string, evidence: LineEvidence) => void;
  /** Its lines are watched no more, or otherwise. */
  readonly onForgotten: (gateway: string) => void;
}

type Watched = Pick<Branch, 'gateways' | 'gatewayEvents'>;
type SocketName = 'asking' | 'traps' | 'syslog';

/** What a watch is made from; two that are equal in this are the same watch. */
const keyOf = ({ model, address: { host }, watch }: Gateway, { gatewayEvents }: Watched): string =>
  JSON.stringify([model, host, watch, gatewayEvents]);

export class GatewayWatches {
  readonly #deps: WatchesDeps;
  readonly #open = new Map<string, { readonly key: string; readonly watch: GatewayWatch }>();
  readonly #sockets = new Map<SocketName, { readonly port: number; readonly peers: Promise<Peers> }>();
  /** One change of the document at a time. */
  #turn: Promise<void> = Promise.resolve();
  #ports: Watched['gatewayEvents'] = { traps: 0, syslog: 0 };
  #stopped = false;

  constructor(deps: WatchesDeps) {
    this.#deps = deps;
  }

  /** Resolves when the watches are as the document wants them. Never rejects. */
  follow(branch: Watched): Promise<void> {
    this.#turn = this.#turn
      .then(() => this.#apply(branch))
      .catch((err: unknown) => {
        this.#deps.log.error({ err }, 'the watches of the gateways could not be changed');
      });
    return this.#turn;
  }

  /** Asks every gateway, or the one of this name, now. */
  async look(gateway?: string): Promise<void> {
    await this.#turn;
    const asked = [...this.#open].filter(([name]) => gateway === undefined || name === gateway);
    await Promise.all(asked.map(([, { watch }]) => watch.look()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turn;
    await Promise.all([...this.#open.values()].map(({ watch }) => watch.stop()));
    this.#open.clear();
    await this.#closeSockets(() => true);
  }

  async #apply(branch: Watched): Promise<void> {
    if (this.#stopped) return;
    const wanted = new Map(
      Object.values(branch.gateways)
        .filter(({ watch }) => watch !== undefined)
        .map((gateway) => [gateway.name, { gateway, key: keyOf(gateway, branch) }]),
    );
    const gone = [...this.#open].filter(([name, { key }]) => wanted.get(name)?.key !== key);
    for (const [name] of gone) this.#open.delete(name);
    await Promise.all(gone.map(([, { watch }]) => watch.stop()));
    for (const [name] of gone) this.#deps.onForgotten(name);
    const { traps, syslog } = branch.gatewayEvents;
    await this.#closeSockets(
      (name, port) => this.#open.size === 0 || (name !== 'asking' && port !== { traps, syslog }[name]),
    );
    this.#ports = branch.gatewayEvents;
    for (const { gateway, key } of wanted.values()) {
      if (!this.#open.has(gateway.name)) await this.#begin(gateway, key);
    }
  }

  /** A model that cannot be read leaves its own gateway unwatched, and says so. */
  async #begin(gateway: Gateway, key: string): Promise<void> {
    const { clock, log, random, secretOf, models, onEvidence } = this.#deps;
    try {
      const model = models.model(gateway.model);
      const { openGatewayWatch } = await import('./gateway-watch.ts');
      const sockets = {
        asking: () => this.#socket('asking'),
        traps: () => this.#socket('traps'),
        syslog: () => this.#socket('syslog'),
      };
      const watch = await openGatewayWatch(gateway, model, { clock, log, random, secretOf, sockets });
      watch.onEvidence((evidence) => onEvidence(gateway.name, evidence));
      this.#open.set(gateway.name, { key, watch });
      watch.start();
    } catch (error) {
      log.error(
        { gateway: gateway.name, model: gateway.model, why: errorText(error) },
        'a gateway cannot be watched',
      );
      const source = gateway.watch?.console ? 'console' : 'snmp-poll';
      onEvidence(gateway.name, {
        source,
        at: clock.now(),
        line: ANY_LINE,
        state: 'unclear',
        what: 'the model cannot be read',
      });
    }
  }

  /** One that could not be opened is tried again at the next asking. */
  #socket(name: SocketName): Promise<Peers> {
    const known = this.#sockets.get(name);
    if (known) return known.peers;
    const port = name === 'asking' ? 0 : this.#ports[name];
    const peers = this.#opened(name, port);
    this.#sockets.set(name, { port, peers });
    peers.catch(() => this.#sockets.delete(name));
    return peers;
  }

  async #opened(name: SocketName, port: number): Promise<Peers> {
    const { Peers } = await import('./bytes/peers.ts');
    const { log, address } = this.#deps;
    const onLost = (from: string, why: string): void =>
      log.debug({ socket: name, from, why }, 'a datagram was not taken');
    return Peers.open({ ...(name === 'asking' ? {} : { host: address }), port, onLost });
  }

  async #closeSockets(which: (name: SocketName, port: number) => boolean): Promise<void> {
    const closing = [...this.#sockets].filter(([name, { port }]) => which(name, port));
    for (const [name] of closing) this.#sockets.delete(name);
    await Promise.allSettled(closing.map(async ([, { peers }]) => (await peers).close()));
  }
}
