/** `npm run build`: the services as bundles in dist/, the pages in web-ui/dist. What has not changed is not built again. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { repository, run } from './processes.ts';

const ENTRIES = [
  'firmware/main.ts',
  'firmware/prepare.ts',
  'firmware/command.ts',
  'firmware/engine/instance/main.ts',
  'firmware/engine/root/main.ts',
  'firmware/release/root/main.ts',
  'controller/main.ts',
  'controller/broker/main.ts',
  'controller/enrolment/main.ts',
  'controller/access/main.ts',
  'stand-in/main.ts',
  'lab/main.ts',
];
/** Packages with compiled parts, or files of their own to read, which stay where npm has put them. */
export const LEFT_IN_PLACE = ['better-sqlite3', '@node-rs/argon2', 'serialport', 'net-snmp'];

export async function buildServices(): Promise<void> {
  rmSync(join(repository, 'dist/chunks'), { recursive: true, force: true });
  await build({
    entryPoints: ENTRIES.map((entry) => join(repository, entry)),
    outdir: join(repository, 'dist'),
    outbase: repository,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap: 'linked',
    // Node keeps the text it runs, and two bytes a character when one of them is not Latin: short text is memory saved. Names
    // stay as they are, so that the trace of an error can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    external: LEFT_IN_PLACE,
    // Some packages are CommonJS inside: they ask for a require that a module does not have.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}

export function buildPages(): void {
  const stamp = join(repository, 'web-ui/dist/.sources');
  const sources = hashOf(['web-ui', 'contracts', 'package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  console.log('[branchline] building the pages ...');
  if (run('vite', ['build', 'web-ui', '--logLevel', 'warn']) !== 0)
    throw new Error('the pages could not be built');
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    const full = join(repository, path);
    if (/(^|\/)(node_modules|dist)$/.test(path)) return;
    const entries = path.includes('.') ? undefined : readdirSync(full, { withFileTypes: true });
    if (!entries) return void hash.update(path).update(readFileSync(full));
    for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
      if (entry.isDirectory()) add(join(path, entry.name));
      else if (!/\.test\.tsx?$/.test(entry.name))
        hash.update(join(path, entry.name)).update(readFileSync(join(full, entry.name)));
    }
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildServices();
  buildPages();
}
