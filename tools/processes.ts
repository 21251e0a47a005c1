/** Running programs, for the development tools. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program of node_modules/.bin or the system, with its output shown; gives its exit code. */
export function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): number {
  const result = spawnSync(program, args, {
    cwd: repository,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (result.error) console.error(`${program}: ${result.error.message}`);
  return result.status ?? 1;
}

/**
 * Runs every step, `atOnce` of them at a time, the first named first; what one prints is shown when it ends, and all that fail are
 * heard of. Resolves with whether all went well.
 */
export async function runAll(
  steps: readonly (readonly [title: string, program: string, args: readonly string[]])[],
  atOnce: number,
): Promise<boolean> {
  const waiting = [...steps];
  let isWell = true;
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const [title, program, args] = step;
      const began = performance.now();
      const { code, output } = await runQuietly(program, args);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`${output}${code === 0 ? 'ok  ' : 'FAIL'} ${title} (${seconds} s)`);
      isWell &&= code === 0;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return isWell;
}

function runQuietly(program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(program, args, { cwd: repository, env: { ...process.env, ...colours } });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ code: 1, output: `${program}: ${message}\n` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
