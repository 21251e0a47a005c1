/** For tests: a box out of its carton, on its way to headquarters. */
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TENANT, type Certificate } from '@branchline/controller/test-bed';
import { Enroller, type EnrollerDeps } from '@branchline/firmware/uplink/enroller';
import { keepPlace, placeOfHeadquarters } from '@branchline/firmware/uplink/place';
import { MemoryLedger } from '@branchline/firmware/uplink/testing/memory-ledger';
import { Uplink } from '@branchline/firmware/uplink/uplink';
import { systemClock, type Clock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';

const SESSION = { firstRetryMs: 20, longestRetryMs: 50, provenMs: 1_000 };

export class NewBox {
  readonly dir = mkdtempSync(join(tmpdir(), 'new-box-'));
  readonly identity = join(this.dir, 'identity');
  readonly document = join(this.dir, 'branch.yaml');
  readonly told = new EventEmitter();
  readonly ledger = new MemoryLedger();
  readonly serial: string;
  name: string | undefined;
  enroller: Enroller | undefined;
  uplink: Uplink | undefined;

  constructor(serial: string) {
    this.serial = serial;
  }

  async asks(url: string, post?: EnrollerDeps['post']): Promise<string> {
    this.enroller = new Enroller({
      settings: { url, identityDir: this.identity, document: this.document },
      clock: systemClock,
      random: () => 0,
      log: silentLog,
      hardware: { serial: this.serial, vendor: 'Acme', product: 'Branch 1' },
      version: 'test',
      longestWaitMs: 100,
      onGranted: (name) => {
        this.name = name;
        this.told.emit('granted');
      },
      ...(post && { post }),
    });
    await this.enroller.start();
    return this.enroller.status()?.code ?? '';
  }

  async granted(): Promise<void> {
    if (this.name === undefined) await once(this.told, 'granted', { signal: AbortSignal.timeout(20_000) });
  }

  /** With what the claim has left in its files, and nothing else. */
  connects(clock: Clock = systemClock): Uplink {
    const place = placeOfHeadquarters(this.identity);
    if (!place || this.name === undefined) throw new Error('nobody has claimed this box');
    this.uplink = new Uplink({
      settings: { ...place, box: this.name, identityDir: this.identity },
      clock,
      random: Math.random,
      log: silentLog,
      version: 'test',
      ledger: this.ledger,
      alarms: { raise: () => undefined, clear: () => undefined },
      reported: () => ({ version: 'test', revision: 'a'.repeat(64), document: { site: {} }, warnings: 0 }),
      onStatus: (status) => this.told.emit('status', status),
      tuning: { session: SESSION },
    });
    this.uplink.start();
    return this.uplink;
  }

  /** As it was enrolled some time ago. */
  has(name: string, port: number, { key, cert, ca }: Certificate): void {
    mkdirSync(this.identity, { mode: 0o700 });
    writeFileSync(join(this.identity, 'box.key'), key, { mode: 0o600 });
    writeFileSync(join(this.identity, 'box.crt'), cert);
    writeFileSync(join(this.identity, 'ca.crt'), ca);
    keepPlace(this.identity, { host: '127.0.0.1', port, tenant: TENANT });
    this.name = name;
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.told, 'status', { signal: AbortSignal.timeout(10_000) });
  }

  async end(): Promise<void> {
    this.enroller?.stop();
    await this.uplink?.stop();
    rmSync(this.dir, { recursive: true });
  }
}
