/** The alarms of a box that headquarters raises itself, as the box cannot know or cannot say. Pure. */
import { alarms, idAtHeadquarters, type AlarmCode } from '@branchline/contracts/alarms';
import type { LiveAlarm } from '@branchline/contracts/live';
import { isStandIn } from '@branchline/contracts/stand-in-name';

export interface Heard {
  readonly online: boolean;
  /** Ms since 1970; null for one that was never heard. */
  readonly since: number | null;
  /** Ms since 1970; null where nobody else uses its identity. */
  readonly quarantinedAt: number | null;
}

export function ownAlarms(box: string, { quarantinedAt, online, since }: Heard): LiveAlarm[] {
  return [
    ...(quarantinedAt === null ? [] : [alarm('identity-twice', box, quarantinedAt)]),
    // A stand-in need not be there while its branch's box is; continuity says where it should.
    ...(online || since === null || isStandIn(box) ? [] : [alarm('box-silent', box, since)]),
  ];
}

function alarm(code: AlarmCode, box: string, since: number): LiveAlarm {
  return {
    ...{ id: idAtHeadquarters(code), code, severity: alarms[code].severity },
    ...{ subject: box, detail: null, since: new Date(since).toISOString() },
  };
}
