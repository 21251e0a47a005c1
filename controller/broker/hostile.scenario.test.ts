/** What a box with a good certificate may get wrong on the wire, packet by packet: it is cut or refused, and the others live. */
import { connect as connectTcp } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topicOf } from '@branchline/contracts/topics';
import { Bed, callEvents, TENANT, type Certificate, type TestBox } from '../test-bed.ts';

const bed = new Bed();
const NAME = 'hostile';
let certificate: Certificate;
let witness: TestBox;
let told = 0;

/** A packet: the first byte, its length as MQTT writes it (3.1.1, 2.2.3), its body. */
function packet(first: number, ...body: readonly (Uint8Array | string | number)[]): Buffer {
  const bytes = Buffer.concat(
    body.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
  );
  const length: number[] = [];
  let left = bytes.length;
  do {
    length.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from([first, ...length]), bytes]);
}

const word = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const text = (value: string | Uint8Array): Buffer =>
  Buffer.concat([word(Buffer.from(value).length), Buffer.from(value)]);

interface Connect {
  first?: number;
  protocol?: string;
  level?: number;
  flags?: number;
  keepaliveS?: number;
  id?: string;
  rest?: Uint8Array;
}
const hello = (with_: Connect = {}): Buffer =>
  packet(
    with_.first ?? 0x10,
    text(with_.protocol ?? 'MQTT'),
    with_.level ?? 4,
    with_.flags ?? 2,
    word(with_.keepaliveS ?? 60),
    text(with_.id ?? NAME),
    with_.rest ?? '',
  );

const own = topicOf(TENANT, NAME, 'health');
const heard = topicOf(TENANT, NAME, 'ledger-ack');
const foreign = topicOf(TENANT, 'witness', 'presence');
const publish = (first: number, topic: string | Uint8Array, ...rest: (Uint8Array | string)[]): Buffer =>
  packet(first, text(topic), ...rest);
const subscribe = (...filters: readonly string[]): Buffer =>
  packet(0x82, word(7), ...filters.flatMap((filter) => [text(filter), 1]));

/** A line of the box, and all that came back on it. */
class Line {
  readonly socket: TLSSocket;
  readonly closed: Promise<Buffer>;
  #heard = Buffer.alloc(0);
  #waiting: { bytes: number; then: (heard: Buffer) => void } | undefined;

