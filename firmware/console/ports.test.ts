import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listeningPorts, USUAL_PORTS } from './ports.ts';

test('the page about ports names the usual ports, and no other as listening', () => {
  const text = readFileSync(new URL('../../docs/reference/ports.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| ([\d–]+) +\| (\w+)/gm)].map(
    ([, port, protocol]) => `${protocol} ${port}`,
  );
  const { console, sip, media, ari, traps, syslog } = USUAL_PORTS;
  const listed = listeningPorts({
    console: { host: '192.0.2.1', port: console },
    sip: { address: '192.0.2.1', port: sip },
    media: { address: '192.0.2.1', ...media },
    ari: { port: ari },
    reports: { address: '192.0.2.1', traps, syslog },
  });
  const told = listed.map(({ port, protocol }) =>
    port === media.first ? `${protocol} ${media.first}–${media.last}` : `${protocol} ${port}`,
  );
  expect(rows).toEqual(told);
});
