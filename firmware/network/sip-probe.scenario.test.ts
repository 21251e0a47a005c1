import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '@branchline/runtime/clock';
import { isAnswer, lineProber, type LineTarget } from './sip-probe.ts';

const HOST = '127.0.0.73';
const CLOUD: LineTarget = { name: 'cloud', host: HOST, port: 5060, transport: 'udp' };

describe('an OPTIONS over UDP', () => {
  async function server(answers: (text: string) => string | undefined): Promise<Socket> {
    const socket = createSocket('udp4');
    socket.on('message', (bytes, { address, port }) => {
      const answer = answers(bytes.toString('latin1'));
      if (answer !== undefined) socket.send(answer, port, address);
    });
    socket.bind(0, HOST);
    await once(socket, 'listening');
    return socket;
  }
  const idOf = (text: string): string => /^Call-ID: (\S+)/m.exec(text)?.[1] ?? '';
  const never = () => Promise.reject(new Error('no knock was asked for'));

  it('is answered, whatever the answer says; an answer to somebody else is none', async () => {
    const carrier = await server((text) => `SIP/2.0 403 Forbidden\r\nCall-ID: ${idOf(text)}\r\n\r\n`);
    const { port } = carrier.address();
    const line = { ...CLOUD, port };
    expect(await lineProber(systemClock, never)(line)).toMatchObject({ heard: true });
    carrier.close();
    expect(isAnswer('SIP/2.0 200 OK\r\nCall-ID: other\r\n', 'mine')).toBe(false);
    expect(isAnswer('OPTIONS sip:me SIP/2.0\r\nCall-ID: mine\r\n', 'mine')).toBe(false);
  });

  it('that nobody answers is lost when its time is over; a line by TLS is knocked at', async () => {
    const carrier = await server(() => undefined);
    const line = { ...CLOUD, port: carrier.address().port };
    expect(await lineProber(systemClock, never, 50)(line)).toEqual({ heard: false, why: 'no-answer' });
    carrier.close();
    const knocked = lineProber(systemClock, () => Promise.resolve({ heard: true, ms: 4, refused: false }));
    expect(await knocked({ ...line, transport: 'tls' })).toMatchObject({ heard: true, ms: 4 });
  });
});
