import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MailServer } from '@branchline/contracts/branch/flows/model';
import { ManualClock, systemClock } from '@branchline/runtime/clock';
import { serviceCertificate } from '@branchline/runtime/web/certificate';
import { rootLog } from '@branchline/runtime/log';
import type { Letter } from './letter.ts';
import { Outbox } from './outbox.ts';
import { MOST_WAITING, OutgoingMail } from './outgoing.ts';
import { sendMail } from './smtp.ts';

const letter: Letter = {
  from: 'box@shop.example',
  to: ['boss@shop.example', 'desk@shop.example'],
  subject: '杭州西湖店：来自 +86 139 0000 0001 的新留言，时长三十秒，请尽快回电',
  text: '.一行\n',
  attachment: { name: 'a b.wav', type: 'audio/wav', bytes: Buffer.alloc(200, 1) },
  id: 'k3v9-1.7',
  at: Date.UTC(2026, 10, 22, 1, 2, 3),
};

/** A mail server: hears whole lines, and answers each but those of the mail itself. */
function serve(socket: Socket, heard: string[], replies: (line: string) => string | undefined): void {
  let text = '';
  let inMail = false;
  socket.on('error', () => undefined);
  socket.on('data', (piece: Buffer) => {
    text += piece.toString();
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      heard.push(line);
      if (inMail && line !== '.') continue;
      const reply = replies(line);
      inMail = line === 'DATA' && reply?.startsWith('354') === true;
      if (reply === undefined) socket.destroy();
      else socket.write(`${reply}\r\n`);
    }
  });
}

