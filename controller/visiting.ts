/** Puts together what shows boxes' pages at headquarters. */
import type { Clock } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog, type Log } from '@branchline/runtime/log';
import type { TlsIdentity } from '@branchline/runtime/web/certificate';
import type { PeopleKeeper } from './access/people.ts';
import { mayAsk } from './access/rules.ts';
import type { Commands } from './commands/commands.ts';
import { brokerCertificate, type Authority } from './enrolment/authority.ts';
import type { FleetBoard } from './fleet/board.ts';
import { PageDoor } from './pages/door.ts';
import { PageVisits } from './pages/visits.ts';
import type { Settings } from './settings.ts';
import type { DocumentVersions } from './store/document-versions.ts';
import { storePaths } from './store/open.ts';

export interface VisitingParts {
  readonly authority: Authority;
  readonly people: PeopleKeeper;
  readonly board: FleetBoard;
  readonly enrolment: { readonly standing: (box: string, fingerprint: string) => Promise<string> };
  readonly commands: Commands;
  readonly versions: DocumentVersions;
  /** Of headquarters' page; undefined on loopback. */
  readonly identity: () => Promise<TlsIdentity | undefined>;
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost'];

export interface Visiting {
  readonly visits: PageVisits;
  readonly part: Part;
}

export async function makeVisiting(
  around: { readonly settings: Settings; readonly clock: Clock; readonly log: Log },
  { authority, people, board, enrolment, commands, versions, identity }: VisitingParts,
): Promise<Visiting> {
  const { settings, clock } = around;
  const log = roomLog(around.log, 'pages');
  const names = [...new Set([...LOOPBACK_NAMES, ...settings.names])];
  const own = await brokerCertificate(authority, storePaths(settings.dataDir).identity, names, clock);
  const visits: PageVisits = new PageVisits({
    ...{ clock, log, commands, identity },
    isOnline: (box) => board.of(box)?.online === true,
    door: {
      open: async () => {
        await door.open();
        return door.port;
      },
      close: () => door.close(),
    },
    host: settings.httpListen.host,
    ports: { first: settings.visitPortFirst, last: settings.visitPortLast },
    may: ({ who, role }, box) => {
      const person = people.of(who);
      return person?.role === role && mayAsk(person, 'act', box);
    },
    note: (audit) => versions.note(audit),
  });
  const door = new PageDoor({
    ...{ clock, log },
    listen: settings.pagesListen,
    tenant: settings.tenant,
    tls: { ...own, ca: authority.cert },
    standing: (box, fingerprint) => enrolment.standing(box, fingerprint),
    arrived: (box, command, session) => visits.arrived(box, command, session),
  });
  const part: Part = {
    name: 'boxes-pages',
    start: () => undefined,
    stop: () => visits.stop(),
  };
  return { visits, part };
}
