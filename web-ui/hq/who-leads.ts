/** Of the controllers of a fleet, what a line says of them. Pure. */
import type { ControllerShown } from '@branchline/contracts/http/controllers';

export interface WhoLeads {
  /** Undefined while none does, in the half minute after one was lost. */
  readonly leader: ControllerShown | undefined;
  readonly others: readonly ControllerShown[];
  /** Were there in the last week, and are not now. */
  readonly away: readonly ControllerShown[];
}

/** Undefined where one is alone: there is nothing to tell. */
export function whoLeads(controllers: readonly ControllerShown[]): WhoLeads | undefined {
  if (controllers.length < 2) return undefined;
  const leader = controllers.find(({ leadsSince }) => leadsSince !== null);
  const rest = controllers.filter((each) => each !== leader);
  return { leader, others: rest.filter(({ there }) => there), away: rest.filter(({ there }) => !there) };
}
