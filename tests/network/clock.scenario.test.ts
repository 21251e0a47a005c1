import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { asker } from '@branchline/firmware/clock/ask';
import { systemClock } from '@branchline/runtime/clock';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A time server whose clock is off by so much; `spoil` changes what it answers. */
async function serverAheadBy(ms: number, spoil: (bytes: Buffer) => Buffer[] = (bytes) => [bytes]) {
  const socket = createSocket('udp4');
  ends.push(() => socket.close());
  socket.on('message', (question, from) => {
    const answer = Buffer.alloc(48);
    answer[0] = 0x24;
    answer[1] = 1;
    question.copy(answer, 24, 40, 48);
    const at = Date.now() + ms;
    for (const place of [32, 40]) {
      answer.writeUInt32BE((Math.floor(at / 1_000) + 2_208_988_800) % 2 ** 32, place);
      answer.writeUInt32BE(Math.floor(((at % 1_000) / 1_000) * 2 ** 32), place + 4);
    }
    for (const bytes of spoil(answer)) socket.send(bytes, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { host: '127.0.0.1', port: socket.address().port };
}

it('finds how far the clock is from a server, within half of what the question took', async () => {
  const said = await asker(systemClock)(await serverAheadBy(90_000));
  if (!('word' in said)) throw new Error(said.why);
  // A millisecond for the server, which reads its clock in whole ones.
  expect(Math.abs(said.word.aheadMs + 90_000)).toBeLessThanOrEqual(said.word.delayMs / 2 + 1);
});

it('takes no answer to another question, and takes the one that comes behind it', async () => {
  const forged = (bytes: Buffer): Buffer[] => {
    const other = Buffer.from(bytes);
    other.fill(7, 24, 32);
    other.fill(0, 32, 48);
    return [other, Buffer.from('junk'), bytes];
  };
  expect(await asker(systemClock)(await serverAheadBy(0, forged))).toHaveProperty('word');
});

it('is told when a server wishes to be left alone', async () => {
  const kiss = (bytes: Buffer): Buffer[] => {
    bytes[1] = 0;
    bytes.write('RATE', 12, 'latin1');
    return [bytes];
  };
  expect(await asker(systemClock)(await serverAheadBy(0, kiss))).toMatchObject({ kiss: 'RATE' });
});

it('says why nothing came: no answer, no name', async () => {
  const ask = asker(systemClock, 200);
  expect(await ask(await serverAheadBy(0, () => []))).toEqual({ why: 'no answer within 200 ms' });
  expect(await ask({ host: 'no-such-name.invalid', port: 123 })).toHaveProperty('why');
});
