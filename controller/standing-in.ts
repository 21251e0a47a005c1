/**
 * Puts together continuity with its stand-ins and drills: one room to the rest of headquarters. It works where headquarters leads, from one
 * start to its rest; elsewhere what is heard of hosts is remembered, and nothing is decided or told.
 */
import { branchOf, isStandIn, standInOf } from '@branchline/contracts/stand-in-name';
import type { Payload } from '@branchline/contracts/topics';
import type { FleetChange } from '@branchline/contracts/http/controller';
import type { InBackground } from '@branchline/runtime/background';
import type { Clock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { BrokerPort } from './broker/port.ts';
import type { Commands } from './commands/commands.ts';
import { Carriers } from './carriers/carriers.ts';
import { carriersFrom } from './carriers/carriers-file.ts';
import { Continuing } from './continuing.ts';
import { readWhole } from './continuity/newest-history.ts';
import { TellingHome } from './continuity/telling-home.ts';
import { Drills, type DrillsDeps } from './drills/drills.ts';
import type { Authority } from './enrolment/authority.ts';
import type { FleetBoard } from './fleet/board.ts';
import { fencedBy, type LedRoom, type Leads } from './leading.ts';
import { isQuiet, minuteOfWeek } from './rollouts/quiet.ts';
import { zoneOf } from './rollouts/world.ts';
import type { Settings } from './settings.ts';
import type { Written } from './ledger/writer.ts';
import { StandInRoom, type StandInNeed } from './stand-ins/room.ts';
import type { ContinuityStore } from './store/continuity.ts';
import type { Database } from './store/database.ts';
import type { DocumentVersions } from './store/document-versions.ts';
import type { DrillStore } from './store/drills.ts';
import type { Identities } from './store/identities.ts';
import type { Leases } from './store/leases.ts';
import type { LedgerReader } from './store/ledger-reader.ts';
import type { SealedSecrets } from './store/sealed-secrets.ts';

export interface StandingInParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Pick<Settings, 'carriers' | 'tenant'>;
  readonly background: InBackground;
  readonly board: FleetBoard;
  readonly db: Database;
  readonly leads: Leads;
  readonly reader: LedgerReader;
  readonly leases: Leases;
  readonly continuityStore: ContinuityStore;
  readonly drillStore: DrillStore;
  readonly sealed: SealedSecrets;
  readonly versions: DocumentVersions;
  readonly authority: Authority;
  readonly identities: Identities;
  readonly commands: () => Commands;
  readonly broker: () => BrokerPort;
}

export type StandingIn = ReturnType<typeof makeStandingIn>;

/** What is decided from one start to its rest. */
interface Term {
  readonly continuing: Continuing;
  readonly drills: Drills;
  readonly tellingHome: TellingHome;
}

/** The box may take so long to hear of the end of a drill's cut, s. */
const CUT_WITHIN_S = 30;

export function makeStandingIn(parts: StandingInParts) {
  const { background, leads } = parts;
  let term: Term | undefined;
  /** @throws HttpProblem where another controller leads, or this one begins to only now */
  const led = (): Term => {
    leads.must();
    if (!term) throw BEGINS;
    return term;
  };
  const standIns: StandInRoom = new StandInRoom({
    ...parts,
    ...{ tenant: parts.settings.tenant, log: roomLog(parts.log, 'stand-ins') },
    note: parts.versions.note.bind(parts.versions),
    plans: () =>
      known(term)
        ?.deciding.all()
        .map((decided) => needOf(known(term), decided)),
    plan: (box) => {
      const decided = known(term)?.deciding.of(box);
      return decided && needOf(known(term), { box, ...decided });
    },
    isHome: (box) => term?.continuing.isHome(box) ?? false,
    noRoom: (box) => {
      if (term) background('stand-in', term.continuing.deciding.tell(box, 'no-room', { party: 'stand-in' }));
    },
  });
  const room = makeRoom(parts, standIns, (becomes) => (term = becomes));
  return {
    continuing: () => led().continuing,
    drills: () => led().drills,
    standIns,
    room,
    changed: (change: FleetChange): void => {
      term?.continuing.changed(change);
      if (change.in === 'boxes') standIns.changed(branchOf(change.id));
    },
    online: (name: string): void => {
      term?.continuing.online(name);
      term?.tellingHome.online(name);
      standIns.online(name);
    },
    stored: ({ calls, streams }: Written): void => {
      for (const { box } of streams) if (isStandIn(box)) term?.tellingHome.grown(branchOf(box));
      for (const { stream, summary } of calls) term?.continuing.called(stream, summary);
    },
    gone: (name: string): void => term?.continuing.gone(name),
    leaseSays: (name: string, said: Payload<'lease-says'>): void => term?.continuing.says(name, said),
    leaseAsk: (name: string, asked: Payload<'lease-ask'>): void => term?.continuing.asks(name, asked),
    branchCalled: (name: string, said: Payload<'branch-called'>): void =>
      term?.continuing.calls.heard(name, said),
    standInHistoryHas: (name: string, said: Payload<'stand-in-history-has'>): void =>
      term?.tellingHome.has(name, said),
    // Handed on and not kept: who asked asks again.
    soundAsk: (box: string, asked: Payload<'sound-ask'>): void => {
      if (term && !isStandIn(box)) parts.broker().send(standInOf(box), 'sound-wanted', asked);
    },
    soundPiece: (standIn: string, piece: Payload<'sound-piece'>): void => {
      if (term && isStandIn(standIn)) parts.broker().send(branchOf(standIn), 'sound', piece);
    },
    standInSays: (host: string, said: Payload<'stand-in-says'>): void => standIns.says(host, said),
    standInRequest: (host: string, wanted: Payload<'stand-in-request'>): void => {
      if (term) background('stand-in', standIns.wanted(host, wanted));
    },
    standInSecrets: (box: string, said: Payload<'stand-in-secrets'>): void => {
      if (term) background('stand-in', standIns.secrets(box, said));
    },
  };
}

