/**
 * `npm run fault`: makes the faults of a desk's branch by hand. Without arguments it tells how things are; `list` what there is to make, what is
 * seen then and how it ends; `storm` makes many at once; `clear` ends all of them. `NAME FAULT on|off` is one of a gateway or a UPS.
 */
import { readFileSync } from 'node:fs';
import {
  LAB_FAULTS,
  LAB_PHONE_FAULTS,
  LAB_TIME_FAULTS,
  LAB_UPLINK_FAULTS,
  LAB_UPS_FAULTS,
  labFile,
  type LabFile,
} from '@branchline/contracts/lab';
import { deskFaults, faultList } from './faults.ts';
import { places } from './places.ts';
import { isStopped, killNow, SERVICES, setStopped, type Service } from './supervisor.ts';

/** What a contact is told to be, and whether that is its fault or the end of it. */
const CONTACT_WORDS: Readonly<Record<string, readonly [fault: string, on: boolean]>> = {
  open: ['open', true],
  closed: ['open', false],
  pressed: ['pressed', true],
  released: ['pressed', false],
};

try {
  const lab = labFile.parse(JSON.parse(readFileSync(places.labFile, 'utf8')));
  const words = process.argv.slice(2);
  switch (words[0]) {
    case undefined:
      console.log(await told(lab, ''));
      for (const service of SERVICES) if (isStopped(service)) console.log(`${service}: stopped`);
      break;
    case 'list':
      console.log(faultList(deskFaults(lab)));
      break;
    case 'clear':
      for (const service of SERVICES) setStopped(service, false);
      await told(lab, '', 'DELETE');
      console.log('all faults are ended');
      break;
    case 'storm':
      for (const { order, what } of deskFaults(lab).filter(({ storm }) => storm)) {
        await make(lab, order.split(' '));
        console.log(`${order}: ${what}`);
      }
      break;
    default:
      console.log(await make(lab, words));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @throws Error with what there is to say, when the words are none of it */
async function make(lab: LabFile, [name = '', fault = '', state]: readonly string[]): Promise<string> {
  const { ups, contacts, phones } = lab;
  const service = SERVICES.find((each) => each === name);
  if (service) return ofService(service, fault, state);
  if (name === 'contact') {
    const moved = CONTACT_WORDS[state ?? ''];
    if (!moved)
      throw new Error(
        `npm run fault -- contact NAME open|closed|pressed|released; NAME: ${contacts.join(', ')}`,
      );
    return told(lab, `contacts/${fault}/${moved[0]}`, moved[1] ? 'PUT' : 'DELETE');
  }
  if (state !== 'on' && state !== 'off' && !(fault === 'mains' && state !== undefined)) throw usage();
  const method = state === 'on' ? 'PUT' : 'DELETE';
  if (name === 'uplink') return told(lab, `uplinks/headquarters/${fault}`, method);
  if (name === 'time') return told(lab, `time/server/${fault}`, method);
  if (name === 'gpio') return told(lab, `gpio/bank/${fault}`, method);
  if (name === 'phones') {
    for (const phone of phones) await told(lab, `phones/${phone.name}/${fault}`, method);
    return `${phones.length} telephones: ${fault} ${state}`;
  }
  if (phones.some((phone) => phone.name === name)) return told(lab, `phones/${name}/${fault}`, method);
  const isUps = ups.some((one) => one.name === name);
  if (isUps && fault === 'mains')
    return told(lab, `ups/${name}/mains-off`, state === 'on' ? 'DELETE' : 'PUT');
  return told(lab, `${isUps ? 'ups' : 'gateways'}/${name}/${fault}`, method);
}

function ofService(service: Service, fault: string, state: string | undefined): string {
  if (fault === 'killed') killNow(service);
  else if (fault === 'stopped' && (state === 'on' || state === 'off')) setStopped(service, state === 'on');
  else throw new Error(`npm run fault -- ${service} killed, or ${service} stopped on|off`);
  return `${service}: ${fault} ${state ?? ''}`;
}

async function told({ control }: LabFile, path: string, method = 'GET'): Promise<string> {
  if (control === undefined) throw new Error('This lab has no switch; npm start makes one.');
  const answer = await fetch(new URL(path, control), { method });
  const text = (await answer.text()).trim();
  if (!answer.ok) throw new Error(text);
  return text;
}

function usage(): Error {
  return new Error(
    [
      'npm run fault -- list | storm | clear | NAME FAULT on|off',
      `faults of a gateway: ${LAB_FAULTS.join(', ')}`,
      `of a UPS: mains, ${LAB_UPS_FAULTS.join(', ')}`,
      `of a telephone, or of all as 'phones': ${LAB_PHONE_FAULTS.join(', ')}`,
      `of ${SERVICES.join(', ')}: killed, stopped on|off`,
      `of the way to headquarters: uplink ${LAB_UPLINK_FAULTS.join(', ')}`,
      `of the time server: time ${LAB_TIME_FAULTS.join(', ')}`,
      'of GPIO: gpio missing on, contact NAME open|closed|pressed|released',
    ].join('\n'),
  );
}
