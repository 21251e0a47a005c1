/**
 * Types of the engine's REST interface, from the description that its own package ships:
 * `node tools/engine-types/generate.ts ROOT` writes firmware/engine/ari/types.generated.ts.
 *
 * Only what the firmware uses is written, so that the file shows what it depends on. Run it again with each engine version:
 * an operation or field that went away then stops the build.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENTS, OPERATIONS } from './used.ts';
import { describe, type ApiFile } from './describe.ts';

const root = process.argv[2];
if (root === undefined) {
  console.error('Give the engine root: generate.ts ROOT');
  process.exit(2);
}
const folder = join(root, 'usr/share/asterisk/rest-api');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && name !== 'resources.json')
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as ApiFile);
const target = fileURLToPath(new URL('../../firmware/engine/ari/types.generated.ts', import.meta.url));
writeFileSync(target, describe(files, OPERATIONS, EVENTS));
console.log(`${target}: ${OPERATIONS.length} operations, ${EVENTS.length} events`);
