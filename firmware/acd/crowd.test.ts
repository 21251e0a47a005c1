import { expect, test } from 'vitest';
import { queueOf, Room } from './bench.ts';
import { planOf, type AgentPlan } from './plan.ts';
import { everyWaiting, type AcdEffect, type Offer } from './state.ts';

const CALLERS = 10_000;
const AGENTS = 50;

test('ten thousand wait in one queue: each is offered once, to one agent, in the order they came, and none is left', () => {
  const agents = Array.from({ length: AGENTS }, (_, index): AgentPlan => ({
    id: `a${index}`,
    queues: { q: 1 },
    skills: {},
    atOnce: 1,
  }));
  const room = new Room(planOf({ queues: { q: queueOf('q') }, agents }), false);
  const callers = Array.from({ length: CALLERS }, (_, index) => `i${index}`);
  for (const caller of callers) room.enter(caller);
  expect(everyWaiting(room.state)).toHaveLength(CALLERS);

  const offered: string[] = [];
  const ringing: Offer[] = [];
  const note = (effects: readonly AcdEffect[]): void => {
    const offers = effects.filter((effect) => effect.do === 'offer');
    offered.push(...offers.map(({ interaction }) => interaction));
    ringing.push(...offers);
  };
  for (const { id } of agents) note(room.tell({ type: 'reachable', agent: id, reachable: true }));
  for (let offer = ringing.shift(); offer; offer = ringing.shift()) {
    const { interaction, agent } = offer;
    room.now += 1;
    note(room.tell({ type: 'accepted', interaction, agent }));
    note(room.tell({ type: 'free', agent, by: interaction, wrapUpMs: 0 }));
  }
  expect(offered).toEqual(callers);
  expect(everyWaiting(room.state)).toEqual([]);
}, 60_000);
