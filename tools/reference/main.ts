/**
 * `node tools/reference/main.ts` writes docs/reference/ from the contracts; with --check it writes nothing, and fails when a
 * page is not what the contracts say today.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { repository } from '../processes.ts';
import { referencePages } from './pages.ts';

const dir = join(repository, 'docs/reference');
const checks = process.argv.includes('--check');
const stale: string[] = [];

for (const [name, made] of Object.entries(referencePages())) {
  const path = join(dir, name);
  const text = name.endsWith('.md')
    ? await format(made, { ...(await resolveConfig(path)), parser: 'markdown' })
    : made;
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale.push(name);
  if (!checks) writeFileSync(path, text);
}

if (checks && stale.length > 0) {
  console.error(`docs/reference is not up to date: ${stale.join(', ')}. Type: node tools/reference/main.ts`);
  process.exitCode = 1;
} else if (!checks) console.log(stale.length > 0 ? `written: ${stale.join(', ')}` : 'nothing has changed');
