/**
 * A whole branch for a test: headquarters and box as processes of their own, the real engine, a public network, phones and
 * callers in this process. Everything on addresses and ports of its own; everything ends with the test.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Branch } from '@branchline/contracts/branch/model';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { LabGateway } from '@branchline/lab/gateways/gateway';
import { gatewayPlans } from '@branchline/lab/gateways/plans';
import { DeskPhone } from '@branchline/lab/phones/desk-phone';
import { readPlan, type LabPlanInput } from '@branchline/lab/plan';
import { startPstn, type Pstn } from '@branchline/lab/pstn/pstn';
import { openSubscriber } from '@branchline/lab/pstn/subscriber';
import { createPacer, type Pacer } from '@branchline/lab/rtp/pacer';
import { freeTcpPort } from '@branchline/lab/tcp';
import { freeUdpRange } from '@branchline/lab/udp';
import { Door } from './door.ts';
import { bedDocument } from './document.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
export const ENGINE_ROOT = process.env.BRANCHLINE_ENGINE_ROOT;

const PHONE_TONES = [520, 610, 730, 870, 940];
const SUBSCRIBER_TONES = [1_030, 1_230, 1_470, 1_770, 1_910, 2_110];

/** What each caller says: another tone for everybody, up to thirty-six of them. */
export const subscriberTone = (index: number): number =>
  SUBSCRIBER_TONES[index] ?? 2_150 + 40 * (index - SUBSCRIBER_TONES.length);

export interface BranchOrder {
  /** Of the branch document, as written; the bed's own small branch when left out. */
  readonly document?: (addresses: { gateway: string }) => object;
  readonly headquarters?: boolean;
  readonly subscribers?: number;
  /** The gateway can fail (`bed.gateway`), and answers SNMP on this port of its own address. */
  readonly failing?: { readonly port: number; readonly community: string };
  /** Carriers that the box reaches by SIP itself. */
  readonly carriers?: (net: string) => Promise<LabPlanInput['pstn']['carriers']>;
  /** Told of the box's empty data directory before anything is in it. */
  readonly onPlaces?: (boxDir: string) => void;
  /** More settings of the box, by their variable; of headquarters, told of its data directory's place. */
  readonly boxEnv?: Readonly<Record<string, string>>;
  readonly hqEnv?: (dir: string) => Readonly<Record<string, string>>;
  /** Another public network than the bed's own. */
  readonly lab?: (plan: LabPlanInput, net: string) => LabPlanInput;
  /** Telephones are registered there as well. */
  readonly secondRegistrar?: (net: string) => { host: string; port: number };
}

export class BranchBed {
  readonly dir = mkdtempSync(join(tmpdir(), 'branchline-bed-'));
  readonly pacer: Pacer = createPacer();
  readonly phones: Record<string, DeskPhone> = {};
  readonly callers: DeskPhone[] = [];
  readonly #processes = new Map<string, ChildProcess>();
  readonly #order: BranchOrder;
  /** The first three parts of every address. */
  readonly net: string;
  #branch: Branch | undefined;
  #pstn: Pstn | undefined;
  #gateway: LabGateway | undefined;
  #boxEnv: Record<string, string> = {};
  #hqEnv: Record<string, string> = {};
  #boxPassword = '';
  #hqPassword = '';

