/** The services as they ship: bundles of `npm run build`, each a process of its own on the core it belongs to. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onCore, type Core } from './cores.ts';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

export type Env = Readonly<Record<string, string>>;

export interface ScriptOrder {
  /** A path below dist/, or a TypeScript file of the repository. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Env;
  /** Of Node. */
  readonly flags?: readonly string[];
  /** A command that runs it in turn, as `unshare` does, and becomes it. */
  readonly through?: readonly string[];
  /** It can be told things on its standard input. */
  readonly listens?: boolean;
}

const PATIENCE_MS = 6_000;

interface Running {
  readonly child: ChildProcess;
  readonly core: Core;
}

/** Every process of one rig; ends them together. */
export class Programs {
  readonly #logs: string;
  readonly #running = new Map<string, Running>();

  constructor(logs: string) {
    this.#logs = logs;
    mkdirSync(logs, { recursive: true });
    process.once('exit', this.#kill);
  }

  /** A script of ours on the repository's own Node. */
  start(
    name: string,
    core: Core,
    { script, args = [], env, flags = [], through = [], listens = false }: ScriptOrder,
  ): ChildProcess {
    const command = [...through, process.execPath, ...flags, join(repository, script), ...args];
    return this.run(name, core, command, env, listens);
  }

  run(name: string, core: Core, command: readonly string[], env: Env = {}, listens = false): ChildProcess {
    const [file, ...rest] = onCore(core, command);
    const child = spawn(file, rest, {
      cwd: repository,
      env: { PATH: process.env.PATH ?? '', HOME: '/', LANG: 'C.UTF-8', ...env },
      stdio: [listens ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(join(this.#logs, `${name}.log`), { flags: 'a' });
    child.stdout?.pipe(log);
    child.stderr?.pipe(log);
    this.#running.set(name, { child, core });
    return child;
  }

  /** A line on the standard input of one that listens. */
  tell(name: string, line: string): void {
    this.#running.get(name)?.child.stdin?.write(`${line}\n`);
  }

  pid(name: string): number {
    const pid = alivePid(this.#running.get(name));
    if (pid === undefined) throw new Error(`${name} does not run: ${this.lastWords(name)}`);
    return pid;
  }

  /** Of everything that runs on this core now. */
  pidsOn(core: Core): number[] {
    return [...this.#running.values()]
      .filter((running) => running.core === core)
      .flatMap((running) => alivePid(running) ?? []);
  }

  async stop(name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const running = this.#running.get(name);
    this.#running.delete(name);
    if (!running || alivePid(running) === undefined) return;
    const { child } = running;
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
    for (const { child } of this.#running.values()) child.kill('SIGKILL');
  };
}

function alivePid(running: Running | undefined): number | undefined {
  const { child } = running ?? {};
  return child?.exitCode === null && child.signalCode === null ? child.pid : undefined;
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
