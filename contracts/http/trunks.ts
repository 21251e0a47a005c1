/** Trunks in the API of the box's page: what each is worth and why, and what an operator may order. */
import * as z from 'zod';
import { liveTrunk } from '../trunks.ts';
import { route } from './route.ts';

/** As it stands after the order. */
const trunk = z.object({ trunk: liveTrunk });
const nothing = z.strictObject({});

export const trunkRoutes = {
  trunks: route({
    method: 'get',
    path: '/api/trunks',
    access: 'session',
    says: 'what each trunk is worth now: its state and since when, the evidence, what goes in its place, and the way back',
    response: z.object({ trunks: z.array(liveTrunk) }),
  }),
  drainTrunk: route({
    method: 'post',
    path: '/api/trunks/{trunk}/drain',
    access: 'session',
    says: 'give a trunk no new calls while another can take them; calls in progress go on. Kept over a restart',
    body: nothing,
    response: trunk,
  }),
  busyTrunkOut: route({
    method: 'post',
    path: '/api/trunks/{trunk}/busy-out',
    access: 'session',
    says: 'drain a trunk, and refuse the calls that come in by it with Q.850 cause 42 (SIP 503), so that the carrier tries its next route. Kept over a restart',
    body: nothing,
    response: trunk,
  }),
  putTrunkBack: route({
    method: 'post',
    path: '/api/trunks/{trunk}/put-back',
    access: 'session',
    says: 'take back the order to drain a trunk or to busy it out: it is worth again what its evidence says',
    body: nothing,
    response: trunk,
  }),
  testTrunk: route({
    method: 'post',
    path: '/api/trunks/{trunk}/test',
    access: 'session',
    says: "call the trunk's test number now and listen whether sound goes both ways; the verdict is in the live state and in the ledger",
    body: nothing,
    response: trunk,
  }),
  forwardTrunk: route({
    method: 'post',
    path: '/api/trunks/{trunk}/forwarding',
    access: 'session',
    says: 'dial now the codes by which the exchange of this trunk forwards what the trunk does not take, as the document has them; what came of it is in the live state and in the ledger',
    body: nothing,
    response: trunk,
  }),
  lookAtTrunk: route({
    method: 'post',
    path: '/api/trunks/{trunk}/look',
    access: 'session',
    says: "ask the trunk's gateway about its lines, or whether the trunk is registered, at once instead of in the round that would come next; the answer says what it is worth after that",
    body: nothing,
    response: trunk,
  }),
} as const;
