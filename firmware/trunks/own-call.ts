/** A call that the box makes by a trunk for its own sake, until it is answered or refused. */
import type { Waits } from '@branchline/runtime/wait';
import type { Engine, EngineEvent } from '../engine/port.ts';

export interface OwnCall {
  /** Named as a leg: one that a crash leaves behind is let go with the others that nobody knows. */
  readonly channel: string;
  readonly gateway: string;
  /** The gateway's address: asked although it is thought not to be there. */
  readonly at?: { readonly host: string; readonly port: number };
  readonly number: string;
  /** Shown to the called side. */
  readonly callerNumber: string;
}

/** ITU-T Q.850. */
const OUT_OF_ORDER = 27;

/**
 * @param onFault what the engine says where the call could not be made at all
 * @returns that the channel is up, or that it is gone
 * @throws WaitEnded where neither comes
 */
export async function placed(
  engine: Engine,
  heard: Waits<EngineEvent>,
  { channel, gateway, at, number, callerNumber }: OwnCall,
  { answerMs, signal, onFault }: { answerMs: number; signal: AbortSignal; onFault: (error: unknown) => void },
): Promise<EngineEvent> {
  const settled = heard.until('an answer', settles(channel), answerMs, signal);
  settled.catch(() => undefined);
  const to = { kind: 'gateway', name: gateway, number, ...(at ? { at } : {}) } as const;
  const refused = engine.call({ channel, to, callerNumber }, answerMs).then(
    () => settled,
    // Where the channel's own end was told already, that says more.
    (error: unknown): EngineEvent => {
      onFault(error);
      return { type: 'channel-gone', channel, cause: { code: OUT_OF_ORDER, text: 'not made' } };
    },
  );
  return Promise.race([settled, refused]);
}

const settles =
  (channel: string) =>
  (event: EngineEvent): boolean =>
    (event.type === 'channel-state' && event.channel === channel && event.state === 'up') ||
    (event.type === 'channel-gone' && event.channel === channel);
