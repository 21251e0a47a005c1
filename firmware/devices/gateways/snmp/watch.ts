/** The lines of a gateway by SNMP: asked in a rhythm, and at once after a trap. */
import type { SnmpAccess } from '@branchline/contracts/branch/gateways';
import { errorText, type SourceDeps, type SourceWatch } from '../source.ts';
import type { Said } from '../lines.ts';
import type { SnmpModel } from '../model.ts';
import { Rhythm } from '../../rhythm.ts';
import type { Peers, View } from '../bytes/peers.ts';
import { Asking, loadSnmp, whyOf, type Keys } from './asking.ts';
import { columnsOf, judgeValue, readTables, type RowLines } from './reading.ts';
import type { Column } from './table.ts';
import { hearTraps } from './traps.ts';
import type { Varbind } from 'net-snmp';

export interface SnmpDeps extends SourceDeps {
  /** The socket that questions leave by. */
  readonly asking: () => Promise<Peers>;
  /** The socket that traps come in by. */
  readonly traps: () => Promise<Peers>;
}

export class SnmpWatch implements SourceWatch {
  readonly #host: string;
  readonly #access: SnmpAccess;
  readonly #model: SnmpModel;
  readonly #deps: SnmpDeps;
  readonly #rhythm: Rhythm;
  readonly #views: View[] = [];
  #asking: Asking | undefined;
  #rows: RowLines = new Map();
  #hearing = false;
  /** The keys of the sessions that are open; others need others. */
  #used: string | undefined;

  constructor(host: string, access: SnmpAccess, model: SnmpModel, deps: SnmpDeps) {
    this.#host = host;
    this.#access = access;
    this.#model = model;
    this.#deps = deps;
    const { clock, random } = deps;
    const run = (signal: AbortSignal): Promise<boolean> => this.#look(signal);
    this.#rhythm = new Rhythm({ clock, random, everyMs: access.everyMs, run });
  }

  start(): void {
    this.#rhythm.start();
  }

  look(): Promise<void> {
    return this.#rhythm.now();
  }

  async stop(): Promise<void> {
    const stopped = this.#rhythm.stop();
    this.#release();
    await stopped;
  }

  async #look(signal: AbortSignal): Promise<boolean> {
    try {
      const asking = await this.#ready(signal);
      const columns = new Map<string, Column>();
      for (const oid of columnsOf(this.#model.readings)) columns.set(oid, await asking.column(oid, signal));
      if (signal.aborted) return false;
      this.#tellTables(columns);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const why = error instanceof NotReady ? error.message : whyOf(error, this.#access.withinMs);
      this.#deps.log.debug({ err: error }, 'SNMP could not be read');
      this.#deps.tell.unclear('snmp-poll', why);
      return false;
    }
  }

  #tellTables(columns: ReadonlyMap<string, Column>): void {
    const { said, rows } = readTables(this.#model.readings, columns);
    this.#rows = rows;
    const { tell } = this.#deps;
    if (said.length > 0) tell.stands('snmp-poll', said);
    else tell.unclear('snmp-poll', 'the agent tells of no line');
  }

  /** What the trap itself says is told at once; the reading after it says the rest. */
  #onTrap(varbinds: readonly Varbind[]): void {
    const said = varbinds.flatMap(({ oid, value }): Said[] => {
      const line = this.#rows.get(oid);
      const reading = this.#model.readings.find(({ column }) => oid.startsWith(`${column}.`));
      if (line === undefined || !reading || reading.blocked) return [];
      return [
        {
          line,
          reading: reading.name,
          judgement: judgeValue(reading, typeof value === 'number' ? value : undefined),
        },
      ];
    });
    if (said.length > 0) this.#deps.tell.more('snmp-trap', said);
    void this.#rhythm.now();
  }

  async #ready(signal: AbortSignal): Promise<Asking> {
    const keys = this.#keys();
    const used = JSON.stringify(keys);
    if (used !== this.#used) this.#release();
    this.#used = used;
    const snmp = await loadSnmp();
    await this.#hear(snmp, keys);
    if (this.#asking) return this.#asking;
    const view = (await this.#deps.asking()).view(this.#host);
    signal.throwIfAborted();
    try {
      this.#asking = new Asking(snmp, this.#host, this.#access, keys, view);
    } catch (error) {
      view.close();
      throw new NotReady(errorText(error));
    }
    this.#views.push(view);
    return this.#asking;
  }

  /** A trap port that somebody else holds is tried again at the next turn; the questions go on without. */
  async #hear(snmp: Awaited<ReturnType<typeof loadSnmp>>, keys: Keys): Promise<void> {
    if (this.#hearing) return;
    const { log, traps } = this.#deps;
    let view: View | undefined;
    try {
      view = (await traps()).view(this.#host);
      hearTraps(snmp, this.#access, keys, view, {
        onTrap: (varbinds) => this.#onTrap(varbinds),
        onRefused: (why) => log.debug({ why }, 'a trap was not taken'),
        engine: () => this.#asking?.engine,
      });
      this.#views.push(view);
      this.#hearing = true;
    } catch (error) {
      view?.close();
      log.warn({ why: errorText(error) }, 'traps cannot be heard');
    }
  }

  #release(): void {
    // A question that is under way ends with its session.
    this.#asking?.close();
    this.#asking = undefined;
    this.#hearing = false;
    for (const view of this.#views.splice(0)) view.close();
  }

  #keys(): Keys {
    const { secret, privacySecret } = this.#access;
    const read = (name: string): string => {
      const value = this.#deps.secretOf(name);
      if (value === undefined) throw new NotReady(`there is no secret '${name}' on this box`);
      return value;
    };
    return {
      secret: read(secret),
      ...(privacySecret === undefined ? {} : { privacySecret: read(privacySecret) }),
    };
  }
}

class NotReady extends Error {}
