/**
 * A notice as an SNMP notification, version 2c: alarmActiveState and alarmClearState of the ALARM-MIB (RFC 3877), so that a
 * receiver needs no file of ours. Raise and clear bear the same index.
 */
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import type { SocketAddress } from '@branchline/contracts/branch/values';
import type { Notice } from '@branchline/contracts/notice';
import type { NetSnmp, Varbind } from 'net-snmp';

const ALARM_MIB = '1.3.6.1.2.1.118';
const ALARM_ACTIVE_STATE = `${ALARM_MIB}.0.2`;
const ALARM_CLEAR_STATE = `${ALARM_MIB}.0.3`;
const ACTIVE_ENTRY = `${ALARM_MIB}.1.2.2.1`;
const COLUMN = { resourceId: 10, description: 11, modelPointer: 13 } as const;
const SYS_NAME = '1.3.6.1.2.1.1.5.0';
const NO_OBJECT = '0.0';

const INFORM = { retries: 2, timeoutMs: 3_000 } as const;

export interface TrapTarget {
  readonly address: SocketAddress;
  readonly community: string;
  readonly confirmed: boolean;
}

/** What a receiver is told: `text` in one line, as on the pages. */
function varbindsOf(notice: Notice, box: string, text: string, types: NetSnmp['ObjectType']): Varbind[] {
  const index = indexOf(notice);
  const cell = (column: number): string => `${ACTIVE_ENTRY}.${column}.${index}`;
  const type = (name: string): number => types[name] ?? 0;
  return [
    { oid: cell(COLUMN.modelPointer), type: type('OID'), value: NO_OBJECT },
    { oid: cell(COLUMN.resourceId), type: type('OID'), value: NO_OBJECT },
    { oid: cell(COLUMN.description), type: type('OctetString'), value: text },
    { oid: SYS_NAME, type: type('OctetString'), value: box },
  ];
}

/** alarmListName (empty), alarmActiveDateAndTime (8 octets, UTC), alarmActiveIndex: from what does not change while the alarm lasts. */
function indexOf({ alarm }: Notice): string {
  const since = new Date(alarm.since);
  const year = since.getUTCFullYear();
  const date = [
    ...[year >> 8, year & 255, since.getUTCMonth() + 1, since.getUTCDate()],
    ...[since.getUTCHours(), since.getUTCMinutes(), since.getUTCSeconds()],
    Math.floor(since.getUTCMilliseconds() / 100),
  ];
  return [0, date.length, ...date, numberOf(alarm.id)].join('.');
}

/** FNV-1a, 31 bits, never 0. */
function numberOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash & 0x7fffffff || 1;
}

/** @throws Error when an inform is not confirmed in time; of a trap only that it could not be sent is known */
export async function sendTraps(
  { address, community, confirmed }: TrapTarget,
  notices: readonly { readonly notice: Notice; readonly text: string }[],
  box: string,
): Promise<void> {
  // A branch that tells nobody by SNMP need not hold it in memory.
  const { default: snmp } = await import('net-snmp');
  const session = snmp.createSession(address.host, community, {
    version: snmp.Version2c,
    trapPort: address.port,
    retries: INFORM.retries,
    timeout: INFORM.timeoutMs,
  });
  try {
    for (const { notice, text } of notices) {
      const oid = notice.kind === 'cleared' ? ALARM_CLEAR_STATE : ALARM_ACTIVE_STATE;
      const varbinds = varbindsOf(notice, box, text, snmp.ObjectType);
      await new Promise<void>((resolve, reject) => {
        const done = (error: Error | null): void => (error ? reject(plain(error)) : resolve());
        session.on('error', (error) => reject(plain(error)));
        if (confirmed) session.inform(oid, varbinds, done);
        else session.trap(oid, varbinds, done);
      });
    }
  } finally {
    session.close();
  }
}

const plain = (error: Error): Error =>
  new CodedError(
    error.name === 'RequestTimedOutError' ? coded('not-confirmed') : coded('not-sent', error.name),
    { cause: error },
  );
