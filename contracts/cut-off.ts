/** Whether a caller whose call ended hung up, or was cut off: who was cut off calls again, and keeps his place. */

/** What the network or a gateway says of a call that it lost, and no caller who hangs up (ITU-T Q.850): 27, 38, 41, 42, 102. */
const LOST: ReadonlySet<number> = new Set([27, 38, 41, 42, 102]);

/** The engine died beneath him, or his line was lost. */
export const wasCutOff = ({
  endedBy,
  cause,
}: {
  readonly endedBy: string;
  readonly cause?: number | undefined;
}): boolean => endedBy === 'engine' || (endedBy === 'caller' && cause !== undefined && LOST.has(cause));
