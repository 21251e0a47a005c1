/** Puts together continuity with its stand-ins and drills: one room to the rest of headquarters. */
import type { Payload } from '@branchline/contracts/topics';
import type { FleetChange } from '@branchline/contracts/http/controller';
import type { InBackground } from '@branchline/runtime/background';
import type { Clock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { BrokerPort } from './broker/port.ts';
import type { Commands } from './commands/commands.ts';
import { Continuing } from './continuing.ts';
import { Drills } from './drills/drills.ts';
import type { Authority } from './enrolment/authority.ts';
import type { FleetBoard } from './fleet/board.ts';
import { isQuiet, minuteOfWeek } from './rollouts/quiet.ts';
import { zoneOf } from './rollouts/world.ts';
import type { Settings } from './settings.ts';
import type { Written } from './ledger/writer.ts';
import { StandInRoom } from './stand-ins/room.ts';
import type { ContinuityStore } from './store/continuity.ts';
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

/** The box may take so long to hear of the end of a drill's cut, s. */
const CUT_WITHIN_S = 30;

export function makeStandingIn(parts: StandingInParts) {
  const { background, board } = parts;
  const note = parts.versions.note.bind(parts.versions);
  const standIns: StandInRoom = new StandInRoom({
    ...parts,
    ...{ note, tenant: parts.settings.tenant, log: roomLog(parts.log, 'stand-ins') },
    plans: () =>
      continuing.deciding
        .all()
        .map(({ box, plan, state }) => ({ box, plan, needed: state.name !== 'serving' })),
  });
  const continuing: Continuing = new Continuing({ ...parts, standIns });
  const drills = makeDrills(parts, continuing);
  return {
    continuing,
    standIns,
    drills,
    changed: (change: FleetChange): void => {
      continuing.changed(change);
      if (change.in === 'boxes') standIns.changed(change.id);
    },
    online: (name: string): void => {
      continuing.online(name);
      standIns.online(name);
    },
    stored: ({ calls }: Written): void => {
      for (const { stream, summary } of calls) continuing.called(stream, summary);
    },
    gone: (name: string): void => continuing.gone(name),
    leaseSays: (name: string, said: Payload<'lease-says'>): void => continuing.says(name, said),
    leaseAsk: (name: string, asked: Payload<'lease-ask'>): void => continuing.asks(name, asked),
    branchCalled: (name: string, said: Payload<'branch-called'>): void => continuing.calls.heard(name, said),
    standInSays: (host: string, said: Payload<'stand-in-says'>): void => standIns.says(host, said),
    standInRequest: (host: string, wanted: Payload<'stand-in-request'>): void =>
      background('stand-in', standIns.wanted(host, wanted)),
    standInSecrets: (box: string, said: Payload<'stand-in-secrets'>): void =>
      background('stand-in', standIns.secrets(box, said)),
    load: async (): Promise<void> => {
      await continuing.load();
      await drills.start();
      for (const { box } of board.summaries()) standIns.changed(box);
    },
    stop: async (): Promise<void> => {
      await drills.rest();
      await continuing.stop();
    },
  };
}

function makeDrills(parts: StandingInParts, continuing: Continuing): Drills {
  const { clock, log, drillStore } = parts;
  const standInOf = (box: string): string => continuing.planOf(box)?.standIn ?? '';
  return new Drills({
    ...{ clock, log: roomLog(log, 'drills'), store: drillStore },
    world: {
      seen: (box, { hours, holdMs }) => {
        const lease = continuing.runner.of(box);
        const minute = (): number => minuteOfWeek(clock.now(), zoneOf(parts.board.of(box)));
        return {
          quiet: hours === null || isQuiet({ by: 'computed' }, hours, minute(), holdMs),
          standInReady: parts.board.of(standInOf(box))?.online === true && lease?.ready['stand-in'] === true,
          answers: lease?.lease.answers ?? null,
        };
      },
      call: (box, number) => continuing.calls.call(standInOf(box), number),
      order: (box, to, who) => continuing.deciding.order(box, to, who, null),
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
