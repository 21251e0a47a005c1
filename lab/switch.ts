/**
 * Switches a fault of the lab that runs on this desk: `npm run fault [-- NAME FAULT on|off]`, NAME a gateway or a UPS; `NAME mains off|on`
 * cuts the mains of a UPS, `contact NAME open|closed` or `pressed|released` moves a contact, `gpio missing on|off` pulls the chip. Without arguments it tells how things are.
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

/** What a contact is told to be, and whether that is its fault or the end of it. */
const CONTACT_WORDS: Readonly<Record<string, readonly [fault: string, on: boolean]>> = {
  open: ['open', true],
  closed: ['open', false],
  pressed: ['pressed', true],
  released: ['pressed', false],
};

function order(control: string, { ups, contacts }: LabFile): [url: URL, how: RequestInit] {
  if (name === undefined) return [new URL(control), {}];
  const moved = name === 'contact' ? CONTACT_WORDS[state ?? ''] : undefined;
  if (name === 'contact' && !moved)
    throw new Error(
      `npm run fault -- contact NAME open|closed|pressed|released; NAME: ${contacts.join(', ')}`,
    );
  if (moved)
    return [new URL(`contacts/${fault ?? ''}/${moved[0]}`, control), { method: moved[1] ? 'PUT' : 'DELETE' }];
  if (fault === undefined || (state !== 'on' && state !== 'off'))
    throw new Error(
      `npm run fault -- NAME FAULT on|off\nfaults of a gateway: ${LAB_FAULTS.join(', ')}\nof a UPS: mains, ${LAB_UPS_FAULTS.join(', ')}\nof GPIO: npm run fault -- gpio missing on, npm run fault -- contact NAME open`,
    );
  if (name === 'gpio')
    return [new URL(`gpio/bank/${fault}`, control), { method: state === 'on' ? 'PUT' : 'DELETE' }];
  const room = ups.some((one) => one.name === name) ? 'ups' : 'gateways';
  const isMains = room === 'ups' && fault === 'mains';
  const on = (state === 'on') !== isMains;
  return [
    new URL(`${room}/${name}/${isMains ? 'mains-off' : fault}`, control),
    { method: on ? 'PUT' : 'DELETE' },
  ];
}
