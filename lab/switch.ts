/** Switches a fault of the lab that runs on this desk: `npm run fault [-- GATEWAY FAULT on|off]`; without arguments it tells how things are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAB_FAULTS, labFile } from '@branchline/contracts/lab';

const LAB_FILE = join(import.meta.dirname, '../.branchline/lab.json');
const [gateway, fault, state] = process.argv.slice(2);

try {
  const { control } = labFile.parse(JSON.parse(readFileSync(LAB_FILE, 'utf8')));
  if (control === undefined) throw new Error('This lab has no switch; npm start makes one.');
  const answer = await fetch(...order(control));
  console.log((await answer.text()).trim());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function order(control: string): [url: URL, how: RequestInit] {
  if (gateway === undefined) return [new URL(control), {}];
  if (fault === undefined || (state !== 'on' && state !== 'off'))
    throw new Error(`npm run fault -- GATEWAY FAULT on|off\nfaults: ${LAB_FAULTS.join(', ')}`);
  return [new URL(`gateways/${gateway}/${fault}`, control), { method: state === 'on' ? 'PUT' : 'DELETE' }];
}
