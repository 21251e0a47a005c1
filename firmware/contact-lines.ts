/** Contacts, lamps and relay put together. What drives GPIO lines is read when a document first names one: most branches have none. */
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import type { Contacts } from '@branchline/contracts/branch/contacts';
import type { ContactsHealth } from '@branchline/contracts/contacts';
import { writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import type { Announced } from './contacts/announcing.ts';
import type { FactSources } from './contacts/facts.ts';
import type { ContactsDeps, ContactsKeeper } from './contacts/keeper.ts';
import type { Keeping } from './keeping.ts';

/** Written into the data directory when the button asked for it twice; a unit of systemd beside this service sees it and does so. */
const FACTORY_RESET = 'factory-reset';
const KEPT = 'contacts/';

export interface ContactLines {
  health(): ContactsHealth | undefined;
  /** @throws Error in a few words. */
  turnLoad(contact: string, to: 'on' | 'off'): Promise<void>;
  readonly part: Part;
}

export interface ContactsBeside {
  /** How the branch is. */
  readonly facts: () => Omit<FactSources, 'alarms'>;
  /** Says where the page of this box is, on a telephone of the front desk. */
  readonly announce: (addresses: readonly string[]) => Promise<Announced | undefined>;
}

export function makeContacts(around: Around, keeping: Keeping, beside: ContactsBeside): ContactLines {
  const { documents, log } = around;
  const now: { keeper?: ContactsKeeper; making?: true; stopped?: true } = {};
  const follow = async (): Promise<void> => {
    now.keeper?.follow();
    if (now.keeper || now.making || isEmpty(documents.branch.contacts)) return;
    now.making = true;
    const made = await make(around, keeping, beside);
    if (isOver()) return;
    now.keeper = made;
    made.start();
  };
  const isOver = (): boolean => now.stopped === true;
  const following = (): void => {
    follow().catch((err: unknown) => roomLog(log, 'contacts').error({ err }, 'contacts cannot be watched'));
  };
  documents.onChange(({ refused }) => {
    if (!refused) following();
  });
  return {
    health: () => now.keeper?.health(),
    turnLoad: (contact, to) =>
      now.keeper?.turnLoad(contact, to) ?? Promise.reject(new CodedError(coded('not-watched-yet'))),
    part: {
      name: 'contacts',
      start: following,
      stop: async () => {
        now.stopped = true;
        await now.keeper?.stop();
      },
    },
  };
}

const isEmpty = ({ lifeline, loads, signals, inputs }: Contacts): boolean =>
  lifeline === undefined && loads.length === 0 && signals.length === 0 && inputs.length === 0;

async function make(around: Around, keeping: Keeping, beside: ContactsBeside): Promise<ContactsKeeper> {
  const { ContactsKeeper } = await import('./contacts/keeper.ts');
  const { factsOf } = await import('./contacts/facts.ts');
  const { documents, wall, log, changed, settings } = around;
  const { alarms, append, ledger, journal } = keeping;
  return new ContactsKeeper({
    clock: wall,
    log: roomLog(log, 'contacts'),
    contacts: () => documents.branch.contacts,
    ...(await lines(around)),
    facts: () => factsOf({ ...beside.facts(), alarms: alarms.open() }),
    addresses: () => addressesOf(around),
    announce: beside.announce,
    alarms,
    append,
    kept: (contact) => ledger.about(KEPT + contact) as 'open' | 'closed' | undefined,
    keep: (contact, state) => journal.keep(KEPT + contact, state),
    resetWished: () => {
      journal.flush();
      const wish = `${new Date(wall.now()).toISOString()}\n`;
      writeFileAtomic(join(settings.dataDir, FACTORY_RESET), wish);
    },
    onChange: changed,
  });
}

async function lines(around: Around): Promise<Pick<ContactsDeps, 'watch' | 'output' | 'holder'>> {
  const { settings, wall: clock } = around;
  const { Tools } = await import('./devices/gpio/cdev/tools.ts');
  const { cdevGpio, together } = await import('./devices/gpio/cdev/gpio.ts');
  const { SysfsFiles } = await import('./devices/gpio/sysfs/files.ts');
  const { sysfsGpio } = await import('./devices/gpio/sysfs/gpio.ts');
  const { LifelineHolder } = await import('./devices/gpio/lifeline/holder.ts');
  const tools = new Tools(settings.gpioToolsDir);
  const files = new SysfsFiles(settings.sysDir);
  const drivers = {
    'character-device': cdevGpio({ tools, clock, random: Math.random }),
    sysfs: sysfsGpio({ files, clock }),
  };
  const args = settings.gpioToolsDir === undefined ? [] : ['--tools', settings.gpioToolsDir];
  return {
    watch: (inputs, listener) => {
      const groups = Map.groupBy(inputs, ({ at }) => at.driver);
      return together([...groups].map(([driver, group]) => drivers[driver].inputs(group, listener)));
    },
    output: ({ name, at, activeLow }, listener) =>
      drivers[at.driver].output({ name, at, on: !activeLow }, listener),
    holder: new LifelineHolder({
      folder: join(settings.dataDir, 'lifeline'),
      program: settings.lifelineProgram,
      args: [...args, '--sys', settings.sysDir],
      ...{ clock, tools, files },
    }),
  };
}

/** Where a technician finds the page; every address of this machine where it listens on all of them. */
function addressesOf({ settings }: Around): string[] {
  const { host, port } = settings.consoleListen;
  if (host !== '0.0.0.0' && host !== '::') return [`${host}:${port}`];
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.flatMap(({ address, family, internal }) =>
    internal || family !== 'IPv4' ? [] : [`${address}:${port}`],
  );
}
