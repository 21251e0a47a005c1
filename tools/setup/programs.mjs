/** Running other programs from the repository's root, with the repository's own programs first on the path. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from './voice.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The Node that the repository brings; there once its packages are. */
export const nodeOf = (tree = root) => join(tree, 'node_modules/.bin/node');

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, onLine?: (line: string) => void }} options with `onLine`, what the program
 *   prints goes there instead of to the screen; what it complains about is always shown
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export function run(file, args, { env = {}, onLine } = {}) {
  const child = spawn(file, args, {
    cwd: root,
    stdio: onLine ? ['ignore', 'pipe', 'inherit'] : 'inherit',
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
      SCARF_ANALYTICS: 'false',
      ...env,
    },
  });
  // When this command gives up, nothing that it has started goes on behind its back.
  process.once('exit', () => child.kill());
  if (onLine) linesOf(child.stdout, onLine);
  return new Promise((resolve) => {
    child.once('error', (error) => fail(`${file} could not be started: ${error.message}`));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function linesOf(stream, onLine) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
}
