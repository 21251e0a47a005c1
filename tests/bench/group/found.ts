/** What the runs of a group amount to, as rows. Pure. */
import type { Phase } from '../rig/phase.ts';
import type { Found, Row } from '../rig/report.ts';
import { WHO, type Arm } from './arms.ts';
import type { GroupFigures } from './measure.ts';

export interface Circumstances {
  readonly name: string;
  readonly boxes: number;
  readonly mosquitto: string;
}

type GroupPhase = Phase<Arm, GroupFigures>;

export function foundOf({ name, boxes, mosquitto }: Circumstances, phase: GroupPhase): Found {
  /** Two beside one, and one beside what ships. */
  const beside = (what: string, unit: string, of: (figures: GroupFigures) => number): Row[] =>
    (
      [
        ['two', 'one'],
        ['one', 'embedded'],
      ] as const
    ).map(([ours, peer]) => ({
      goal: '-',
      what: `${what}: ${WHO[ours]}; peer: ${WHO[peer]}`,
      unit,
      ...phase.compare(of, ours, peer),
    }));
  const wrong = (arm: Arm): number => phase.all(arm).reduce((sum, figures) => sum + figures.wrong, 0);
  return {
    name,
    rows: [
      ...beside('CPU for an event, the busiest controller', 'us', ({ busiestUs }) => busiestUs),
      ...beside('events stored, all on one core', '/s', ({ perS }) => perS),
      ...beside('a new document for all, until it stays at the last', 's', ({ documentS }) => documentS),
      ...beside('CPU for a box of it, the busiest controller', 'ms', ({ documentMs }) => documentMs),
      ...beside('RSS with all of them, the largest controller', 'MB', ({ rssMb }) => rssMb),
      besides('CPU for an event, broker', phase, ({ brokerUs }) => brokerUs),
      besides('CPU for an event, database', phase, ({ databaseUs }) => databaseUs),
      {
        goal: '-',
        what: 'events lost or doubled, histories that read otherwise',
        unit: '',
        ours: (['embedded', 'one', 'two'] as const).map(wrong),
        wanted: { atMost: 0 },
      },
    ],
    notes: [
      `${boxes} boxes by the contract, TLS with a certificate each; Mosquitto ${mosquitto} with headquarters' rules, PostgreSQL with fsync, as they are to be run. The one process has broker and SQLite inside`,
      'the history in live frames at full load for 4 s, then all controllers are killed with SIGKILL; what counts is rows in the database afterwards. Each is there once, and the digest of each history is that of what its box told',
      'broker, database and controllers share the measured core, so what two take in together is less than what they would on two: a core for the busiest controller is what limits a group, and its CPU for an event is what to read',
      `the generator's core was busy ${phase.loadAtMost} at most; the host gave away of the measured core, median: ${phase.hostTook}`,
    ],
  };
}

const besides = (what: string, phase: GroupPhase, of: (figures: GroupFigures) => number): Row => ({
  goal: '-',
  what: `${what}: ${WHO.two}; peer: ${WHO.one}`,
  unit: 'us',
  ...phase.compare(of, 'two', 'one'),
});
