/** A page of a call list as the services cut it. */
import type { CallSummary } from '@branchline/contracts/call-story';
import type { callQuery } from '@branchline/contracts/http/common';
import type { z } from 'zod';

export function pageOf<C extends CallSummary>(calls: readonly C[], query: z.output<typeof callQuery>) {
  const { about, before, direction, limit, outcome } = query;
  const fitting = calls.filter(
    (call) =>
      (before === undefined || call.startedAt < before) &&
      (direction === undefined || call.direction === direction) &&
      (outcome === undefined || call.outcome === outcome) &&
      (about === undefined ||
        [call.from.id, call.dialled, ...call.answeredBy.map((party) => party.id)].some((id) =>
          id.includes(about),
        )),
  );
  return { calls: fitting.slice(0, limit), more: fitting.length > limit };
}
