/** One branch on this host: its folder, what it needs before it can be started, and the two programs that serve it. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { secretsPurpose, sharedSecrets } from '@branchline/contracts/shared-secrets';
import type { StandInPlace, StandInSays } from '@branchline/contracts/stand-in-wire';
import { readIdentity, openKey } from '@branchline/firmware/uplink/identity';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { unseal } from '@branchline/runtime/sealed';
import { Program } from './program.ts';
import type { Settings } from './settings.ts';
import type { Slot } from './slots.ts';

export interface PlaceOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Settings;
  readonly slot: Slot;
  /** Of this branch. */
  readonly dir: string;
  readonly branch: string;
  readonly hostIdentityDir: string;
  readonly request: (csr: string) => void;
  /** This host may run one more. */
  readonly room: () => boolean;
  readonly changed: () => void;
}

/** Where Debian has its own (file-hierarchy(7)). */
const PROGRAMS = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

type Shown = StandInSays['places'][number];

export class Place {
  readonly #options: PlaceOptions;
  readonly #service: Program;
  readonly #engine: Program;
  #told: StandInPlace | undefined;
  #why: string | undefined;
  #begun = false;

  constructor(options: PlaceOptions) {
    this.#options = options;
    for (const part of [this.#data, join(options.dir, 'run')])
      mkdirSync(part, { recursive: true, mode: 0o750 });
    const { engineRoot, service, engine } = options.settings;
    const args = [
      '--root',
      engineRoot,
      '--instance',
      join(this.#data, 'engine'),
      '--site',
      join(this.#data, 'engine-site.json'),
    ];
    this.#engine = this.#program('engine', [process.execPath, engine, ...args]);
    this.#service = this.#program('service', [process.execPath, '--max-semi-space-size=1', service]);
  }

  /** All that headquarters says of it; kept, so that a host that begins without headquarters knows it. */
  async told(place: StandInPlace): Promise<void> {
    this.#told = place;
    this.#takeDocument(place);
    this.#takeSecrets(place);
    await this.#takeCertificate(place);
    if (place.end === true) this.end();
    this.begin();
    this.#options.changed();
  }

  /** Those that end take it until they have. */
  get takesRoom(): boolean {
    return this.#begun || this.#programs.some(({ state }) => state !== 'off');
  }

  /** If it is to be there, all it needs is, and there is room. */
  begin(): void {
    if (this.#told?.run !== true) this.#begun = false;
    else if (this.#missing() === undefined && (this.takesRoom || this.#options.room())) {
      this.#begun = true;
      for (const program of this.#programs) program.start();
    }
  }

  shown(): Shown {
    const { branch } = this.#options;
    const revision = readIfThere(join(this.#data, 'revision')) ?? null;
    const why = this.#missing();
    return {
      ...{ branch, state: this.#state(), revision },
      hasSecrets: readIfThere(this.#secretsPath) !== undefined,
      ...(why === undefined ? {} : { why }),
    };
  }

  /** Nobody is at it, and it is not needed. */
  end(): void {
    this.#begun = false;
    for (const program of this.#programs) program.end();
  }

  /** It goes on by itself: calls may be in it. */
  leave(): void {
    for (const program of this.#programs) program.leave();
  }

  get #data(): string {
    return join(this.#options.dir, 'data');
  }

  get #identity(): string {
    return join(this.#data, 'identity');
  }

  get #secretsPath(): string {
    return join(this.#data, 'phone-secrets.json');
  }

  #state(): Shown['state'] {
    if (this.#service.state === 'failing' || this.#engine.state === 'failing') return 'failing';
    if (this.#service.state === 'running' && this.#engine.state === 'running') return 'running';
    if (this.#missing() !== undefined) return 'absent';
    return this.#told?.run === true ? 'starting' : 'cold';
  }

  /** What it waits for, for a person. */
  #missing(): string | undefined {
    if (this.#why !== undefined) return this.#why;
    if (readIfThere(join(this.#identity, 'box.crt')) === undefined) return 'it waits for its certificate';
    if (readIfThere(this.#secretsPath) === undefined) return "it waits for the passwords of the branch's box";
    return undefined;
  }

  #takeDocument({ document, revision }: StandInPlace): void {
    if (readIfThere(join(this.#data, 'revision')) === revision) return;
    writeFileAtomic(join(this.#data, 'branch.yaml'), document, 0o640);
    writeFileAtomic(join(this.#data, 'revision'), revision);
    this.#service.signal('SIGHUP');
  }

  #takeSecrets({ branch, secrets: sealed }: StandInPlace): void {
    if (sealed === null || readIfThere(join(this.#data, 'sealed')) === sealed) return;
    const { hostIdentityDir, settings, log } = this.#options;
    const text = unseal(openKey(hostIdentityDir), secretsPurpose(branch, settings.name), sealed);
    const read = text === undefined ? undefined : sharedSecrets.safeParse(JSON.parse(text));
    if (!read?.success) {
      this.#why = 'the passwords of its box cannot be opened with the key of this host';
      return void log.error({ branch }, this.#why);
    }
    this.#why = undefined;
    const files = [
      [this.#secretsPath, JSON.stringify(read.data.phones, null, 2)],
      [join(this.#data, 'secrets.json'), JSON.stringify(read.data.secrets, null, 2)],
    ] as const;
    const before = files.map(([path]) => readIfThere(path));
    // Sealed anew it is another text each time.
    const others = files.filter(([, text], index) => text !== before[index]);
    for (const [path, text] of others) writeFileAtomic(path, text, 0o600);
    writeFileAtomic(join(this.#data, 'sealed'), sealed, 0o600);
    // It reads them as it begins; its calls are the engine's, and stay.
    if (others.length > 0 && before[0] !== undefined) this.#service.signal('SIGTERM');
  }

  async #takeCertificate({ certificate, box }: StandInPlace): Promise<void> {
    const { settings, hostIdentityDir } = this.#options;
    const whose = { identityDir: this.#identity, tenant: settings.tenant, box };
    const key = openKey(this.#identity);
    if (certificate !== null && new X509Certificate(certificate).checkPrivateKey(key)) {
      writeFileAtomic(join(this.#identity, 'ca.crt'), readIfThere(join(hostIdentityDir, 'ca.crt')) ?? '');
      writeFileAtomic(join(this.#identity, 'box.crt'), certificate);
    }
    if ((await readIdentity(whose)).fit) return;
    this.#options.request(readIfThere(join(this.#identity, 'box.csr')) ?? '');
  }

  get #programs(): readonly Program[] {
    return [this.#service, this.#engine];
  }

  #program(name: string, argv: readonly string[]): Program {
    const { clock, log, dir, changed } = this.#options;
    const [pidFile, logFile] = [join(dir, `run/${name}.json`), join(dir, `run/${name}.log`)];
    return new Program({ clock, log, argv, env: this.#environment(), pidFile, logFile, changed });
  }

  #environment(): Record<string, string> {
    const { settings, slot } = this.#options;
    const of = {
      ...{ DATA_DIR: this.#data, ROLE: 'stand-in', TENANT: settings.tenant },
      ...{ SIP_ADDRESS: slot.address, SIP_PORT: slot.sipPort, ARI_PORT: slot.ariPort },
      ...{ RTP_FIRST: slot.rtp.first, RTP_LAST: slot.rtp.last },
      ...{ CONSOLE_LISTEN: `127.0.0.1:${slot.consolePort}`, UI_DIR: settings.uiDir },
      ...{ HQ_HOST: settings.hqHost, HQ_PORT: settings.hqPort, PROMPTS_DIR: settings.promptsDir },
      LOG_LEVEL: settings.logLevel,
    };
    const named = Object.entries(of).map(([key, value]) => [`BRANCHLINE_BOX_${key}`, String(value)]);
    const given = Object.fromEntries(named) as Record<string, string>;
    return { PATH: PROGRAMS, LANG: 'C.UTF-8', ...given };
  }
}