  constructor() {
    this.socket = connect({ host: '127.0.0.1', port: bed.headquarters.where().mqttPort, ...certificate });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (bytes: Buffer) => {
      this.#heard = Buffer.concat([this.#heard, bytes]);
      if (this.#waiting && this.#heard.length >= this.#waiting.bytes) this.#waiting.then(this.#heard);
    });
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve(this.#heard)));
  }

  say(...packets: readonly Buffer[]): this {
    this.socket.write(Buffer.concat(packets));
    return this;
  }

  /** So many bytes from the beginning of the connection, or what came before it was closed. */
  hears(bytes: number): Promise<Buffer> {
    const enough = new Promise<Buffer>((resolve) => {
      this.#waiting = { bytes, then: resolve };
      if (this.#heard.length >= bytes) resolve(this.#heard);
    });
    return Promise.race([enough, this.closed]);
  }
}

/** The witness's history still goes in and is acknowledged. */
async function othersLive(): Promise<void> {
  await witness.frame(callEvents(`w-${told}`, told + 1));
  told += 3;
  await witness.told('ledger-ack', ({ upto }) => upto === told);
}

const faults = (): number => {
  const { broker } = bed.headquarters;
  const kinds = ['connection-fault', 'connection-refused', 'publish-refused'];
  return kinds.reduce(
    (sum, kind) => sum + broker.counted(kind, NAME) + broker.counted(kind, 'a stranger'),
    0,
  );
};

beforeAll(async () => {
  await bed.start();
  certificate = await bed.enrol(NAME);
  witness = await bed.box('witness');
});
afterAll(() => bed.end());

describe('before it is let in', () => {
  const firstWords: [string, Buffer][] = [
    ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0, 15].map((type): [string, Buffer] => [
      `type ${type} before CONNECT`,
      packet((type << 4) | ([6, 8, 10].includes(type) ? 2 : 0), [4, 5, 6, 7].includes(type) ? word(1) : ''),
    ]),
    ['CONNECT with flags', hello({ first: 0x11 })],
    ['CONNECT of another protocol', hello({ protocol: 'MQTX' })],
    ['CONNECT of MQTT 5', hello({ level: 5, rest: Buffer.from([0]) })],
    ['CONNECT of level 9', hello({ level: 9 })],
    ['CONNECT with the reserved flag', hello({ flags: 3 })],
    ['CONNECT with a will of QoS 3', hello({ flags: 0x1e, rest: Buffer.concat([text(own), text('x')]) })],
    ['CONNECT that announces a will and brings none', hello({ flags: 6 })],
    ['CONNECT without a client id, session kept', hello({ id: '', flags: 0 })],
    ['CONNECT without a client id', hello({ id: '' })],
    ['CONNECT by another name', hello({ id: 'witness' })],
    ['CONNECT without keep-alive', hello({ keepaliveS: 0 })],
    ['CONNECT with a keep-alive of hours', hello({ keepaliveS: 65_535 })],
    ['CONNECT without a body', packet(0x10)],
    ['CONNECT whose client id goes beyond its end', packet(0x10, text('MQTT'), 4, 2, word(60), word(400))],
    ['a length without an end', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    ['a length above what is agreed', Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nhost: hq\r\n\r\n')],
  ];

  it.each(firstWords)('%s: refused, counted, and the others live', async (_name, bytes) => {
    const before = faults();
    const answer = await new Line().say(bytes).closed;
    // Nothing, or a CONNACK that says no (MQTT 3.1.1, 3.2.2.3).
    expect(answer.length === 0 || (answer[0] === 0x20 && answer[3] !== 0)).toBe(true);
    expect(faults()).toBeGreaterThan(before);
    await othersLive();
  });
});

describe('once it is let in', () => {
  const cut: [string, Buffer][] = [
    ['a second CONNECT', hello()],
    ['CONNACK', packet(0x20, word(0))],
    ['PUBLISH with QoS 3', publish(0x36, own, word(1), '{}')],
    ['PUBLISH with QoS 2', publish(0x34, own, word(1), '{}')],
    ['PUBLISH with QoS 0 that says it is a repeat', publish(0x38, own, '{}')],
    ['PUBLISH with QoS 1 and number 0', publish(0x32, own, word(0), '{}')],
    ['PUBLISH without a topic', publish(0x30, '', '{}')],
    ['PUBLISH to a wildcard', publish(0x30, `branchline/v1/${TENANT}/+/health`, '{}')],
    ['PUBLISH to everything', publish(0x30, '#', '{}')],
    ['PUBLISH to a topic with a NUL', publish(0x30, `${own}\u0000`, '{}')],
    ['PUBLISH to a topic that is no UTF-8', publish(0x30, Buffer.from([0xff, 0xfe]), '{}')],
    ['PUBLISH to another box', publish(0x30, foreign, '{}')],
    ['PUBLISH to another box, to be kept', publish(0x31, foreign, '{}')],
    ['PUBLISH of what is not to be kept, to be kept', publish(0x31, topicOf(TENANT, NAME, 'ledger'), '{}')],
    ['PUBLISH to $SYS', publish(0x30, '$SYS/broker/uptime', '{}')],
    ['PUBLISH whose topic goes beyond its end', packet(0x30, word(400), 'x')],
    ['PUBLISH to 300 levels', publish(0x30, 'a/'.repeat(300), '{}')],
    ['PUBACK with flags', packet(0x41, word(1))],
    ['PUBACK without a number', packet(0x40)],
    ['PUBREC with flags', packet(0x52, word(1))],
    ['PUBREL without its flag', packet(0x60, word(1))],
    ['PUBCOMP with flags', packet(0x71, word(1))],
    ['SUBSCRIBE without its flag', packet(0x80, word(1), text(heard), 1)],
    ['SUBSCRIBE to nothing', packet(0x82, word(1))],
    ['SUBSCRIBE with QoS 3', packet(0x82, word(1), text(heard), 3)],
    ['SUBSCRIBE to what is no filter', subscribe('a/#/b')],
    ['SUBSCRIBE whose filter goes beyond its end', packet(0x82, word(1), word(400), 'x')],
    ['SUBACK', packet(0x90, word(1), 0)],
    ['UNSUBSCRIBE without its flag', packet(0xa0, word(1), text(heard))],
    ['UNSUBSCRIBE from nothing', packet(0xa2, word(1))],
    ['UNSUBACK', packet(0xb0, word(1))],
    ['PINGREQ with a body', packet(0xc0, 'x')],
    ['PINGRESP', packet(0xd0)],
    ['DISCONNECT with flags', packet(0xe1)],
    ['a reserved type', packet(0xf0)],
    ['a payload above what is agreed', publish(0x30, own, 'x'.repeat(600_000))],
  ];

  it.each(cut)('%s: cut, counted, and the others live', async (_name, bytes) => {
    const line = new Line().say(hello());
    expect((await line.hears(4)).toString('hex')).toBe('20020000');
    const before = faults();
    await line.say(bytes).closed;
    expect(faults()).toBeGreaterThan(before);
    await othersLive();
  });

  const refused = [
    '#',
    '+/+/+/+/+',
    `branchline/v1/${TENANT}/+/ledger-ack`,
    '$SYS/#',
    `$share/g/${heard}`,
    foreign,
    own,
  ];
  it.each(refused)('a subscription to %s: answered with 128', async (filter) => {
    const line = new Line().say(hello(), subscribe(filter));
    expect((await line.hears(9)).subarray(4).toString('hex')).toBe('9003000780');
    line.socket.destroy();
    await othersLive();
  });

  it('answers what acknowledges nothing with nothing', async () => {
    const stray = [0x40, 0x50, 0x70].map((first) => packet(first, word(9)));
    const line = new Line().say(hello(), ...stray, packet(0xc0));
    const answer = (await line.hears(6)).toString('hex');
    expect(answer.endsWith('d000')).toBe(true);
    line.socket.destroy();
    await othersLive();
  });

  it('refuses ten thousand subscriptions one by one, and keeps none of them', async () => {
    const filters = Array.from({ length: 10_000 }, (_, n) => `b/${n}`);
    const line = new Line().say(hello());
    await line.hears(4);
    line.say(subscribe(...filters));
    // After CONNACK a SUBACK: its type, two bytes of length, its number, a byte for each filter.
    const answer = await line.hears(4 + 3 + 2 + 10_000);
    expect(answer.subarray(4, 9).toString('hex')).toBe('90924e0007');
    expect(new Set(answer.subarray(9))).toEqual(new Set([128]));
    expect(bed.headquarters.broker.counted('subscribe-refused', NAME)).toBeGreaterThanOrEqual(10_000);
    line.socket.destroy();
    await othersLive();
  });

  it('serves the others while one floods it with what it cannot read', async () => {
    const line = new Line().say(hello());
    await line.hears(4);
    const before = bed.headquarters.broker.counted('malformed health', NAME);
    const flood = Buffer.concat(Array.from({ length: 15_000 }, () => publish(0x30, own, '{')));
    line.say(flood, packet(0xc0));
    await othersLive();
    expect((await line.hears(6)).subarray(4).toString('hex')).toBe('d000');
    expect(bed.headquarters.broker.counted('malformed health', NAME) - before).toBe(15_000);
    line.socket.destroy();
  });
});

describe('what never comes to an end', () => {
  it('cuts a packet that arrives a byte at a time, when its keep-alive is over', async () => {
    const line = new Line().say(hello({ keepaliveS: 1 }));
    await line.hears(4);
    const drip = setInterval(() => line.socket.write('x'), 100);
    line.say(Buffer.from([0x30, 0xff, 0x7f]));
    await line.closed;
    clearInterval(drip);
    await othersLive();
  });

  it('cuts within ten seconds who says half a CONNECT, and who does not speak TLS', async () => {
    const { broker } = bed.headquarters;
    const before = broker.counted('handshake-refused', 'a stranger');
    const half = new Line().say(hello().subarray(0, 5));
    const mute = connectTcp({ host: '127.0.0.1', port: bed.headquarters.where().mqttPort });
    const gone = new Promise((resolve) => mute.once('close', resolve));
    mute.on('error', () => undefined).resume();
    await Promise.all([half.closed, gone]);
    expect(broker.counted('handshake-refused', 'a stranger')).toBeGreaterThan(before);
    await othersLive();
  }, 20_000);
});
