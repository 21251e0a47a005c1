/** A Mosquitto with headquarters' certificates, settings and rules, on ports of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeBrokerFiles } from '@branchline/controller/broker/broker-files';
import { openAuthority, type Authority } from '@branchline/controller/enrolment/authority';
import { systemClock } from '@branchline/runtime/clock';
import { newKeyPair, privateKeyPem } from '@branchline/runtime/web/x509';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { bringMosquitto, type Mosquitto } from '../bench/ingest/mosquitto.ts';

/** Debian's, installed or else fetched beside the repository's other things. */
export const ourMosquitto = (): Mosquitto =>
  bringMosquitto(join(import.meta.dirname, '../../.branchline/mosquitto'));

export class OutsideBroker {
  readonly #tenant: string;
  readonly #dir = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  readonly #clients: MqttClient[] = [];
  /** Where headquarters keeps its authority; without it, one of the broker's own. */
  readonly #identity: string;
  #authority: Authority | undefined;
  #program: Mosquitto | undefined;
  #child: ChildProcess | undefined;
  #ports = { boxes: 0, controllers: 0 };

  constructor(tenant: string, identity?: string) {
    this.#tenant = tenant;
    this.#identity = identity ?? this.#dir;
  }

  get port(): number {
    return this.#ports.boxes;
  }

  get controllersUrl(): string {
    return `mqtts://127.0.0.1:${this.#ports.controllers}`;
  }

  async start(program: Mosquitto): Promise<void> {
    this.#program = program;
    this.#authority = await openAuthority(this.#identity, this.#tenant, systemClock);
    this.#ports = { boxes: await freePort(), controllers: await freePort() };
    const at = (port: number) => ({ address: '127.0.0.1', port });
    const wanted = {
      kind: 'mosquitto',
      dir: this.#dir,
      at: this.#dir,
      tenant: this.#tenant,
      names: ['127.0.0.1', 'localhost'],
      boxes: at(this.#ports.boxes),
      controllers: at(this.#ports.controllers),
      user: userInfo().username,
      list: join(this.#identity, 'revoked.crl'),
    } as const;
    await writeBrokerFiles(this.#authority, wanted, systemClock);
    await this.run();
  }

  /** Again, with what it had; it has forgotten everything. */
  async run(): Promise<void> {
    if (!this.#program) throw new Error('the broker has not been started');
    this.#child = spawn(this.#program.file, ['-v', '-c', join(this.#dir, 'mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LD_LIBRARY_PATH: this.#program.libraries },
    });
    if (!this.#child.stderr) throw new Error('mosquitto has no voice');
    const said: string[] = [];
    for await (const line of createInterface({ input: this.#child.stderr })) {
      if (line.endsWith(' running')) return void this.#child.stderr.resume();
      said.push(line);
    }
    throw new Error(`mosquitto did not start: ${said.join('; ')}`);
  }

  /** Is told of headquarters' list, as whoever runs it brings it there. */
  readList(): void {
    copyFileSync(join(this.#identity, 'revoked.crl'), join(this.#dir, 'revoked.crl'));
    this.#child?.kill('SIGHUP');
  }

  /** By SIGKILL: nothing is said to anybody. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** A certificate of that name. */
  async certificate(name: string): Promise<{ cert: string; key: string; ca: string }> {
    if (!this.#authority) throw new Error('the broker has not been started');
    const keys = await newKeyPair();
    const subject = [{ O: [this.#tenant] }, { CN: [name] }];
    return {
      cert: await this.#authority.issue({ subject, publicKey: keys.publicKey, use: 'client' }),
      key: await privateKeyPem(keys.privateKey),
      ca: this.#authority.cert,
    };
  }

  /** A client with a certificate of that name. */
  async connect(name: string, options: IClientOptions = {}): Promise<MqttClient> {
    const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${this.#ports.boxes}`, {
      ...(await this.certificate(name)),
      clientId: name,
      protocolVersion: 4,
      reconnectPeriod: 0,
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  async end(): Promise<void> {
    for (const client of this.#clients) client.end(true);
    await this.kill();
    rmSync(this.#dir, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
