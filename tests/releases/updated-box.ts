/**
 * For tests: a box that runs from a folder of releases. The service is the real one, bundled under a version of the test's choosing; the root side is the
 * program that systemd would start, as an ordinary process; only systemd's part (start anew what ended, start root's program for a wish) is played here.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { TENANT, type Certificate } from '@branchline/controller/test-bed';
import { freeTcpPort } from '@branchline/lab/tcp';
import { LEFT_IN_PLACE } from '../../tools/build.ts';
import type { Files } from './made.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const SERVICE = 'dist/firmware/main.mjs';
const ROOT = 'dist/firmware/release/root/main.mjs';
export const BOX = 'hangzhou-west';

/** The service and the root side as a release of this version has them; `first` runs before anything of the service. */
export async function software(version: string, first = ''): Promise<Files> {
  const bundled = async (entry: string, before: string): Promise<string> => {
    const { outputFiles } = await build({
      entryPoints: [join(repository, entry)],
      ...{
        bundle: true,
        write: false,
        platform: 'node',
        format: 'esm',
        target: 'node24',
        external: LEFT_IN_PLACE,
      },
      banner: {
        js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);${before}`,
      },
      plugins: [
        {
          name: 'version',
          setup: (bundling) =>
            bundling.onLoad({ filter: /firmware\/version\.ts$/ }, () => ({
              contents: `export const VERSION = '${version}';`,
            })),
        },
      ],
      logLevel: 'error',
    });
    return outputFiles[0]?.text ?? '';
  };
  return {
    [SERVICE]: await bundled('firmware/main.ts', first),
    [ROOT]: await bundled('firmware/release/root/main.ts', ''),
  };
}

export class UpdatedBox {
  readonly dir = mkdtempSync(join(tmpdir(), 'updated-'));
  readonly releases = join(this.dir, 'releases');
  readonly keys = join(this.dir, 'keys');
  readonly #data = join(this.dir, 'data');
  readonly #service = join(this.#data, 'release');
  #env: Record<string, string> = {};
  #child: ChildProcess | undefined;
  #root: ChildProcess | undefined;
  #watch: NodeJS.Timeout | undefined;
  #wish = 0;
  /** What root said, and how often the service was started. */
  said = '';
  starts = 0;

  async prepare(certificate: Certificate, mqttPort: number, files: Files, version: string): Promise<void> {
    for (const folder of [this.releases, this.keys, this.#data, join(this.#data, 'identity')])
      mkdirSync(folder, { recursive: true });
    // Packages that stay outside the bundles.
    symlinkSync(join(repository, 'node_modules'), join(this.dir, 'node_modules'));
    for (const [path, content] of Object.entries(files)) {
      const place = join(this.releases, version, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, content);
    }
    for (const link of ['current', 'good']) symlinkSync(version, join(this.releases, link));
    writeFileSync(join(this.#data, 'identity/box.key'), certificate.key, { mode: 0o600 });
    writeFileSync(join(this.#data, 'identity/box.crt'), certificate.cert);
    writeFileSync(join(this.#data, 'identity/ca.crt'), certificate.ca);
    copyFileSync(join(repository, 'contracts/samples/hangzhou-west.yaml'), join(this.#data, 'branch.yaml'));
    chmodSync(this.#data, 0o750);
    this.#env = {
      BRANCHLINE_BOX_DATA_DIR: this.#data,
      BRANCHLINE_BOX_SIP_ADDRESS: '127.0.0.1',
      BRANCHLINE_BOX_CONSOLE_LISTEN: `127.0.0.1:${await freeTcpPort()}`,
      BRANCHLINE_BOX_PROMPTS_DIR: join(repository, 'firmware/prompts'),
      BRANCHLINE_BOX_GATEWAY_MODELS_DIR: join(repository, 'firmware/devices/gateways/models'),
      BRANCHLINE_BOX_LIFELINE_PROGRAM: join(repository, 'systemd/lifeline.sh'),
      BRANCHLINE_BOX_HQ_HOST: '127.0.0.1',
      BRANCHLINE_BOX_HQ_PORT: String(mqttPort),
      BRANCHLINE_BOX_TENANT: TENANT,
      BRANCHLINE_BOX_RELEASES_DIR: this.releases,
      BRANCHLINE_BOX_RELEASE_KEYS_DIR: this.keys,
      BRANCHLINE_BOX_SAFE_MODE_AFTER: '0',
    };
    spawnSync(process.execPath, [join(repository, 'firmware/prepare.ts')], {
      env: { ...process.env, ...this.#env },
    });
  }

  get current(): string {
    return readlinkSync(join(this.releases, 'current'));
  }

  start(): void {
    // As with the machine: root's state is there before the service asks for it.
    this.#runRoot();
    this.#watch = setInterval(() => this.#look(), 100);
  }

  /** systemd's path unit, and its Restart=always. */
  #look(): void {
    if (!this.#child && existsSync(join(this.releases, 'state.json'))) this.#runService();
    const path = join(this.#service, 'wish');
    const wish = existsSync(path) ? statSync(path).ino : 0;
    if (this.#root || wish === this.#wish) return;
    this.#wish = wish;
    this.#runRoot();
  }

  #runService(): void {
    this.starts += 1;
    const child = spawn(process.execPath, [join(this.releases, 'current', SERVICE)], {
      env: { ...process.env, ...this.#env },
      stdio: 'ignore',
    });
    this.#child = child;
    writeFileSync(join(this.dir, 'pid'), String(child.pid));
    child.once('exit', () => (this.#child = undefined));
  }

  #runRoot(): void {
    const args = ['--releases', this.releases, '--service', this.#service, '--keys', this.keys];
    const within = ['--start-within-s', '8', '--prove-within-s', '60'];
    const restart = [
      '--',
      '/bin/sh',
      '-c',
      `test ! -e ${this.dir}/pid || kill $(cat ${this.dir}/pid) || true`,
    ];
    const root = spawn(
      process.execPath,
      [join(this.releases, 'good', ROOT), ...args, ...within, ...restart],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#root = root;
    for (const stream of [root.stdout, root.stderr])
      stream.on('data', (text: Buffer) => (this.said += text.toString()));
    root.once('exit', () => (this.#root = undefined));
  }

  rootState(): { readonly current: string; readonly confirmed: boolean } {
    return JSON.parse(readFileSync(join(this.releases, 'state.json'), 'utf8')) as never;
  }

  async end(): Promise<void> {
    clearInterval(this.#watch);
    for (const child of [this.#root, this.#child]) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.dir, { recursive: true, force: true });
  }
}
