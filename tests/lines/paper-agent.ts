/** What the box reads of a gateway's lines when it asks the lab's agent: its tables, judged by the model that ships. */
import { fileURLToPath } from 'node:url';
import { catalogue } from '@branchline/firmware/devices/gateways/catalogue';
import { NO_LINES, readAgain, unclearFrom, worth } from '@branchline/firmware/devices/gateways/lines';
import type { LineEvidence } from '@branchline/firmware/devices/gateways/port';
import { columnsOf, readTables } from '@branchline/firmware/devices/gateways/snmp/reading';
import { DSX1, type Story } from '@branchline/lab/gateways/story';

const models = fileURLToPath(new URL('../../firmware/devices/gateways/models', import.meta.url));
const { snmp } = catalogue([models]).model('generic-e1');
const LINE = '1';
/** IANA: ds0. */
const DS0 = 81;
const [UP, DOWN] = [1, 2];
/** isdnLapdOperStatus (RFC 2127). */
const LAPD = { up: 3, down: 1 };

export function readLine(story: Story, channels: number): Omit<LineEvidence, 'at'> {
  const from = { source: 'snmp-poll', line: LINE } as const;
  if (!story.power || !snmp)
    return { ...from, ...worth(unclearFrom(NO_LINES, 'snmp', 'no answer'), '*'), line: LINE };
  const each = Array.from({ length: channels }, (_, at) => at);
  const told = [
    new Map([[LINE, DSX1[story.line]]]),
    new Map([[LINE, story.dChannel ? LAPD.up : LAPD.down]]),
    new Map(each.map((at) => [String(101 + at), at >= channels - story.blockedChannels ? DOWN : UP])),
    new Map(each.map((at) => [String(101 + at), DS0])),
  ];
  const columns = new Map(
    columnsOf(snmp.readings).map((column, index) => [column, told[index] ?? new Map()]),
  );
  return { ...from, ...worth(readAgain(NO_LINES, 'snmp', readTables(snmp.readings, columns).said), LINE) };
}
