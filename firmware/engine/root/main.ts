/** Prepares the engine's root: `node firmware/engine/root/main.ts DIR [--suite sid] [--mirror URL] [--allow-expired-index]`. */
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { runsAsRoot } from '@branchline/runtime/rooted';
import { prepareRoot } from './prepare.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: 'string', default: 'sid' },
    mirror: { type: 'string' },
    'allow-expired-index': { type: 'boolean', default: false },
  },
});
const [dir] = positionals;
if (dir === undefined || positionals.length > 1) {
  console.error('Give one directory: main.ts DIR [--suite sid] [--mirror URL] [--allow-expired-index]');
  process.exit(2);
}

const started = performance.now();
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(0).padStart(3)} s`;
let step = '';
const heartbeat = setInterval(() => console.log(`${seconds()}  still: ${step}`), 10_000);
try {
  const root = await prepareRoot({
    dir: resolve(dir),
    suite: values.suite,
    ...(values.mirror === undefined ? {} : { mirror: values.mirror }),
    allowExpiredIndex: values['allow-expired-index'],
    asRoot: runsAsRoot(),
    onStep: (text) => {
      step = text;
      console.log(`${seconds()}  ${text}`);
    },
    onWarning: (text) => console.warn(`${seconds()}  WARNING: ${text}`),
  });
  console.log(
    `${seconds()}  ${root.dir}: Asterisk ${root.engine}, ${root.made ? 'made' : 'was there already'}`,
  );
} catch (error) {
  console.error(`${seconds()}  ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  clearInterval(heartbeat);
}