  private constructor(order: BranchOrder) {
    this.#order = order;
    // Of 127.0.0.0/8, where every address is this machine: a net of its own for each bed, whoever else runs one.
    this.net = `127.${20 + randomInt(200)}.${randomInt(250)}`;
    process.once('exit', this.#kill);
  }

  static async start(order: BranchOrder = {}): Promise<BranchBed> {
    const bed = new BranchBed(order);
    try {
      await bed.#start();
      return bed;
    } catch (error) {
      const words = bed.lastWords();
      await bed.stop();
      throw new Error(
        `the branch did not start: ${error instanceof Error ? error.message : String(error)}\n${words}`,
        { cause: error },
      );
    }
  }

  get branch(): Branch {
    if (!this.#branch) throw new Error('the branch has not been started');
    return this.#branch;
  }

  /** Of a branch that was ordered with `failing`. */
  get gateway(): LabGateway {
    if (!this.#gateway) throw new Error('the gateway of this branch cannot fail');
    return this.#gateway;
  }

  get boxDir(): string {
    return join(this.dir, 'box');
  }

  get engineRunDir(): string {
    return join(this.boxDir, 'engine/run');
  }

  async #start(): Promise<void> {
    const { document = bedDocument, headquarters = true } = this.#order;
    for (const name of ['box', 'hq', 'pstn', 'logs']) mkdirSync(join(this.dir, name), { recursive: true });
    this.#order.onPlaces?.(this.boxDir);
    const raw = document({ gateway: `${this.net}.11` });
    const resolution = resolveBranch(raw);
    if (!resolution.ok)
      throw new Error(`the bed's document has faults: ${JSON.stringify(resolution.faults)}`);
    this.#branch = resolution.branch;
    writeFileSync(join(this.boxDir, 'branch.yaml'), JSON.stringify(raw));
    await this.#settings(headquarters);
    this.#boxPassword = this.#prepare();
    if (headquarters) this.#enrol();
    if (headquarters) this.startHeadquarters();
    this.startEngine();
    this.startBox();
    await this.#lab(this.#phoneSecrets());
    await this.box().until('/api/ready', (answer) => (answer as { ready: boolean }).ready, 30_000);
    if (headquarters)
      await this.hq().until('/api/ready', (answer) => (answer as { ready: boolean }).ready, 30_000);
    await Promise.all([...Object.values(this.phones), ...this.callers].map((phone) => phone.register()));
    await this.#allReachable();
  }

  async #settings(headquarters: boolean): Promise<void> {
    const [ari, page, hqPage, broker] = await Promise.all([1, 2, 3, 4].map(() => freeTcpPort()));
    const rtp = await freeUdpRange('127.0.0.1', 400);
    this.#boxEnv = {
      BRANCHLINE_BOX_DATA_DIR: this.boxDir,
      BRANCHLINE_BOX_SIP_ADDRESS: `${this.net}.10`,
      BRANCHLINE_BOX_SIP_PORT: '5060',
      BRANCHLINE_BOX_RTP_FIRST: String(rtp),
      BRANCHLINE_BOX_RTP_LAST: String(rtp + 399),
      BRANCHLINE_BOX_ARI_PORT: String(ari),
      BRANCHLINE_BOX_CONSOLE_LISTEN: `127.0.0.1:${page}`,
      BRANCHLINE_BOX_LOG_LEVEL: 'debug',
      // Tests kill it as often as they like.
      BRANCHLINE_BOX_SAFE_MODE_AFTER: '0',
      ...(headquarters
        ? { BRANCHLINE_BOX_HQ_HOST: '127.0.0.1', BRANCHLINE_BOX_HQ_PORT: String(broker) }
        : {}),
      ...this.#order.boxEnv,
    };
    this.#hqEnv = {
      BRANCHLINE_HQ_DATA_DIR: join(this.dir, 'hq'),
      BRANCHLINE_HQ_HTTP_LISTEN: `127.0.0.1:${hqPage}`,
      BRANCHLINE_HQ_MQTT_LISTEN: `127.0.0.1:${broker}`,
      BRANCHLINE_HQ_LOG_LEVEL: 'debug',
      ...this.#order.hqEnv?.(this.dir),
    };
  }

  #prepare(): string {
    const said = this.#script('firmware/prepare.ts', [], this.#boxEnv);
    return (JSON.parse(said.trim().split('\n').at(-1) ?? '{}') as { password: string }).password;
  }

  #enrol(): void {
    this.enrol(this.branch.site.id, join(this.boxDir, 'identity'));
    this.#hqPassword = this.#script('controller/access/main.ts', ['new-password'], this.#hqEnv).trim();
  }

  /** Headquarters signs the request that lies in a folder, and puts the certificate beside it. */
  enrol(box: string, folder: string): void {
    const args = ['enrol', '--csr', join(folder, 'box.csr'), '--box', box, '--out', folder];
    this.#script('controller/enrolment/main.ts', args, this.#hqEnv);
  }

  get broker(): { host: string; port: number } {
    const [host = '', port = ''] = (this.#hqEnv.BRANCHLINE_HQ_MQTT_LISTEN ?? '').split(':');
    return { host, port: Number(port) };
  }

  #script(path: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
    const result = spawnSync(process.execPath, [join(repository, path), ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    if (result.status !== 0) throw new Error(`${path} failed: ${result.stderr}${result.stdout}`);
    return result.stdout;
  }

  async #lab(secrets: Readonly<Record<string, string>>): Promise<void> {
    const rtp = await freeUdpRange('127.0.0.1', 400);
    const count = this.#order.subscribers ?? 4;
    const trunk = Object.values(this.branch.trunks)[0];
    const plan: LabPlanInput = {
      box: { host: `${this.net}.10`, port: 5060 },
      pstn: {
        engineRoot: engineRoot(),
        instance: join(this.dir, 'pstn'),
        exchange: { host: `${this.net}.12`, port: 5060 },
        rtp: { first: rtp, last: rtp + 399 },
        country: { code: '86', area: '571' },
        carriers: (await this.#order.carriers?.(this.net)) ?? [],
      },
      gateways: [
        {
          name: 'e1-main',
          address: { host: `${this.net}.11`, port: 5060 },
          channels: trunk?.channels ?? 30,
          numbers: [...(trunk?.numbers ?? [])],
          ...this.#failing(),
        },
      ],
      subscribers: Array.from({ length: count }, (_, index) => ({
        number: `+861390000${String(index + 1).padStart(4, '0')}`,
        user: `861390000${String(index + 1).padStart(4, '0')}`,
        password: `subscriber-${index}-secret`,
        tone: subscriberTone(index),
      })),
      subscriberHost: `${this.net}.20`,
    };
    const lab = readPlan(this.#order.lab?.(plan, this.net) ?? plan);
    this.#pstn = await startPstn(lab, this.pacer);
    for (const one of gatewayPlans(lab)) this.#gateway = await LabGateway.open(one);
    for (const line of lab.subscribers) {
      this.callers.push(
        await openSubscriber(line, {
          exchange: lab.pstn.exchange,
          host: lab.subscriberHost,
          pacer: this.pacer,
        }),
      );
    }
    for (const { name, owner } of Object.values(this.branch.phones))
      await this.#openPhone(name, owner?.extension ?? name, secrets[name] ?? '');
  }

  #failing(): Partial<NonNullable<LabPlanInput['gateways']>[number]> {
    const { failing } = this.#order;
    if (!failing) return {};
    const traps = { host: `${this.net}.10`, port: this.branch.gatewayEvents.traps };
    return { behind: { engine: 5062, relay: 5064 }, snmp: { ...failing, traps } };
  }

  /** A phone that the document has only now; it has not registered yet. */
  plugIn(name: string, extension: string): Promise<DeskPhone> {
    return this.#openPhone(name, extension, this.#phoneSecrets()[name] ?? '');
  }

  async #openPhone(name: string, extension: string, password: string): Promise<DeskPhone> {
    const index = Object.keys(this.phones).length;
    const second = this.#order.secondRegistrar?.(this.net);
    const phone = await DeskPhone.open({
      server: { host: `${this.net}.10`, port: 5060 },
      ...(second && { second }),
      localAddress: `${this.net}.${30 + index}`,
      user: `phone-${name}`,
      password,
      extension,
      tone: PHONE_TONES[index % PHONE_TONES.length] ?? 600,
      pacer: this.pacer,
    });
    this.phones[name] = phone;
    return phone;
  }

  #phoneSecrets(): Record<string, string> {
    return JSON.parse(readFileSync(join(this.boxDir, 'phone-secrets.json'), 'utf8')) as Record<
      string,
      string
    >;
  }

  async #allReachable(): Promise<void> {
    await this.box().untilLive(
      (live) => Object.values(live.phones).every((phone) => phone.reachable),
      15_000,
    );
    await this.box().untilLive(
      (live) => Object.values(live.trunks).every((trunk) => trunk.state === 'up'),
      15_000,
    );
  }

  phone(name: string): DeskPhone {
    const phone = this.phones[name];
    if (!phone) throw new Error(`no phone ${name}; there are ${Object.keys(this.phones).join(', ')}`);
    return phone;
  }

  caller(index = 0): DeskPhone {
    const caller = this.callers[index];
    if (!caller) throw new Error(`no caller ${index}`);
    return caller;
  }

  box(): Door {
    return new Door(`http://${this.#boxEnv.BRANCHLINE_BOX_CONSOLE_LISTEN}`, this.#boxPassword);
  }

  hq(): Door {
    return new Door(`http://${this.#hqEnv.BRANCHLINE_HQ_HTTP_LISTEN}`, this.#hqPassword);
  }

  get passwords(): { box: string; hq: string } {
    return { box: this.#boxPassword, hq: this.#hqPassword };
  }

  /** The public network with its gateways: SIGSTOP makes every gateway fall silent, SIGCONT brings it back. */
  signalGateways(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (!this.#pstn) throw new Error('the public network has not been started');
    process.kill(this.#pstn.pid, signal);
  }

  startHeadquarters(): void {
    this.#spawn('hq', ['controller/main.ts'], this.#hqEnv);
  }

  startBox(): void {
    this.#spawn('box', ['firmware/main.ts'], this.#boxEnv);
  }

  /** `through` runs it in turn, as `unshare` does. */
  startEngine(through: readonly string[] = []): void {
    const engine = join(this.boxDir, 'engine');
    this.#spawn(
      'engine',
      [
        'firmware/engine/instance/main.ts',
        '--root',
        engineRoot(),
        '--instance',
        engine,
        '--site',
        join(this.boxDir, 'engine-site.json'),
      ],
      {},
      through,
    );
  }

  process(name: string): ChildProcess {
    const child = this.#processes.get(name);
    if (!child) throw new Error(`${name} has not been started`);
    return child;
  }

  /** The service is there, has the engine, and has taken over its calls. */
  boxReady(withinMs = 20_000): Promise<void> {
    return this.box().until('/api/ready', (answer) => (answer as { ready: boolean }).ready, withinMs);
  }

  /** Ends a process and waits until it is gone. */
  async end(name: 'hq' | 'box' | 'engine', signal: NodeJS.Signals): Promise<void> {
    const child = this.process(name);
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill(signal);
    await gone;
  }

  /** A program beside the branch; ends with it. */
  startBeside(name: string, script: string, env: Readonly<Record<string, string>>): ChildProcess {
    this.#spawn(name, [script], env);
    return this.process(name);
  }

  #spawn(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    through: readonly string[] = [],
  ): void {
    const log = createWriteStream(join(this.dir, 'logs', `${name}.log`), { flags: 'a' });
    const [script = '', ...rest] = args;
    const [file = '', ...all] = [...through, process.execPath, join(repository, script), ...rest];
    const child = spawn(file, all, {
      cwd: repository,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    this.#processes.set(name, child);
  }

  log(name: 'hq' | 'box' | 'engine'): string {
    return readFileSync(join(this.dir, 'logs', `${name}.log`), 'utf8');
  }

  lastWords(): string {
    const words = (['hq', 'box', 'engine'] as const).map((name) => {
      try {
        return `--- ${name}\n${this.log(name).slice(-2_500)}`;
      } catch {
        return `--- ${name}: no log`;
      }
    });
    return words.join('\n');
  }

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    await Promise.allSettled([...Object.values(this.phones), ...this.callers].map((phone) => phone.close()));
    await this.#gateway?.close();
    await this.#pstn?.stop();
    for (const child of this.#processes.values()) child.kill('SIGCONT');
    await Promise.all(
      [...this.#processes.values()].map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }),
    );
    rmSync(this.dir, { recursive: true, force: true });
  }

  readonly #kill = (): void => {
    for (const child of this.#processes.values()) child.kill('SIGKILL');
  };
}

function engineRoot(): string {
  if (ENGINE_ROOT === undefined)
    throw new Error('BRANCHLINE_ENGINE_ROOT must name an engine root: `npm test` makes one');
  return ENGINE_ROOT;
}
