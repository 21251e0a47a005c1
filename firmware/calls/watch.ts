/** A supervisor at a talk: which channels are his, and how he goes. What brings him in is in `supervising.ts`. */
import type { EventBody } from '@branchline/contracts/ledger';
import { CAUSE } from './events.ts';
import { watchBridgeOf, type Call, type Watch } from './state.ts';
import type { Step } from './step.ts';

export const watchChannels = ({ ringing, in: inside }: Watch): readonly string[] =>
  inside ? [...ringing, inside.channel, inside.snoop] : ringing;

export const isOfWatch = ({ watch }: Readonly<Call>, channel: string): boolean =>
  watch !== undefined && watchChannels(watch).includes(channel);

/** Lets the supervisor go; the talk is not touched. Does nothing where nobody listens. */
export function endWatch(
  step: Step,
  call: Call,
  because: EventBody<'call.supervision-ended'>['because'],
  gone?: string,
): void {
  const { watch } = call;
  if (!watch) return;
  delete call.watch;
  for (const channel of watchChannels(watch)) {
    step.disown(channel);
    if (channel !== gone) step.effect({ do: 'hang-up', channel, cause: CAUSE.normal });
  }
  if (watch.in) step.effect({ do: 'end-bridge', bridge: watchBridgeOf(call) });
  const { by, of, mode, person } = watch;
  const listenedMs = watch.in ? Math.max(0, step.now - watch.in.since) : 0;
  step.note(call.id, 'call.supervision-ended', { by, of, mode, listenedMs, because });
  if (step.branch.people[person]?.agent)
    step.tellAcd({ type: 'free', agent: person, by: call.id, wrapUpMs: 0 });
}
