/** What the other one of box and stand-in hands over: who waited there has his place here, who is to be called back is, and agents are as they were. */
import type { HandedOver } from '@branchline/contracts/stand-in-wire';
import { keepPlace } from './places.ts';
import type { Step } from './step.ts';

type State = 'ready' | 'not-ready' | 'signed-out';
const STATES: readonly string[] = ['ready', 'not-ready', 'signed-out'] satisfies State[];

/** Times of the other's clock count by their distance from `at`: how far the two clocks are apart does not matter. */
export function takeOver(step: Step, handed: HandedOver): void {
  const here = (time: string): number => step.now - Math.max(0, Date.parse(handed.at) - Date.parse(time));
  const places = handed.waiting.filter((each) => keepFor(step, each, here(each.since)));
  const callbacks = handed.callbacks.map(({ since, askedAt, ...each }) => ({
    ...each,
    since: here(since),
    askedAt: here(askedAt),
  }));
  const before = step.callbacks;
  step.tellCallbacks({ type: 'handed', callbacks, ended: handed.ended });
  const taken = callbacks.filter(({ id }) => step.callbacks[id] !== undefined && before[id] === undefined);
  for (const { id, number, queue, since } of taken)
    step.note(undefined, 'callback.asked', {
      ...{ callback: id, number, queue, by: 'handed-over', again: false },
      since: new Date(since).toISOString(),
    });
  const agents = handed.agents.filter((each) => stateOf(step, each));
  step.note(undefined, 'continuity.handed-over', {
    from: handed.from,
    places: places.length,
    callbacks: taken.length,
    agents: agents.length,
  });
}

/** Whether a place is kept for him; not where his queue keeps none, or he waits here already. */
function keepFor(step: Step, { call, number, queue }: HandedOver['waiting'][number], here: number): boolean {
  const keepMs = step.branch.queues[queue]?.keepPlaceMs ?? 0;
  if (keepMs === 0 || isHere(step, number)) return false;
  const known = step.places[number];
  // What is handed over twice has not been under way equally long: those who have called again meanwhile must not change places with the others.
  const since = known?.call === call && known.queue === queue ? known.since : here;
  const place = { queue, since, call, until: step.now + keepMs };
  step.places = keepPlace(step.places, number, place, step.now);
  return true;
}

const isHere = (step: Step, number: string): boolean =>
  step.callIds().some((id) => {
    const call = step.peek(id);
    return call?.customer === number && !call.anchor.gone && call.stage.at === 'queue';
  });

/** Whether it was another one. */
function stateOf(step: Step, { agent, state, reason }: HandedOver['agents'][number]): boolean {
  const known = step.acdState.agents[agent];
  if (!known || !isState(state)) return false;
  const now = known.signedIn ? (known.ready ? 'ready' : 'not-ready') : 'signed-out';
  if (now === state && known.reason === reason) return false;
  const why = reason === undefined ? {} : { reason };
  step.note(undefined, 'agent.state', { agent, state, ...why, by: 'handed-over' });
  step.tellAcd({ type: 'order', agent, state, ...why });
  return true;
}

const isState = (state: string): state is State => STATES.includes(state);
