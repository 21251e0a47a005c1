/**
 * Switches a fault of the lab that runs on this desk: `npm run fault [-- NAME FAULT on|off]`, NAME a gateway or a UPS; `NAME mains off|on`
 * cuts the mains of a UPS. Without arguments it tells how things are.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAB_FAULTS, LAB_UPS_FAULTS, labFile, type LabFile } from '@branchline/contracts/lab';

const LAB_FILE = join(import.meta.dirname, '../.branchline/lab.json');
const [name, fault, state] = process.argv.slice(2);

try {
  const lab = labFile.parse(JSON.parse(readFileSync(LAB_FILE, 'utf8')));
  const { control } = lab;
  if (control === undefined) throw new Error('This lab has no switch; npm start makes one.');
  const answer = await fetch(...order(control, lab));
  console.log((await answer.text()).trim());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function order(control: string, { ups }: LabFile): [url: URL, how: RequestInit] {
  if (name === undefined) return [new URL(control), {}];
  if (fault === undefined || (state !== 'on' && state !== 'off'))
    throw new Error(
      `npm run fault -- NAME FAULT on|off\nfaults of a gateway: ${LAB_FAULTS.join(', ')}\nof a UPS: mains, ${LAB_UPS_FAULTS.join(', ')}`,
    );
  const room = ups.some((one) => one.name === name) ? 'ups' : 'gateways';
  const isMains = room === 'ups' && fault === 'mains';
  const on = (state === 'on') !== isMains;
  return [
    new URL(`${room}/${name}/${isMains ? 'mains-off' : fault}`, control),
    { method: on ? 'PUT' : 'DELETE' },
  ];
}
