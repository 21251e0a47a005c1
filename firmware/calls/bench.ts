/** For tests of the core: a branch on paper, its calls, and a clock that is moved by hand. Holds no engine. */
import type { Branch } from '@branchline/contracts/branch/model';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { faultText } from '@branchline/contracts/branch/faults';
import type { EventBody, EventType, NewEvent } from '@branchline/contracts/ledger';
import { againstLedger, type Difference } from '../acd/against-ledger.ts';
import type { StepInputs } from '../acd/replay.ts';
import { saidIn } from '../acd/said.ts';
import type { CallEffect, CallEvent } from './events.ts';
import { adopt, type EngineSnapshot } from './adoption.ts';
import type { StepResult } from './step.ts';
import { acdPlan, decide, emptySwitchboard, nextDue } from './switchboard.ts';
import type { Call, SwitchboardState } from './state.ts';

export const smallBranch = {
  schema: 'branchline.branch/1',
  site: { id: 'test-branch', name: 'Test', country: 'CN', timezone: 'Asia/Shanghai', language: 'en' },
  gateways: { e1: { kind: 'e1', address: '127.0.0.11' }, fxo: { kind: 'fxo', address: '127.0.0.12' } },
  trunks: {
    pstn: { gateway: 'e1', channels: 30, numbers: ['+86 571 8600 1000..1029'] },
    copper: { gateway: 'fxo', channels: 4 },
  },
  routes: [
    { to: 'emergency', via: ['pstn', 'copper'] },
    { to: ['national', 'mobile'], via: ['pstn', 'copper'], 'caller-id': 'main' },
    { to: 'international', via: ['pstn'], allow: ['managers'] },
  ],
  numbers: {
    main: { number: '+86 571 8600 1000', to: 'flow welcome' },
    service: { number: '+86 571 8600 1001', to: 'queue service' },
    owner: { number: '+86 571 8600 1029', to: 'extension 8001' },
  },
  people: {
    boss: { name: 'Boss', extension: 8001, phones: ['p1'], groups: ['managers'] },
    ann: { name: 'Ann', extension: 8002, phones: ['p2'], agent: { queues: ['service'] } },
    bob: { name: 'Bob', extension: 8003, phones: ['p3'], agent: { queues: ['service'] } },
  },
  phones: { p1: {}, p2: {}, p3: {} },
  hours: { shop: { open: { 'mon-sun': '00:00-24:00' } } },
  flows: {
    welcome: [
      { play: 'welcome' },
      { hours: 'shop', closed: [{ to: 'hang-up' }] },
      {
        menu: 'main-menu',
        digits: { 1: 'queue service', 0: 'extension 8001' },
        none: 'queue service',
        wait: '4s',
      },
    ],
  },
  queues: { service: { ring: '15s', 'wrap-up': '5s' } },
  recording: { default: 'always', announce: false },
};

export function branchOf(document: unknown): Branch {
  const resolution = resolveBranch(document);
  if (!resolution.ok) throw new Error(resolution.faults.map((fault) => faultText(fault, 'en')).join('\n'));
  return resolution.branch;
}

/** The first decision of the ACD that comes out otherwise than the ledger has it, from what the ACD was told. */
export function decidedAgain(
  inputs: readonly StepInputs[],
  events: readonly NewEvent[],
  branches: readonly Branch[],
): Difference | undefined {
  const plans = new Map(branches.map(acdPlan).map((plan) => [plan.id, plan]));
  const said = saidIn(events.map((event, seq) => ({ ...event, seq })));
  const steps = againstLedger(inputs, (id) => plans.get(id), said, { from: 0, until: Infinity });
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  return next.value;
}

export class Bench {
  readonly branch: Branch;
  state: SwitchboardState;
  now = Date.UTC(2026, 0, 5, 2);
  readonly events: NewEvent[] = [];
  readonly acdInputs: StepInputs[] = [];
  readonly effects: CallEffect[] = [];

  constructor(document: unknown = smallBranch) {
    this.branch = branchOf(document);
    this.state = emptySwitchboard;
    for (const phone of Object.keys(this.branch.phones))
      this.happen({ type: 'phone', phone, reachable: true });
  }

  happen(event: CallEvent): StepResult {
    return this.#take(decide(this.state, event, this.now, this.branch));
  }

  adopt(
    snapshot: EngineSnapshot,
    after: 'service-restart' | 'engine-restart' = 'service-restart',
  ): StepResult {
    return this.#take(adopt(this.state, snapshot, this.now, this.branch, after));
  }

  /** Moves the clock, letting everything that falls due happen on the way. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const due = nextDue(this.state, this.branch);
      if (due === undefined || due > until) break;
      this.now = Math.max(this.now, due);
      this.happen({ type: 'tick' });
    }
    this.now = until;
  }

  callIn(channel: string, dialled = '+8657186001001', callerNumber = '13900000001'): void {
    this.happen({
      type: 'arrived',
      channel,
      from: { kind: 'gateway', name: 'e1' },
      callerNumber,
      dialled,
    });
  }

  callOut(channel: string, phone: string, dialled: string): void {
    this.happen({
      type: 'arrived',
      channel,
      from: { kind: 'phone', name: phone },
      callerNumber: '',
      dialled,
    });
  }

  call(id: string): Call {
    const call = this.state.calls[id];
    if (!call)
      throw new Error(`no call ${id}; in progress: ${Object.keys(this.state.calls).join(', ') || 'none'}`);
    return call;
  }

  /** The channel of the leg that is on offer or in talk at a phone or trunk. */
  legAt(id: string, via: string): string {
    const leg = Object.values(this.call(id).legs).find((candidate) => candidate.party.via === via);
    if (!leg) throw new Error(`call ${id} has no leg at ${via}`);
    return leg.id;
  }

  ringingAt(id: string): string[] {
    return Object.values(this.call(id).legs).flatMap((leg) =>
      leg.state === 'up' || leg.dropped ? [] : (leg.party.via ?? []),
    );
  }

  bodies<T extends EventType>(type: T): EventBody<T>[] {
    return this.events.flatMap((event) => (event.type === type ? [event.body as EventBody<T>] : []));
  }

  done<D extends CallEffect['do']>(what: D): Extract<CallEffect, { do: D }>[] {
    return this.effects.filter((effect): effect is Extract<CallEffect, { do: D }> => effect.do === what);
  }

  /** A leg answers, and the engine switches recording on where it was asked to. */
  answer(leg: string): void {
    const seen = this.effects.length;
    this.happen({ type: 'up', channel: leg });
    for (const effect of this.effects.slice(seen)) {
      if (effect.do === 'record') this.happen({ type: 'recording-on', channel: effect.channel });
    }
  }

  decidedAgain(): Difference | undefined {
    return decidedAgain(this.acdInputs, this.events, [this.branch]);
  }

  #take(result: StepResult): StepResult {
    this.state = result.state;
    this.events.push(...result.events);
    if (result.acdInputs) this.acdInputs.push(result.acdInputs);
    this.effects.push(...result.effects);
    return result;
  }
}
