import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { createPacer } from '../rtp/pacer.ts';
import { silence } from '../rtp/sources.ts';
import { digestFields, digestResponse, type Challenge } from './digest.ts';
import { Ladder } from './ladder.ts';
import { header, type SipRequest } from './message.ts';
import { responseTo } from './respond.ts';
import { UserAgent } from './user-agent.ts';
import { openSipWire, type SipWire } from './wire.ts';

const HOST = '127.0.0.1';
const PASSWORD = 'the right one';

interface Registrar {
  readonly wire: SipWire;
  readonly contacts: string[];
}

/** Challenges every REGISTER with a new nonce, and grants one second. */
async function registrar(algorithm: 'MD5' | 'SHA-256'): Promise<Registrar> {
  const wire = await openSipWire({ host: HOST, port: 0, ladder: new Ladder() });
  const contacts: string[] = [];
  let challenge: Challenge | undefined;
  wire.listen({
    onGarbage: (error) => {
      throw error;
    },
    onMessage: (message, from) => {
      if (message.kind !== 'request') return;
      if (challenge && proves(message, challenge)) {
        const contact = header(message, 'Contact') ?? '';
        contacts.push(contact);
        return wire.send(
          responseTo(message, 200, { tag: 't', headers: [['Contact', contact.replace(/=\d+$/, '=1')]] }),
          from,
        );
      }
      challenge = {
        realm: 'lab',
        nonce: randomBytes(8).toString('hex'),
        algorithm,
        qop: 'auth',
        stale: false,
      };
      const value = `Digest realm="lab", nonce="${challenge.nonce}", algorithm=${algorithm}, qop="auth"`;
      wire.send(responseTo(message, 401, { tag: 't', headers: [['WWW-Authenticate', value]] }), from);
    },
  });
  return { wire, contacts };
}

function proves(request: SipRequest, challenge: Challenge): boolean {
  const fields = digestFields(header(request, 'Authorization')?.replace(/^Digest /, '') ?? '');
  const cnonce = fields.get('cnonce') ?? '';
  const asked = { method: 'REGISTER', uri: fields.get('uri') ?? '', nonceCount: 1, cnonce };
  return fields.get('response') === digestResponse(challenge, { user: '8001', password: PASSWORD }, asked);
}

describe('a registration', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  const phone = async ({ wire }: Registrar, password: string): Promise<UserAgent> => {
    const agent = await UserAgent.open({
      host: HOST,
      user: '8001',
      server: wire.local,
      credentials: { user: '8001', password },
      pacer: createPacer(),
      source: silence(),
    });
    open.push(wire, agent);
    return agent;
  };

  test.each(['MD5', 'SHA-256'] as const)(
    'is proved with %s, refreshed before it ends, and taken back',
    async (algorithm) => {
      const server = await registrar(algorithm);
      const agent = await phone(server, PASSWORD);
      expect(await agent.register()).toEqual({ kind: 'registered', expiresS: 1 });
      await agent.waitFor('registration', { withinMs: 3_000, where: ({ kind }) => kind === 'registered' });
      await agent.unregister();
      expect(agent.registration).toEqual({ kind: 'gone' });
      expect(server.contacts.map((contact) => contact.split('expires=')[1])).toEqual(['300', '300', '0']);
    },
  );

  test('with a wrong password is refused, after one answer to the challenge', async () => {
    const agent = await phone(await registrar('MD5'), 'a wrong one');
    expect(await agent.register()).toEqual({ kind: 'refused', status: 401 });
    expect(agent.ladder.entries().filter(({ direction }) => direction === 'sent')).toHaveLength(2);
    expect(agent.ladder.fullText()).not.toMatch(/response="[0-9a-f]/);
  });
});
