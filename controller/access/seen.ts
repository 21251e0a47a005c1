/** Of the fleet as it changes, what belongs to the branches that somebody may see. */
import type { FleetChange, FleetState } from '@branchline/contracts/http/controller';
import type { Shown } from '@branchline/runtime/web/events';

/** Undefined for whoever sees everything. */
export function onlySeen(sees: (box: string) => boolean): Shown | undefined {
  // No box has the empty name: only who is bound to no branches sees it.
  if (sees('')) return undefined;
  const ofCall = (id: string): string => id.slice(0, id.indexOf('/'));
  return {
    snapshot: (whole) => {
      const { at, boxes, calls } = whole as FleetState;
      return {
        at,
        boxes: kept(boxes, sees),
        calls: kept(calls, (id) => sees(ofCall(id))),
      };
    },
    change: (data) => {
      const { in: list, id } = data as FleetChange;
      return sees(list === 'calls' ? ofCall(id) : id);
    },
  };
}

const kept = <T>(entries: Readonly<Record<string, T>>, keep: (id: string) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).filter(([id]) => keep(id)));