describe('handing a mail over', () => {
  let server: Server;
  let at: MailServer;
  const heard: string[] = [];
  let replies: (line: string) => string | undefined;
  beforeEach(async () => {
    heard.length = 0;
    replies = (line) => (line === 'DATA' ? '354 go on' : line === 'QUIT' ? '221 bye' : '250 ok');
    server = createServer((socket) => {
      socket.write('220-hello\r\n220 there\r\n');
      serve(socket, heard, (line) => replies(line));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    at = { host: '127.0.0.1', port, security: 'none', from: letter.from };
  });
  afterEach(() => server.close());

  const send = (more: Partial<MailServer> = {}): Promise<void> =>
    sendMail({ ...at, ...more }, 'secret-1', letter);
  /** A header of the mail, its lines joined. */
  const header = (name: string): string =>
    new RegExp(`^${name}: (.*(?:\\n[ \\t].*)*)`, 'm')
      .exec(heard.join('\n'))?.[1]
      ?.replaceAll(/\n\s+/g, ' ') ?? '';

  test('from whom, to whom, when, with its sound and a subject that any mail program reads', async () => {
    await send();
    expect(heard.filter((line) => /^(EHLO|MAIL|RCPT|DATA)/.test(line))).toEqual([
      'EHLO branchline',
      'MAIL FROM:<box@shop.example>',
      'RCPT TO:<boss@shop.example>',
      'RCPT TO:<desk@shop.example>',
      'DATA',
    ]);
    expect(header('To')).toBe('boss@shop.example, desk@shop.example');
    expect(header('Date')).toBe('Sun, 22 Nov 2026 01:02:03 +0000');
    expect(header('Message-ID')).toBe('<k3v9-1.7@shop.example>');
    const words = [...header('Subject').matchAll(/=\?UTF-8\?B\?([^?]+)\?=/g)];
    expect(words.map(([, word]) => Buffer.from(word ?? '', 'base64').toString()).join('')).toBe(
      letter.subject,
    );
    expect(heard.join('\n')).toMatch(/filename="?a b\.wav"?/);
    expect(heard.join('')).toContain(Buffer.alloc(54, 1).toString('base64'));
  });

  test('a refusal names what was refused, also when others are taken', async () => {
    replies = (line) => (line.startsWith('RCPT') ? '550 nobody here' : '250 ok');
    await expect(send()).rejects.toThrow('550 nobody here');
    replies = (line) =>
      line.startsWith('RCPT TO:<desk') ? '550 nobody' : line === 'DATA' ? '354 go on' : '250 ok';
    await expect(send()).rejects.toThrow('takes no mail for desk@shop.example');
  });

  test('a line that is cut ends it', async () => {
    replies = (line) => (line.startsWith('MAIL') ? undefined : '250 ok');
    await expect(send()).rejects.toThrow(/closed|ECONNRESET/);
  });

  test('a password is never sent in the clear, and stands in no error', async () => {
    await expect(send({ user: 'box' })).rejects.toThrow('without TLS');
    replies = (line) => (line === 'STARTTLS' ? '454 not now' : '250 ok');
    await expect(send({ security: 'starttls', user: 'box' })).rejects.toThrow(/TLS/);
    expect(heard.join('\n')).not.toContain(Buffer.from('\0box\0secret-1').toString('base64'));
    expect(heard.join('\n')).not.toContain(Buffer.from('secret-1').toString('base64'));
  });
});

describe('over TLS', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'branchline-mail-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test('the line is secured, the server known, and only then the password is said', async () => {
    const names = { dir, name: 'mail', names: ['localhost'] };
    const { cert, key } = await serviceCertificate(names, systemClock);
    const heard: string[] = [];
    const server = createServer((socket) => {
      socket.write('220 hello\r\n');
      socket.on('error', () => undefined);
      socket.on('data', (piece: Buffer) => {
        const line = piece.toString().trim();
        heard.push(`clear ${line}`);
        if (line !== 'STARTTLS') return void socket.write('250 STARTTLS\r\n');
        socket.removeAllListeners('data');
        socket.write('220 go on\r\n');
        const inner = new TLSSocket(socket, { isServer: true, cert, key });
        serve(inner, heard, (line) => {
          if (line.startsWith('AUTH')) return '235 in';
          return line === 'DATA' ? '354 go on' : '250 AUTH LOGIN PLAIN';
        });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const to: MailServer = { host: 'localhost', port, security: 'starttls', from: letter.from, user: 'box' };
    try {
      await sendMail(to, 'secret-1', letter, cert);
      expect(heard.slice(0, 4)).toEqual([
        'clear EHLO branchline',
        'clear STARTTLS',
        'EHLO branchline',
        `AUTH PLAIN ${Buffer.from('\0box\0secret-1').toString('base64')}`,
      ]);
      expect(heard).toContain('DATA');
      heard.length = 0;
      await expect(sendMail(to, 'secret-1', letter)).rejects.toThrow(/self-signed/);
      expect(heard).toEqual(['clear EHLO branchline', 'clear STARTTLS']);
    } finally {
      server.close();
    }
  });
});

describe('letters that wait', () => {
  let dir: string;
  let clock: ManualClock;
  let states: string[];
  let sent: string[];
  let takes: boolean;
  const running: OutgoingMail[] = [];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'branchline-outbox-'));
    writeFileSync(join(dir, 'a.wav'), letter.attachment?.bytes ?? '');
    clock = new ManualClock();
    [states, sent, takes] = [[], [], false];
  });
  afterEach(() => {
    for (const mail of running.splice(0)) mail.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const outbox = (): Outbox => new Outbox(join(dir, 'outbox'));
  function begin(): OutgoingMail {
    const mail = new OutgoingMail({
      clock,
      log: rootLog({ name: 'test', level: 'fatal' }),
      outbox: outbox(),
      send: ({ id, attachment }) => {
        sent.push(`${id} ${attachment?.bytes.length}`);
        return takes ? Promise.resolve() : Promise.reject(new Error('550'));
      },
      onServer: (state, detail) => states.push(`${state} ${detail}`.trim()),
    });
    running.push(mail);
    mail.start();
    return mail;
  }
  const posted = (id: string, at = 0) => ({
    ...letter,
    to: [...letter.to],
    id,
    at,
    attachment: { name: 'a.wav', type: 'audio/wav', path: join(dir, 'a.wav') },
  });
  const settled = async (): Promise<void> => {
    const mail = running.at(-1);
    for (let round = 0; mail && round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  test('what was refused is tried again, and the alarm goes when it is taken', async () => {
    begin().post(posted('m1'));
    await vi.waitFor(() => expect(states).toHaveLength(1));
    clock.advance(30_000);
    await vi.waitFor(() => expect(states).toHaveLength(2));
    takes = true;
    clock.advance(300_000);
    await vi.waitFor(() => expect(states).toEqual(['refuses 550', 'refuses 550', 'takes']));
    expect(outbox().list()).toEqual([]);
    expect(sent).toEqual(['m1 200', 'm1 200', 'm1 200']);
  });

  test('are there after a restart, and are sent when their time has come', async () => {
    begin().post(posted('m1'));
    await vi.waitFor(() => expect(outbox().list()).toMatchObject([{ id: 'm1', tries: 1 }]));
    running.splice(0).forEach((mail) => mail.stop());
    takes = true;
    begin();
    await settled();
    expect(sent).toHaveLength(1);
    clock.advance(30_000);
    await vi.waitFor(() => expect(states.at(-1)).toBe('takes'));
    expect(outbox().list()).toEqual([]);
  });

  test('killed while it was being sent, a letter is sent once more', async () => {
    outbox().put({ ...posted('m1'), tries: 0, nextAt: clock.now() });
    takes = true;
    begin();
    await vi.waitFor(() => expect(sent).toEqual(['m1 200']));
  });

  test('are given up after the last try, and say so', async () => {
    begin().post(posted('m1'));
    for (const [index, wait] of [0, 30_000, 300_000, 1_800_000, 7_200_000].entries()) {
      clock.advance(wait);
      await vi.waitFor(() => expect(states).toHaveLength(index + 1));
    }
    expect(outbox().list()).toEqual([]);
    clock.advance(100_000_000);
    await settled();
    expect(sent).toHaveLength(5);
  });

  test('whose message was deleted have nothing to send', async () => {
    const mail = begin();
    rmSync(join(dir, 'a.wav'));
    mail.post(posted('m1'));
    await vi.waitFor(() => expect(outbox().list()).toEqual([]));
    expect([sent, states]).toEqual([[], []]);
  });

  test('are bounded: the oldest is given up, with an alarm', async () => {
    const mail = begin();
    for (let index = 0; index <= MOST_WAITING; index += 1) mail.post(posted(`m${index}`, index));
    const waiting = outbox().list();
    expect(waiting).toHaveLength(MOST_WAITING);
    expect(waiting[0]?.id).toBe('m1');
    expect(states).toEqual([`refuses more than ${MOST_WAITING} letters wait: the oldest is given up`]);
    await settled();
  });

  test('a file that is none of these is passed over', () => {
    outbox().put({ ...posted('m1'), tries: 0, nextAt: 0 });
    writeFileSync(join(dir, 'outbox/torn.json'), '{"id":');
    writeFileSync(join(dir, 'outbox/other.json'), '{"id":7}');
    expect(
      outbox()
        .list()
        .map(({ id }) => id),
    ).toEqual(['m1']);
  });
});
