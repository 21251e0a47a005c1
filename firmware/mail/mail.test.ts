import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MailServer } from '@branchline/contracts/branch/flows/model';
import { ManualClock, systemClock } from '@branchline/runtime/clock';
import { serviceCertificate } from '@branchline/runtime/web/certificate';
import { rootLog } from '@branchline/runtime/log';
import { letterText, type Letter } from './letter.ts';
import { OutgoingMail } from './outgoing.ts';
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

describe('a letter', () => {
  const text = letterText(letter);
  test('says from whom, to whom and when', () => {
    expect(text).toContain('To: <boss@shop.example>,\r\n <desk@shop.example>\r\n');
    expect(text).toContain('Date: Sun, 22 Nov 2026 01:02:03 +0000\r\n');
    expect(text).toContain('filename="a_b.wav"');
  });

  test('has a subject in pieces that are whole by themselves', () => {
    const words = [...text.matchAll(/=\?utf-8\?B\?([^?]+)\?=/g)];
    expect(words.map(([, word]) => Buffer.from(word ?? '', 'base64').toString()).join('')).toBe(
      letter.subject,
    );
    for (const [word] of words) expect(word.length).toBeLessThanOrEqual(75);
  });

  test('has no line longer than a mail may have, and none that ends without CR', () => {
    expect(Math.max(...text.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(78);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });
});

describe('handing a mail over', () => {
  let server: Server;
  let at: MailServer;
  const heard: string[] = [];
  let replies: (line: string) => string | undefined;
  beforeEach(async () => {
    heard.length = 0;
    replies = (line) => (line === 'DATA' ? '354 go on' : line === 'QUIT' ? '221 bye' : '250 ok');
    server = createServer((socket) => talk(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    at = { host: '127.0.0.1', port, security: 'none', from: letter.from };
  });
  afterEach(() => server.close());

  function talk(socket: Socket): void {
    let text = '';
    let inMail = false;
    socket.on('error', () => undefined);
    socket.write('220-hello\r\n220 there\r\n');
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
  const send = (more: Partial<MailServer> = {}, text = 'a\r\n.b'): Promise<void> =>
    sendMail({ ...at, ...more }, 'secret-1', { from: letter.from, to: letter.to, text });

  test('in the order of the protocol, dots doubled', async () => {
    await send();
    expect(heard).toEqual([
      'EHLO branchline',
      'MAIL FROM:<box@shop.example>',
      'RCPT TO:<boss@shop.example>',
      'RCPT TO:<desk@shop.example>',
      'DATA',
      'a',
      '..b',
      '.',
      'QUIT',
    ]);
  });

  test('a refusal names the command', async () => {
    replies = (line) => (line.startsWith('RCPT') ? '550 nobody here' : '250 ok');
    await expect(send()).rejects.toThrow('refused RCPT TO:<boss@shop.example>: 550 nobody here');
  });

  test('a line that is cut ends it', async () => {
    replies = (line) => (line.startsWith('MAIL') ? undefined : '250 ok');
    await expect(send()).rejects.toThrow(/closed the line|ECONNRESET/);
  });

  test('a password is never sent in the clear, and stands in no error', async () => {
    await expect(send({ user: 'box' })).rejects.toThrow('without TLS');
    await expect(send({ security: 'starttls', user: 'box' })).rejects.toThrow('refused STARTTLS: 250 ok');
    expect(heard.join('\n')).not.toContain(Buffer.from('\0box\0secret-1').toString('base64'));
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
        inner.on('error', () => undefined);
        inner.on('data', (more: Buffer) => {
          const said = more.toString().split('\r\n')[0] ?? '';
          heard.push(`safe ${said}`);
          const reply = said.startsWith('AUTH')
            ? '235 in'
            : said === 'DATA'
              ? '354 go on'
              : said === 'QUIT'
                ? '221 bye'
                : '250 AUTH LOGIN PLAIN';
          inner.write(`${reply}\r\n`);
        });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const to: MailServer = { host: 'localhost', port, security: 'starttls', from: letter.from, user: 'box' };
    const envelope = { from: letter.from, to: ['boss@shop.example'], text: 'hello' };
    try {
      await sendMail(to, 'secret-1', envelope, cert);
      expect(heard.slice(0, 4)).toEqual([
        'clear EHLO branchline',
        'clear STARTTLS',
        'safe EHLO branchline',
        `safe AUTH PLAIN ${Buffer.from('\0box\0secret-1').toString('base64')}`,
      ]);
      expect(heard.at(-2)).toBe('safe hello');
      heard.length = 0;
      await expect(sendMail(to, 'secret-1', envelope)).rejects.toThrow(/self-signed/);
      expect(heard).toEqual(['clear EHLO branchline', 'clear STARTTLS']);
    } finally {
      server.close();
    }
  });
});

test('what was refused is tried again, and the alarm goes when it is taken', async () => {
  const clock = new ManualClock();
  const states: string[] = [];
  let tries = 0;
  const mail = new OutgoingMail({
    clock,
    log: rootLog({ name: 'test', level: 'fatal' }),
    send: () => (++tries < 3 ? Promise.reject(new Error('550')) : Promise.resolve()),
    onServer: (state) => states.push(state),
  });
  mail.send(() => Promise.resolve(letter));
  for (const wait of [0, 30_000, 300_000, 1_800_000]) {
    clock.advance(wait);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(states).toEqual(['refuses', 'refuses', 'takes']);
});
