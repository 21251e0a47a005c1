import { createServer as createTlsServer } from 'node:tls';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { NewEvent } from '@branchline/contracts/ledger';
import { network, resolveNetwork } from '@branchline/contracts/branch/network';
import { NetworkKeeper } from '@branchline/firmware/network/keeper';
import type { NetHost } from '@branchline/firmware/network/net-host';
import { prober } from '@branchline/firmware/network/probe';
import { Wire } from '@branchline/lab/uplinks/wire';
import { systemClock, type Clock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Waits } from '@branchline/runtime/wait';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function listening(server: Server = createServer((socket) => socket.on('error', () => undefined))) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

async function wireTo(far: { host: string; port: number }): Promise<Wire> {
  const wire = await Wire.open({ host: '127.0.0.1', port: 0 }, far);
  ends.push(() => wire.close());
  return wire;
}

it('tells there and back of who listens, and of who refuses', async () => {
  const probe = prober(systemClock);
  const there = await listening();
  expect(await probe(there)).toMatchObject({ heard: true, refused: false });
  const { port } = await listening();
  await ends.pop()?.();
  expect(await probe({ host: '127.0.0.1', port })).toMatchObject({ heard: true, refused: true });
});

it('loses what no answer comes to, what has no name, and what no way leads to', async () => {
  const probe = prober(systemClock, 10_000);
  const wire = await wireTo(await listening());
  expect(await probe(wire.address)).toMatchObject({ heard: true });
  await wire.cut();
  expect(await prober(systemClock, 300)(wire.address)).toEqual({ heard: false, why: 'no-answer' });
  await wire.mend();
  expect(await probe(wire.address)).toMatchObject({ heard: true });
  expect(await probe({ host: 'no-such-name.invalid', port: 1 })).toEqual({ heard: false, why: 'no-name' });
  expect(await probe(wire.address, '192.0.2.77')).toEqual({ heard: false, why: 'no-way' });
});

it('is a connection reset before a word, to a server that speaks TLS', async () => {
  const server = createTlsServer({});
  const told = once(server, 'tlsClientError') as Promise<[NodeJS.ErrnoException]>;
  expect(await prober(systemClock)(await listening(server))).toMatchObject({ heard: true });
  expect((await told)[0].code).toBe('ECONNRESET');
});

it('a wire that is cut makes headquarters unreachable, and mended good, each told once', async () => {
  const wire = await wireTo(await listening());
  const events: NewEvent[] = [];
  const waits = new Waits<NewEvent>(systemClock);
  const keeper = new NetworkKeeper({
    clock: hurried(100),
    log: silentLog,
    lines: () => [],
    probeLine: () => Promise.resolve({ heard: false, why: 'no-answer' }),
    limits: () => resolveNetwork(network.parse({ latency: '5s', jitter: '5s', loss: 100 })),
    uplinks: () => [],
    host: nowhere,
    month: () => '2026-11',
    kept: () => undefined,
    keep: () => undefined,
    onSwitched: () => undefined,
    alarms: { raise: () => undefined, clear: () => undefined },
    append: (more) => {
      events.push(...more);
      more.forEach((event) => waits.offer(event));
    },
    onChange: () => undefined,
    headquarters: wire.address,
    probe: prober(systemClock, 1_000),
  });
  const changes = (): unknown[] => events.map(({ body }) => ('state' in body ? body.state : undefined));
  const next = () => waits.until('a change', ({ type }) => type === 'network.changed', 10_000);
  const known = next();
  keeper.start();
  ends.push(() => keeper.stop());
  await known;
  const gone = next();
  await wire.cut();
  await gone;
  const back = next();
  await wire.mend();
  await back;
  expect(changes()).toEqual(['good', 'unreachable', 'good']);
  expect(keeper.health()?.paths).toMatchObject([{ to: 'headquarters', state: 'good', lossPercent: 0 }]);
});

/** The waits between probes are so many times shorter. */
const hurried = (times: number): Clock => ({
  ...systemClock,
  after: (ms, action) => systemClock.after(ms / times, action),
});

const nowhere: NetHost = {
  link: () => Promise.resolve({ fault: 'no-interface', address: undefined }),
  counters: () => Promise.resolve(new Map()),
  defaultInterface: () => Promise.resolve(undefined),
  boot: () => Promise.resolve(''),
  wish: () => undefined,
};
