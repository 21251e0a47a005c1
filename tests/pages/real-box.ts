/** A box out of its carton as a process of its own, without an engine: it waits to be claimed, and is started again whenever it ends, as its supervisor does. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export class RealBox {
  readonly dir = mkdtempSync(join(tmpdir(), 'real-box-'));
  url = '';
  password = '';
  #child: ChildProcess | undefined;
  #over = false;
  #env: Record<string, string> = {};

  /** `uiDir`: its built pages; plain ones when left out. */
  async start(headquarters: string, serial: string, uiDir = this.#plainPages()): Promise<void> {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    this.#env = {
      BRANCHLINE_BOX_DATA_DIR: this.dir,
      BRANCHLINE_BOX_SIP_ADDRESS: '127.0.0.1',
      BRANCHLINE_BOX_CONSOLE_LISTEN: `127.0.0.1:${port}`,
      BRANCHLINE_BOX_HQ_URL: headquarters,
      BRANCHLINE_BOX_SERIAL: serial,
      BRANCHLINE_BOX_UI_DIR: uiDir,
      BRANCHLINE_BOX_HEALTH_EVERY_SECONDS: '5',
    };
    this.#run();
    await this.answers();
  }

  /** Its page does. */
  async answers(): Promise<void> {
    const ask = async (): Promise<boolean> =>
      (await fetch(`${this.url}/api/ready`).catch(() => undefined))?.ok === true;
    await vi.waitUntil(ask, { timeout: 20_000, interval: 100 });
  }

  /** As it is shown to who stands before it. */
  code(): string {
    return readFileSync(join(this.dir, 'identity/claim-code'), 'utf8').trim();
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  async end(): Promise<void> {
    this.#over = true;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.dir, { recursive: true, force: true });
  }

  #plainPages(): string {
    const dir = join(this.dir, 'pages');
    mkdirSync(dir);
    for (const name of ['box.html', 'claim.html']) writeFileSync(join(dir, name), '<div id="root">');
    return dir;
  }

  #run(): void {
    const child = spawn(process.execPath, [join(repository, 'firmware/main.ts')], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child = child;
    child.stdout.on('data', (bytes: Buffer) => {
      this.password = /shown this once: +(\S+)/.exec(bytes.toString())?.[1] ?? this.password;
    });
    child.once('exit', () => {
      if (!this.#over) this.#run();
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
