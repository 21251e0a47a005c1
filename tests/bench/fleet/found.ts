/** What the runs of a fleet amount to, as rows beside their goals. Pure. */
import { spread } from '../rig/numbers.ts';
import type { Phase } from '../rig/phase.ts';
import type { Found, Row, Wanted } from '../rig/report.ts';
import { percent } from '../rig/witness.ts';
import type { FleetFigures, OurFigures } from './figures.ts';

export type Arm = 'ours' | 'aedes' | 'mosquitto';
type FleetPhase = Phase<Arm, FleetFigures>;

/** Published: the longest wait of one that asks by itself every five minutes, s. */
const HAWKBIT_S = 300;

export function foundOf(boxes: number, phase: FleetPhase, mosquitto: string, busiest: number): Found {
  return {
    name: `fleet-${boxes}`,
    rows: [...connecting(boxes, phase), ...changing(boxes, phase), ...comingBack(phase)],
    notes: notesOf(boxes, phase, mosquitto, busiest),
  };
}

function connecting(boxes: number, phase: FleetPhase): Row[] {
  const beside = (
    goal: string,
    what: string,
    unit: string,
    of: (figures: FleetFigures) => number,
    wanted?: Wanted,
  ): Row[] => [
    {
      goal,
      what: `${what}; peer: aedes`,
      unit,
      ...phase.compare(of, 'ours', 'aedes'),
      ...(wanted && { wanted }),
    },
    { goal: '-', what: `${what}; peer: mosquitto`, unit, ...phase.compare(of, 'ours', 'mosquitto') },
  ];
  const perBoxKb = ({ fullMb, emptyMb }: FleetFigures): number => ((fullMb - emptyMb) * 1_000) / boxes;
  return [
    ...beside('G14', 'all connect at once', 's', ({ readyS }) => readyS, { atMost: 1.3 }),
    ...beside('G14', 'CPU for a connection', 'ms', ({ connectCpuMs }) => connectCpuMs),
    ...beside('G15', 'RSS with all of them', 'MB', ({ fullMb }) => fullMb, { atMost: 1.7 }),
    ...beside('-', 'RSS for a box', 'kB', perBoxKb),
    ...beside('-', 'of a core at rest', '%', ({ restShare }) => 100 * restShare),
  ];
}

function changing(boxes: number, phase: FleetPhase): Row[] {
  const fan = ({ fanS }: FleetFigures): number => fanS;
  const confirmed = ({ fanS, ours }: FleetFigures): number => ours?.confirmedS ?? fanS;
  const row = (goal: string, what: string, peer: 'aedes' | 'mosquitto', wanted: Wanted): Row => ({
    goal,
    what: `${what}; peer: bare fan-out, ${peer}`,
    unit: 's',
    ...phase.compare(confirmed, 'ours', peer),
    wanted,
  });
  return [
    row('G11', 'one change for all, until it stays at the last', 'aedes', { atMost: 2 }),
    row('G11', 'one change for all, until it stays at the last', 'mosquitto', { atMost: 6 }),
    {
      goal: '-',
      what: 'the last box has it; peer: bare fan-out, aedes',
      unit: 's',
      ...phase.compare(fan, 'ours', 'aedes'),
    },
    alone(phase, '-', 'before that: checked for every box, and begun', 's', ({ begunS }) => begunS),
    alone(
      phase,
      'G12',
      `published: hawkBit asks every ${HAWKBIT_S} s, times quicker`,
      'times',
      (ours) => HAWKBIT_S / (ours.begunS + ours.confirmedS),
      { atLeast: 200 },
    ),
    alone(phase, '-', 'CPU for a box of the rollout', 'ms', ({ rolloutCpuMs }) => rolloutCpuMs),
    alone(phase, '-', 'versions written by the API', '/s', ({ writtenPerS }) => writtenPerS),
    editRow(boxes, phase),
  ];
}

/** Both of one run: the peer is a message and the broker's word on it, through the same broker. */
function editRow(boxes: number, phase: FleetPhase): Row {
  const edits = phase.compare(({ ours }) => ours?.editP95Ms ?? NaN, 'ours');
  const trips = phase.compare(({ ours }) => ours?.roundTripP95Ms ?? NaN, 'ours');
  return {
    goal: 'G13',
    what: `one box edited, ${boxes} there, until it stays, p95; peer: a message and PUBACK`,
    unit: 'ms',
    ours: edits.ours,
    peer: trips.ours,
    kept: edits.kept,
    wanted: { atMost: 5 },
  };
}

function comingBack(phase: FleetPhase): Row[] {
  return [
    alone(phase, 'G14', 'killed and started: until it listens', 's', ({ startS }) => startS),
    alone(phase, 'G14', 'from then until half of the boxes are back', 's', ({ backP50S }) => backP50S),
    alone(phase, 'G14', 'until the last is back and all its events stored', 's', ({ backS }) => backS),
    {
      goal: 'G14',
      what: 'events lost or doubled by the kill',
      unit: '',
      ours: phase.all('ours').map(({ ours }) => ours?.wrong ?? NaN),
      wanted: { atMost: 0 },
    },
    alone(phase, 'G15', 'RSS at the end of all this', 'MB', ({ endMb }) => endMb, { atMost: 400 }),
  ];
}

const alone = (
  phase: FleetPhase,
  goal: string,
  what: string,
  unit: string,
  of: (ours: OurFigures) => number,
  wanted?: Wanted,
): Row => ({
  goal,
  what,
  unit,
  ...phase.compare(({ ours }) => (ours ? of(ours) : NaN), 'ours'),
  ...(wanted && { wanted }),
});

function notesOf(boxes: number, phase: FleetPhase, mosquitto: string, busiest: number): string[] {
  const { median: bytes } = spread(phase.all('ours').map(({ ours }) => ours?.documentBytes ?? NaN));
  const empty = (arm: Arm): string => spread(phase.all(arm).map(({ emptyMb }) => emptyMb)).median.toFixed(0);
  return [
    `${boxes} boxes by the contract in one process: TLS with a certificate each and a full handshake, a last will, presence, report and health; the bare ones connect and subscribe to as much. All begin in the same moment; a box that is turned away waits as a real one does`,
    `peers: aedes alone behind the same TLS, and mosquitto ${mosquitto}; one message of 870 bytes to each box, ours ${bytes} bytes`,
    'one change for all: a rollout in one wave with all boxes at once, soak 1 s. Counted from the moment in which it was checked and begun; a version is written for each box, sent, tried, reported, confirmed, reported and acknowledged, each step stored. The peer only sends',
    'killed: 45 events of each box under way and 45 more while it was away; afterwards every event of every box is counted in the database',
    `RSS with nobody connected, median: ours ${empty('ours')} MB, aedes ${empty('aedes')} MB, mosquitto ${empty('mosquitto')} MB`,
    `the generator's core was busy ${percent(busiest)} at most: a handshake costs both ends the same, so seconds of connecting are of both, and CPU is what compares`,
    `the host gave away of the measured core, median: ${phase.hostTook}`,
  ];
}
