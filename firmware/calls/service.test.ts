import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { Engine, Snapshot } from '../engine/port.ts';
import { Bench } from './bench.ts';
import { CallService, type CallServiceDeps } from './service.ts';

const nothing = (): void => undefined;

/** Says of every command that it was carried out, and of itself that both channels live. */
function engineWith(channels: readonly string[], told: string[]): Engine {
  const about = { state: 'up', callerNumber: '', callerName: '', dialled: '', createdAt: 0 } as const;
  const snapshot: Snapshot = {
    birth: 'b',
    channels: channels.map((channel) => ({ ...about, channel, ours: true })),
    bridges: [],
  };
  return new Proxy({} as Engine, {
    get: (_, name: string) =>
      name === 'snapshot'
        ? () => Promise.resolve(snapshot)
        : () => {
            told.push(name);
            return Promise.resolve(undefined);
          },
  });
}

test('what is heard as the line opens waits for the adoption: before it nothing could be carried out', async () => {
  const before = new Bench();
  before.happen({
    type: 'order',
    order: { do: 'agent-state', agent: 'ann', state: 'ready' },
    by: 'ann',
  } as never);
  before.callIn('c1');
  const [leg] = Object.values(before.state.calls).flatMap(({ legs }) => Object.keys(legs));
  if (leg === undefined) throw new Error('nobody is rung');
  const service = new CallService(
    {
      clock: new ManualClock(before.now),
      log: silentLog,
      branch: () => before.branch,
      journal: { step: nothing, append: nothing },
      recorder: { watch: nothing, unwatch: nothing, keep: nothing },
      alarms: { raise: nothing, clear: nothing },
      soundsOf: () => [],
      messages: { keep: nothing, listFor: () => [], markHeard: nothing, remove: nothing },
      lookUp: () => Promise.reject(new Error('nobody')),
      lastHeardAt: undefined,
      onStep: nothing,
    } as unknown as CallServiceDeps,
    before.state,
  );
  const stateOfLeg = (): string | undefined =>
    Object.values(service.state.calls).flatMap(({ legs }) =>
      Object.values(legs).map(({ state }) => state),
    )[0];
  const was = stateOfLeg();
  service.engineEvent({ type: 'channel-state', channel: leg, state: 'up' });
  expect(stateOfLeg()).toBe(was);
  const told: string[] = [];
  service.beginAdoption();
  await service.connected(engineWith(['c1', leg], told), 'service-restart', () => new Set());
  expect(stateOfLeg()).toBe('up');
  expect(told).not.toEqual([]);
});
