/** The services as they ship: bundles of `npm run build`, each a process of its own on the core it belongs to. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onCore, type Core } from './cores.ts';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

export type Env = Readonly<Record<string, string>>;

const PATIENCE_MS = 6_000;

/** Every process of one rig; ends them together. */
export class Programs {
  readonly #logs: string;
  readonly #running = new Map<string, ChildProcess>();

  constructor(logs: string) {
    this.#logs = logs;
    mkdirSync(logs, { recursive: true });
    process.once('exit', this.#kill);
  }

  /** `script` is a path below dist/, or a TypeScript file of the repository. */
  start(
    name: string,
    core: Core,
    script: string,
    args: readonly string[],
    env: Env,
    flags: readonly string[] = [],
  ): ChildProcess {
    const [file, ...rest] = onCore(core, [process.execPath, ...flags, join(repository, script), ...args]);
    const child = spawn(file, rest, {
      cwd: repository,
      env: { PATH: process.env.PATH ?? '', HOME: '/', LANG: 'C.UTF-8', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(join(this.#logs, `${name}.log`), { flags: 'a' });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    this.#running.set(name, child);
    return child;
  }

  pid(name: string): number {
    const child = this.#running.get(name);
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${name} does not run: ${this.lastWords(name)}`);
    return child.pid;
  }

  async stop(name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#running.get(name);
    this.#running.delete(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    await gone;
    clearTimeout(impatience);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.stop(name)));
    process.off('exit', this.#kill);
  }

  lastWords(name: string): string {
    try {
      return readFileSync(join(this.#logs, `${name}.log`), 'utf8').slice(-2_000);
    } catch {
      return 'no log';
    }
  }

  readonly #kill = (): void => {
    for (const child of this.#running.values()) child.kill('SIGKILL');
  };
}

/** Runs to its end; its output. @throws with what it said when it fails. */
export function runScript(script: string, args: readonly string[], env: Env): string {
  const result = spawnSync(process.execPath, [join(repository, script), ...args], {
    cwd: repository,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: '/', ...env },
  });
  if (result.status !== 0) throw new Error(`${script} failed: ${result.stderr}${result.stdout}`);
  return result.stdout;
}
