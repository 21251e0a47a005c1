/** A Mosquitto with headquarters' certificates and rules, on a port of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { mosquittoRules } from '@branchline/controller/broker/mosquitto-rules';
import { brokerCertificate, openAuthority, type Authority } from '@branchline/controller/enrolment/authority';
import { systemClock } from '@branchline/runtime/clock';
import { newKeyPair, privateKeyPem } from '@branchline/runtime/web/x509';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { Mosquitto } from '../bench/ingest/mosquitto.ts';

export class OutsideBroker {
  readonly #tenant: string;
  readonly #dir = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  readonly #clients: MqttClient[] = [];
  #authority: Authority | undefined;
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  async start(program: Mosquitto): Promise<void> {
    this.#authority = await openAuthority(this.#dir, this.#tenant, systemClock);
    await brokerCertificate(this.#authority, this.#dir, ['127.0.0.1'], systemClock);
    this.#port = await freePort();
    const at = (name: string): string => join(this.#dir, name);
    writeFileSync(at('acl'), mosquittoRules(this.#tenant), { mode: 0o600 });
    const settings = [
      `listener ${this.#port} 127.0.0.1`,
      `cafile ${at('ca.crt')}`,
      `certfile ${at('broker.crt')}`,
      `keyfile ${at('broker.key')}`,
      'require_certificate true',
      'use_identity_as_username true',
      `acl_file ${at('acl')}`,
      `user ${userInfo().username}`,
    ];
    writeFileSync(at('mosquitto.conf'), settings.join('\n'));
    this.#child = spawn(program.file, ['-v', '-c', at('mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LD_LIBRARY_PATH: program.libraries },
    });
    if (!this.#child.stderr) throw new Error('mosquitto has no voice');
    for await (const line of createInterface({ input: this.#child.stderr }))
      if (line.endsWith(' running')) break;
    this.#child.stderr.resume();
  }

  /** A client with a certificate of that name. */
  async connect(name: string, options: IClientOptions = {}): Promise<MqttClient> {
    if (!this.#authority) throw new Error('the broker has not been started');
    const keys = await newKeyPair();
    const subject = [{ O: [this.#tenant] }, { CN: [name] }];
    const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${this.#port}`, {
      cert: await this.#authority.issue({ subject, publicKey: keys.publicKey, use: 'client' }),
      key: await privateKeyPem(keys.privateKey),
      ca: this.#authority.cert,
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
    if (this.#child && this.#child.exitCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill();
      await gone;
    }
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
