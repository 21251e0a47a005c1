/** Open alarms as a list of causes, each with what follows from it. Pure. */
import { SEVERITIES, type Severity } from '@branchline/contracts/alarms';

export interface PlacedAlarm {
  readonly id: string;
  readonly severity: Severity;
  readonly since: string;
  /** The alarm that it follows from. */
  readonly cause?: string | undefined;
  /** The maintenance window that keeps it quiet. */
  readonly window?: string | undefined;
}

export interface AlarmFamily<A extends PlacedAlarm> {
  readonly head: A;
  /** Everything that follows from it, however far; the gravest first. */
  readonly beneath: readonly A[];
  /** The gravest of them all. */
  readonly weight: Severity;
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** Each alarm is in exactly one family. The gravest family first, of equals the newest. */
export function families<A extends PlacedAlarm>(alarms: readonly A[]): AlarmFamily<A>[] {
  const byId = new Map(alarms.map((alarm) => [alarm.id, alarm]));
  const beneath = new Map<string, A[]>();
  const heads: A[] = [];
  for (const alarm of alarms) {
    const head = headOf(alarm, byId);
    if (head === alarm) heads.push(alarm);
    else beneath.set(head.id, [...(beneath.get(head.id) ?? []), alarm]);
  }
  return heads
    .map((head) => {
      const all = (beneath.get(head.id) ?? []).sort(graverFirst);
      const weight = all.reduce(
        (most, each) => (rank(each.severity) > rank(most) ? each.severity : most),
        head.severity,
      );
      return { head, beneath: all, weight };
    })
    .sort((a, b) => rank(b.weight) - rank(a.weight) || b.head.since.localeCompare(a.head.since));
}

/** A cause that is not known here, or that leads in a circle, is no cause. */
function headOf<A extends PlacedAlarm>(alarm: A, byId: ReadonlyMap<string, A>): A {
  let head = alarm;
  for (let steps = byId.size; head.cause !== undefined && steps > 0; steps -= 1) {
    const next = byId.get(head.cause);
    if (!next) return head;
    head = next;
  }
  return head.cause === undefined ? head : alarm;
}

const graverFirst = (a: PlacedAlarm, b: PlacedAlarm): number =>
  rank(b.severity) - rank(a.severity) || b.since.localeCompare(a.since);
