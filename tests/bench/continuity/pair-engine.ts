/** Becomes a plain Asterisk that answers every call with a tone. `node tests/bench/continuity/pair-engine.ts ROOT DIR ADDRESS CALLER`. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { readyInstance } from '@branchline/firmware/engine/instance/start';
import { becomeRooted } from '@branchline/runtime/rooted';
import { bedDocument } from '../../bed/document.ts';
import { PAIR_NUMBER } from './pair-number.ts';

const [root = '', dir = '', address = '', caller = ''] = process.argv.slice(2);
const resolution = resolveBranch(bedDocument({ gateway: caller }));
if (!resolution.ok) throw new Error(`the pair's document has faults: ${JSON.stringify(resolution.faults)}`);
const { branch } = resolution;
const program = readyInstance({
  root,
  places: { dir },
  branch,
  settings: {
    sip: { address, port: 5060 },
    mediaAddress: address,
    rtp: { first: 20_000, last: 20_399 },
    ari: { port: 8_088 },
    phoneSecrets: Object.fromEntries(Object.keys(branch.phones).map((name) => [name, 'not-used-by-anybody'])),
  },
});
const etc = join(dir, 'etc');
appendFileSync(join(etc, 'modules.conf'), 'load=app_milliwatt.so\n');
appendFileSync(
  join(etc, 'extensions.conf'),
  ['[from-gateway]', `exten => ${PAIR_NUMBER},1,Answer()`, ' same => n,Milliwatt()', ''].join('\n'),
);
becomeRooted(program);
