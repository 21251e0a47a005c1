/** `npm run machine -- [--suite SUITE] [--again] [words of vitest …]`: units and contacts on a real Debian, in an emulator. See README.md here. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPages, buildServices } from '../../tools/build.ts';
import { repository, run } from '../../tools/processes.ts';
import { imageOf, makeImage } from './image.ts';
import { installOn } from './install.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: 'string', default: 'trixie' },
    /** The disk of the last time, without what has changed since. */
    'as-it-is': { type: 'boolean', default: false },
  },
});
const engineRoot = join(repository, '.branchline/engine-root');
const image = imageOf(values.suite);
try {
  if (!values['as-it-is'] || !existsSync(image.disk)) {
    await buildServices();
    buildPages();
    makeImage(values.suite, engineRoot);
    console.log('[machine] installing, in the machine ...');
    console.log(await installOn(image));
  }
} catch (error) {
  rmSync(image.disk, { force: true });
  console.error(`[machine] ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
process.exit(
  run('vitest', ['run', '--project', 'machine', ...positionals], { BRANCHLINE_MACHINE_SUITE: values.suite }),
);
