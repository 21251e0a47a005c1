/** The watch of one gateway: every source that its document names, told with one voice. */
import type { WatchSource } from '@branchline/contracts/branch/gateways';
import type { Gateway } from '@branchline/contracts/branch/model';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Peers } from './bytes/peers.ts';
import { linesOf, noted, NO_LINES, readAgain, unclearFrom, worth, type Lines, type Said } from './lines.ts';
import type { GatewayModel } from './model.ts';
import type { GatewayWatch, LineEvidence } from './port.ts';
import type { SourceDeps, SourceWatch, Tell } from './source.ts';

export interface WatchDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly secretOf: (name: string) => string | undefined;
  /** Sockets that all gateways share, opened when the first asks. */
  readonly sockets: {
    readonly asking: () => Promise<Peers>;
    readonly traps: () => Promise<Peers>;
    readonly syslog: () => Promise<Peers>;
  };
}

/** Drivers are read when the first gateway needs them. */
export async function openGatewayWatch(
  gateway: Gateway,
  model: GatewayModel,
  deps: WatchDeps,
): Promise<GatewayWatch> {
  const { clock, log, random, secretOf, sockets } = deps;
  const watch = new ComposedWatch(clock);
  const source: SourceDeps = {
    clock,
    random,
    secretOf,
    log: log.child({ gateway: gateway.name }),
    tell: watch,
  };
  const { host } = gateway.address;
  const { snmp, console, http, syslog = false } = gateway.watch ?? {};
  if (snmp && model.snmp) {
    const { SnmpWatch } = await import('./snmp/watch.ts');
    const { asking, traps } = sockets;
    watch.add(new SnmpWatch(host, snmp, model.snmp, { ...source, asking, traps }));
  }
  if (console && model.console) {
    const [{ ConsoleWatch }, { openStream }] = await Promise.all([
      import('./console/watch.ts'),
      import('../bytes/stream.ts'),
    ]);
    watch.add(new ConsoleWatch(console, model.console, { ...source, open: openStream }));
  }
  if (http && model.http) {
    const { HttpWatch } = await import('./http/watch.ts');
    watch.add(new HttpWatch(host, http, model.http, source));
  }
  if (syslog && model.syslog) {
    const { SyslogWatch } = await import('./syslog/watch.ts');
    const onSaid = (): void => void watch.look();
    watch.add(new SyslogWatch(host, model.syslog, { ...source, receiver: sockets.syslog, onSaid }));
  }
  return watch;
}

class ComposedWatch implements GatewayWatch, Tell {
  readonly #clock: Clock;
  readonly #sources: SourceWatch[] = [];
  readonly #listeners = new Set<(evidence: LineEvidence) => void>();
  #lines: Lines = NO_LINES;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(source: SourceWatch): void {
    this.#sources.push(source);
  }

  stands(source: LineEvidence['source'], said: readonly Said[]): void {
    this.#lines = readAgain(this.#lines, familyOf(source), said);
    this.#tell(
      source,
      said.map(({ line }) => line),
    );
  }

  more(source: LineEvidence['source'], said: readonly Said[]): void {
    this.#lines = noted(this.#lines, familyOf(source), said);
    this.#tell(
      source,
      said.map(({ line }) => line),
    );
  }

  unclear(source: LineEvidence['source'], why: string): void {
    this.#lines = unclearFrom(this.#lines, familyOf(source), why);
    this.#tell(source, linesOf(this.#lines, familyOf(source)));
  }

  start(): void {
    for (const source of this.#sources) source.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#sources.map((source) => source.stop()));
  }

  onEvidence(listener: (evidence: LineEvidence) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async look(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.look()));
  }

  /** Each line once, whatever was said of it. */
  #tell(source: LineEvidence['source'], lines: readonly string[]): void {
    if (this.#stopped) return;
    const at = this.#clock.now();
    for (const line of new Set(lines)) this.#hand({ source, at, line, ...worth(this.#lines, line) });
  }

  #hand(evidence: LineEvidence): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(evidence);
      } catch {
        // Whoever listens answers for himself; the others are told all the same.
      }
    }
  }
}

const familyOf = (source: LineEvidence['source']): WatchSource =>
  source === 'snmp-poll' || source === 'snmp-trap' ? 'snmp' : source;
