import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Socket } from 'node:dgram';
import { Signals } from '../signals.ts';
import { cseqOf, parseMessage, serialiseMessage, type SipMessage, type SipRequest } from '../sip/message.ts';
import { responseTo } from '../sip/respond.ts';
import { openUdp } from '../udp.ts';
import { CarrierEdge } from './edge.ts';

const HOST = '127.0.0.1';
const WITHIN = { withinMs: 2_000 };
const DEAD_AFTER_MS = 50;

/** One side of the edge: what it got, in order. */
class Side extends Signals<{ got: SipMessage }> {
  readonly socket: Socket;
  constructor(socket: Socket) {
    super('Side');
    this.socket = socket;
    socket.on('message', (data) => this.emit('got', parseMessage(data)));
  }
  get port(): number {
    return this.socket.address().port;
  }
  next(what: string): Promise<SipMessage> {
    return this.waitFor('got', { ...WITHIN, where: (message) => nameOf(message) === what });
  }
  say(message: SipMessage, port: number): void {
    this.socket.send(serialiseMessage(message), port, HOST);
  }
}

const nameOf = (message: SipMessage): string =>
  message.kind === 'request' ? message.method : `${message.status} ${cseqOf(message).method}`;

let engine: Side;
let target: Side;
let edge: CarrierEdge;
let edgePort: number;

beforeEach(async () => {
  engine = new Side(await openUdp(HOST, 0));
  target = new Side(await openUdp(HOST, 0));
  const free = await openUdp(HOST, 0);
  edgePort = free.address().port;
  await new Promise<void>((resolve) => free.close(() => resolve()));
  edge = await CarrierEdge.open({
    at: { host: HOST, port: edgePort },
    engine: { host: HOST, port: engine.port },
    deadAfterMs: DEAD_AFTER_MS,
  });
});
afterEach(async () => {
  await edge.close();
  for (const { socket } of [engine, target]) socket.close();
});

const request = (method: string): SipRequest => ({
  kind: 'request',
  method,
  uri: `sip:+8657186001000@${HOST}:${target.port}`,
  headers: [
    ['Via', `SIP/2.0/UDP ${HOST}:${engine.port};rport;branch=z9hG4bKone`],
    ['Route', `<sip:${HOST}:${edgePort};lr>`],
    ['Max-Forwards', '70'],
    ['From', '<sip:caller@carrier.invalid>;tag=a'],
    ['To', '<sip:+8657186001000@carrier.invalid>'],
    ['Call-ID', 'one'],
    ['CSeq', `1 ${method}`],
  ],
  body: '',
});

async function offered(): Promise<SipRequest> {
  const came = target.next('INVITE');
  engine.say(request('INVITE'), edgePort);
  return (await came) as SipRequest;
}

test('a call goes through with what is said of it, and without the way there', async () => {
  const invite = await offered();
  expect(invite.headers.filter(([name]) => name === 'Route')).toEqual([]);
  const ringing = engine.next('180 INVITE');
  target.say(responseTo(invite, 180, { tag: 'b' }), edgePort);
  expect((await ringing).headers.filter(([name]) => name === 'Via')).toEqual([request('INVITE').headers[0]]);
});

test('without a word in time the engine is told 503', async () => {
  const told = engine.next('503 INVITE');
  await offered();
  await told;
});

test('a caller who gives up before the target said a word is let go, and the target is not asked again', async () => {
  await offered();
  const [taken, ended] = [engine.next('200 CANCEL'), engine.next('487 INVITE')];
  engine.say(request('CANCEL'), edgePort);
  await Promise.all([taken, ended]);
});

test('a target that rings too late is called off (section 9.1)', async () => {
  const told = engine.next('503 INVITE');
  const invite = await offered();
  await told;
  const cancelled = target.next('CANCEL');
  target.say(responseTo(invite, 180, { tag: 'b' }), edgePort);
  expect((await cancelled).headers[0]).toEqual(invite.headers[0]);
});

test('a target that answers too late is hung up on', async () => {
  const told = engine.next('503 INVITE');
  const invite = await offered();
  await told;
  const [acknowledged, ended] = [target.next('ACK'), target.next('BYE')];
  target.say(responseTo(invite, 200, { tag: 'b' }), edgePort);
  await acknowledged;
  expect((await ended).headers).toContainEqual(['To', '<sip:+8657186001000@carrier.invalid>;tag=b']);
});
