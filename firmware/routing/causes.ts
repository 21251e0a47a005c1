/**
 * Which ITU-T Q.850 causes mean 'another line may do it': the line's or the gateway's trouble. A called party who is busy,
 * does not answer or does not exist is the same on every line.
 */
const ANOTHER_LINE_MAY_DO = new Set([
  3, // no route to destination
  18, // no user responding: silence at the gateway
  20, // subscriber absent: the gateway is not reachable
  27, // destination out of order
  34, // no circuit available
  38, // network out of order
  41, // temporary failure
  42, // switching equipment congestion
  44, // requested circuit not available
  47, // resource unavailable
  58, // bearer capability not presently available
  127, // interworking
]);

export function retryElsewhere(cause: number): boolean {
  return ANOTHER_LINE_MAY_DO.has(cause);
}
