/** The lines of the trunk bench: which gateway stands where, what it is there for, and the document that names them all. Pure. */
import { phoneNames, SITE } from '../rig/document.ts';

/**
 * `good`: carries whatever another does not. `refuse`, `mute`: their fault is switched on for single calls. `trap`, `poll`: their E1 is
 * pulled, and told by a trap, or seen when it is asked after. `dead`: loses power.
 */
export type Use = 'good' | 'refuse' | 'mute' | 'trap' | 'poll' | 'dead';
export type Kind = 'e1' | 'fxo';

export interface BenchLine {
  readonly name: string;
  readonly use: Use;
  readonly kind: Kind;
  /** The last part of its address. */
  readonly host: number;
  /** What a telephone dials to go out by it, and by `good` where it does not do its work. */
  readonly dialled: string;
  readonly number: string;
}

export const GOOD = 'good';
export const COMMUNITY = 'bench-community';
export const SNMP_PORT = 1_161;
/** Where a gateway has what stands behind it, and where that finds the gateway. */
export const BEHIND = { engine: 5_062, relay: 5_064 };
/** A minute and ten seconds is seldom enough that a trap is sooner. */
const SELDOM = '10m';
const FIRST_HOST = 40;

/** `gateways`: how many of each use that is measured by whole gateways; half of the dead ones are analog. */
export function benchLines(gateways: number): BenchLine[] {
  const many = (use: Use, kindOf: (index: number) => Kind): [Use, Kind, string][] =>
    Array.from({ length: gateways }, (_, index) => [use, kindOf(index), `${use}-${index + 1}`]);
  const e1 = (): Kind => 'e1';
  const wanted: [Use, Kind, string][] = [
    ['good', 'e1', GOOD],
    ...(['refuse', 'mute'] as const).flatMap((use) =>
      (['e1', 'fxo'] as const).map((kind): [Use, Kind, string] => [use, kind, `${use}-${kind}`]),
    ),
    ...many('trap', e1),
    ...many('poll', e1),
    ...many('dead', (index) => (index % 2 === 0 ? 'e1' : 'fxo')),
  ];
  return wanted.map(([use, kind, name], index) => {
    const tail = `1390001${String(index).padStart(4, '0')}`;
    return { name, use, kind, host: FIRST_HOST + index, dialled: `0${tail}`, number: `+86${tail}` };
  });
}

export function trunksDocument(net: string, lines: readonly BenchLine[]): object {
  const watched = ({ use }: BenchLine): object => {
    if (use !== 'trap' && use !== 'poll') return {};
    const snmp = { port: SNMP_PORT, secret: 'community', ...(use === 'trap' ? { every: SELDOM } : {}) };
    return { model: 'generic-e1', watch: { snmp } };
  };
  const [phone = ''] = phoneNames(1);
  return {
    schema: 'branchline.branch/1',
    site: SITE,
    gateways: Object.fromEntries(
      lines.map((line) => [line.name, { kind: line.kind, address: `${net}.${line.host}`, ...watched(line) }]),
    ),
    trunks: Object.fromEntries(
      lines.map(({ name, kind }) => [name, { gateway: name, channels: kind === 'e1' ? 30 : 4 }]),
    ),
    routes: lines.map(({ name, number }) => ({
      to: 'mobile',
      numbers: [number],
      via: [...new Set([name, GOOD])],
    })),
    people: { caller: { name: { zh: '来电人', en: 'Caller' }, extension: 8001, phones: [phone] } },
    phones: { [phone]: {} },
    recording: { default: 'never', announce: false, outgoing: 'never' },
  };
}
