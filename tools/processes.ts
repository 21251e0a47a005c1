/** Running programs one after the other, for the development tools. */
import { spawnSync } from 'node:child_process';
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

/** Runs each step until one fails; exits with its code. */
export function runAll(steps: readonly (readonly [string, string, readonly string[]])[]): void {
  for (const [title, program, args] of steps) {
    const began = performance.now();
    const code = run(program, args);
    console.log(
      `${code === 0 ? 'ok  ' : 'FAIL'} ${title} (${((performance.now() - began) / 1000).toFixed(1)} s)`,
    );
    if (code !== 0) process.exit(code);
  }
}