const known = (term: Term | undefined): Continuing | undefined =>
  term?.continuing.isLoaded ? term.continuing : undefined;

const needOf = (
  continuing: Continuing | undefined,
  { box, plan, state }: ReturnType<Continuing['deciding']['all']>[number],
): StandInNeed => ({
  ...{ box, plan, needed: state.name !== 'serving', since: state.since },
  answers: continuing?.isAtStandIn(box) ?? false,
});

/** Begins with what is in the database and on the board; boxes are told anew, and say what they know. */
function makeRoom(
  parts: StandingInParts,
  standIns: StandInRoom,
  become: (term: Term | undefined) => void,
): LedRoom {
  const { board, leads, leases, continuityStore, drillStore } = parts;
  const carriers = carriersOf(parts);
  const fenced = fencedBy(parts.db, leads);
  let term: Term | undefined;
  return {
    start: async () => {
      const continuing = new Continuing({
        ...{ ...parts, carriers, standIns, leads: () => leads.since() },
        leases: { all: () => leases.all(), put: fenced(leases.put.bind(leases)) },
        continuityStore: {
          all: () => continuityStore.all(),
          put: fenced(continuityStore.put.bind(continuityStore)),
          told: fenced(continuityStore.told.bind(continuityStore)),
          rerouted: () => continuityStore.rerouted(),
          putRerouted: fenced(continuityStore.putRerouted.bind(continuityStore)),
        },
      });
      const drills = makeDrills(parts, continuing, {
        begin: fenced(drillStore.begin.bind(drillStore)),
        save: fenced(drillStore.save.bind(drillStore)),
        open: () => drillStore.open(),
      });
      term = { continuing, drills, tellingHome: tellingHomeOf(parts) };
      standIns.begin();
      become(term);
      await continuing.load();
      await drills.start();
      for (const { box } of board.summaries()) {
        // What was said while the store was read.
        continuing.changed({ in: 'boxes', id: box });
        standIns.changed(box);
        if (!board.of(box)?.online) continue;
        continuing.online(box);
        term.tellingHome.online(box);
        standIns.online(box);
      }
    },
    rest: async () => {
      const ended = term;
      term = undefined;
      become(undefined);
      ended?.tellingHome.rest();
      await ended?.drills.rest();
      await ended?.continuing.stop();
    },
  };
}

function tellingHomeOf({ board, reader, clock, log, broker }: StandingInParts): TellingHome {
  const streamOf = (box: string) => board.of(standInOf(box))?.stream ?? null;
  return new TellingHome({
    ...{ clock, streamOf, log: roomLog(log, 'continuity') },
    isConnected: (box) => broker().isConnected(box),
    read: (box, from, to) => readWhole(reader, streamOf(box), from, to),
    send: (box, told) => broker().send(box, 'stand-in-history', told),
  });
}

function carriersOf({ settings, clock, log }: StandingInParts): Carriers {
  const room = roomLog(log, 'continuity');
  return new Carriers(
    settings.carriers === undefined ? [] : carriersFrom(settings.carriers, { clock, log: room }),
  );
}

const BEGINS = new HttpProblem(
  503,
  {
    code: 'another-leads',
    message: 'This controller begins to lead, and has not read everything yet.',
    remedy: 'Ask again in a moment.',
  },
  1,
);

function makeDrills(parts: StandingInParts, continuing: Continuing, store: DrillsDeps['store']): Drills {
  const { clock, log } = parts;
  const standInOf = (box: string): string => continuing.planOf(box)?.standIn ?? '';
  return new Drills({
    ...{ clock, log: roomLog(log, 'drills'), store },
    world: {
      seen: (box, { hours, holdMs }) => {
        const lease = continuing.runner.of(box);
        const minute = (): number => minuteOfWeek(clock.now(), zoneOf(parts.board.of(box)));
        return {
          quiet: hours === null || isQuiet({ by: 'computed' }, hours, minute(), holdMs),
          standInReady: parts.board.of(standInOf(box))?.online === true && lease?.ready['stand-in'] === true,
          answers: lease?.lease.answers ?? null,
          personOrdered: continuing.deciding.isOrderedByPerson(box),
        };
      },
      call: (box, number) => continuing.callFrom(standInOf(box), box, number),
      order: ({ id, box, who }, to) => continuing.deciding.orderOfDrill(box, to, who, id),
      cutUplink: async (box, forMs, who) => {
        const wanted = { do: 'cut-uplink' as const, with: { forS: Math.round(forMs / 1_000) } };
        const asked = await parts
          .commands()
          .ask(box, { ...wanted, withinS: CUT_WITHIN_S }, { who, address: '' });
        if (asked.state === 'refused')
          throw new HttpProblem(409, { code: 'refused', message: `Box '${box}' refused the drill.` });
      },
    },
  });
}
