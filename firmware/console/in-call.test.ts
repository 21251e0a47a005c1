import type { CallOrder, Refusal } from '../calls/call-order.ts';
import { beforeEach, expect, test } from 'vitest';
import { HttpProblem } from '@branchline/runtime/web/problem';
import { inCallHandlers } from './in-call.ts';

let orders: CallOrder[];
let noted: string[];
let refusal: Refusal | undefined;

beforeEach(() => {
  [orders, noted, refusal] = [[], [], undefined];
});

const handlers = inCallHandlers(
  {
    order: (order) => {
      orders.push(order);
      return refusal;
    },
    slotOf: () => '8701',
  },
  { note: (_, action, subject) => noted.push(`${action} ${subject ?? ''}`) },
);

type Handlers = typeof handlers;
/** As a route asks once it has checked path and body. */
function ask<K extends keyof Handlers>(what: K, body: unknown): unknown {
  const handler = handlers[what] as (asked: unknown) => unknown;
  return handler({ body, param: () => 'c1', request: { socket: { remoteAddress: '::ffff:10.0.0.7' } } });
}

test.each<[keyof Handlers, object, CallOrder, string]>([
  [
    'superviseCall',
    { extension: '8001', mode: 'barge' },
    { do: 'supervise', call: 'c1', extension: '8001', mode: 'barge' },
    'call-supervised c1 barge by 8001',
  ],
  ['endSupervision', {}, { do: 'end-supervision', call: 'c1' }, 'call-supervision-ended c1'],
  [
    'moveCall',
    { to: 'queue sales' },
    { do: 'move', call: 'c1', to: { kind: 'queue', name: 'sales' } },
    'call-moved c1 to queue sales',
  ],
  [
    'pickUpCall',
    { extension: '8003' },
    { do: 'pick-up', call: 'c1', extension: '8003' },
    'call-picked-up c1 for 8003',
  ],
  ['giveCall', { agent: 'bob' }, { do: 'give', call: 'c1', agent: 'bob' }, 'call-given c1 to bob'],
  ['holdCall', { extension: '8002' }, { do: 'hold', call: 'c1', extension: '8002' }, 'call-held c1'],
  ['resumeCall', { extension: '8002' }, { do: 'resume', call: 'c1', extension: '8002' }, 'call-resumed c1'],
  [
    'consultCall',
    { extension: '8002', to: '8003' },
    { do: 'consult', call: 'c1', extension: '8002', to: '8003' },
    'call-consulted c1 with 8003 by 8002',
  ],
  [
    'transferCall',
    { extension: '8002', with: 'c2' },
    { do: 'transfer', call: 'c1', extension: '8002', with: 'c2' },
    'call-transferred c1 to c2 by 8002',
  ],
  [
    'conferenceCall',
    { extension: '8002', invite: '8003' },
    { do: 'conference', call: 'c1', extension: '8002', invite: '8003' },
    'call-conferenced c1 with 8003 by 8002',
  ],
  [
    'parkCall',
    { extension: '8002', slot: '8703' },
    { do: 'park', call: 'c1', extension: '8002', slot: '8703' },
    'call-parked c1 by 8002',
  ],
])('%s is ordered, and written down', (what, body, order, written) => {
  expect(ask(what, body)).toMatchObject({ call: 'c1' });
  expect(orders).toEqual([order]);
  expect(noted).toEqual([written]);
});

test('the answer to parking says where', () => {
  expect(ask('parkCall', { extension: '8002' })).toEqual({ call: 'c1', slot: '8701' });
});

test('what is refused is told with code, field, value and remedy, and is not written down', () => {
  refusal = { code: 'no-slot', value: '8703' };
  let problem: unknown;
  try {
    ask('parkCall', { extension: '8002', slot: '8703' });
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(HttpProblem);
  expect(problem).toMatchObject({
    status: 409,
    body: { code: 'no-slot', field: 'body.slot', value: '8703' },
  });
  expect(noted).toEqual([]);
});

test('a destination that none is, is no order', () => {
  expect(() => ask('moveCall', { to: 'the moon' })).toThrow(/no-such-destination/);
  expect(orders).toEqual([]);
});
