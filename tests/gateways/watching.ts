/** A gateway's watch as the box makes it, over real sockets, and all that it tells. */
import { join } from 'node:path';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Waits } from '@branchline/runtime/wait';
import type { Gateway } from '@branchline/contracts/branch/model';
import type { GatewayWatching } from '@branchline/contracts/branch/gateways';
import { catalogue } from '@branchline/firmware/devices/gateways/catalogue';
import type { LineEvidence } from '@branchline/firmware/devices/gateways/port';
import { GatewayWatches } from '@branchline/firmware/devices/gateways/watches';

export const MODELS = join(import.meta.dirname, '../../firmware/devices/gateways/models');
export const HUNG_MS = 15_000;

export interface WatchingOptions {
  readonly host: string;
  readonly kind?: Gateway['kind'];
  readonly model: string;
  readonly watch: GatewayWatching;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Where traps and syslog are heard; never opened when nothing asks for them. */
  readonly ports?: { readonly traps: number; readonly syslog: number };
}

export class Watching {
  readonly all: LineEvidence[] = [];
  readonly forgotten: string[] = [];
  readonly #waits = new Waits<LineEvidence>(systemClock);
  readonly #watches: GatewayWatches;
  readonly #options: WatchingOptions;

  constructor(options: WatchingOptions) {
    this.#options = options;
    this.#watches = new GatewayWatches({
      clock: systemClock,
      log: silentLog,
      random: Math.random,
      secretOf: (name) => options.secrets?.[name],
      models: catalogue([MODELS]),
      address: '127.0.0.1',
      onEvidence: (_, evidence) => {
        this.all.push(evidence);
        this.#waits.offer(evidence);
      },
      onForgotten: (gateway) => this.forgotten.push(gateway),
    });
  }

  /** As the document in force wants it, or as `other` does. */
  follow(other: Partial<Pick<WatchingOptions, 'watch' | 'ports'>> | 'nothing' = {}): Promise<void> {
    const {
      host,
      kind = 'e1',
      model,
      watch,
      ports = { traps: 1, syslog: 1 },
    } = { ...this.#options, ...(other === 'nothing' ? {} : other) };
    const gateway: Gateway = {
      name: 'gw',
      kind,
      model,
      watch,
      address: { host, port: 5060 },
      codecs: ['alaw'],
    };
    return this.#watches.follow({
      gateways: other === 'nothing' ? {} : { gw: gateway },
      gatewayEvents: ports,
    });
  }

  look(): Promise<void> {
    return this.#watches.look();
  }

  /** The next evidence like this; armed before whatever causes it. */
  next(like: Partial<LineEvidence>): Promise<LineEvidence> {
    const fits = (evidence: LineEvidence): boolean =>
      Object.entries(like).every(([key, value]) => evidence[key as keyof LineEvidence] === value);
    return this.#waits.until(JSON.stringify(like), fits, HUNG_MS);
  }

  stop(): Promise<void> {
    return this.#watches.stop();
  }
}
