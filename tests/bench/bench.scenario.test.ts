/** That a figure counts only when it may, and that what the benches send and read is what they think it is. */
import dns from 'node:dns/promises';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tell } from '@branchline/contracts/call-story';
import { knownEvent } from '@branchline/contracts/ledger';
import { decode } from '@branchline/contracts/topics';
import type { TestVerdict } from '@branchline/contracts/trunks';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { EPOCH, eventOf, framesOf } from './ingest/story.ts';
import { pubackPacket, publishPacket, Reader, text, TYPE } from './ingest/wire.ts';
import { readBridges } from './rig/console.ts';
import { BEGIN, END, figures, writeFigures } from './rig/figures.ts';
import { Phase } from './rig/phase.ts';
import { Programs } from './rig/programs.ts';
import { otherProgramsMs } from './rig/proc.ts';
import { judge, type Result, type Row } from './rig/report.ts';
import { growth } from './rig/growth.ts';
import { scaling } from './rig/scaling.ts';
import { Resolver } from './rig/resolver.ts';
import { faultsOf, type Use } from './rig/witness.ts';
import { isMissed, isWrong } from './trunk-tests.ts';
import { readContacts } from './trunks/outage.ts';
import { plainDialPlan, plainSip } from './trunks/plain-files.ts';
import { benchLines, trunksDocument } from './trunks/plan.ts';
import { TESTED_LINES, testsDocument } from './trunks/test-plan.ts';

const QUIET: Use = {
  measured: { busy: 0.9, others: 0.01, stolen: 0.05 },
  load: { busy: 0.5, others: 0.01, stolen: 0.05 },
};
const BUSY_LOAD: Use = { ...QUIET, load: { busy: 0.85, others: 0.01, stolen: 0.05 } };
const DISTURBED: Use = { ...QUIET, measured: { busy: 0.9, others: 0.2, stolen: 0.05 } };

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'branchline-bench-test-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('a round', () => {
  test('does not count when the generator had no room, or others worked on the cores', () => {
    expect(faultsOf(QUIET)).toEqual([]);
    expect(faultsOf(BUSY_LOAD)).toEqual(["the generator's core was busy 85 %"]);
    expect(faultsOf(DISTURBED)).toEqual(['others used 20 % of the measured core']);
    const starved = { ...QUIET, load: { busy: 0.85, others: 0.01, stolen: 0.3 } };
    expect(faultsOf(starved)).toEqual(["the host took 30 % of the generator's core"]);
  });

  test('does not count for two arms of which the host gave one much more of the core than the other', async () => {
    const stolen = (share: number): Use => ({ ...QUIET, measured: { ...QUIET.measured, stolen: share } });
    const uses = [stolen(0.2), stolen(0.15), stolen(0.04), stolen(0.2)];
    const phase = new Phase<'ours' | 'peer', number>('calls', ['ours', 'peer'], async (measure) => ({
      value: await measure(),
      use: uses.shift() ?? QUIET,
    }));
    for (const round of [0, 1]) await phase.round(round, (_, watch) => watch(() => Promise.resolve(1)));
    expect(phase.compare((value) => value, 'ours', 'peer').kept.dropped).toEqual([
      'calls, round 2, the host took 20 % (ours), 4 % (peer)',
    ]);
    expect(phase.compare((value) => value, 'ours').kept.dropped).toEqual([]);
  });

  test('counts what a program of somebody else has used, and none of its own', async () => {
    const programs = new Programs(join(dir, 'logs'));
    const own = programs.run('own', 'load', ['sleep', '60']);
    try {
      const seenFrom = (pid: number): number[] => [...otherProgramsMs(pid).keys()];
      expect(seenFrom(process.pid)).not.toContain(process.pid);
      expect(seenFrom(process.pid)).not.toContain(own.pid);
      expect(seenFrom(process.pid)).toContain(process.ppid);
      expect(seenFrom(own.pid ?? 0)).toContain(process.pid);
    } finally {
      await programs.stopAll();
    }
  });

  test('that was disturbed for one arm is left out for both, and said; what must never happen is counted in all', async () => {
    const uses = [QUIET, QUIET, DISTURBED, QUIET, QUIET, QUIET];
    const phase = new Phase<'ours' | 'peer', number>('calls', ['ours', 'peer'], async (measure) => ({
      value: await measure(),
      use: uses.shift() ?? QUIET,
    }));
    const order: string[] = [];
    for (const round of [0, 1, 2])
      await phase.round(round, (arm, watch) =>
        watch(() => {
          order.push(arm);
          return Promise.resolve(round * 10 + (arm === 'ours' ? 1 : 2));
        }),
      );
    expect(order).toEqual(['ours', 'peer', 'peer', 'ours', 'ours', 'peer']);
    const compared = phase.compare((value) => value, 'ours', 'peer');
    expect(compared).toMatchObject({ ours: [1, 21], peer: [2, 22], disturbed: { ours: [11], peer: [12] } });
    expect(compared.kept).toEqual({
      taken: 3,
      dropped: ['calls, round 2, peer: others used 20 % of the measured core'],
    });
    expect(phase.compare((value) => value, 'ours').ours).toEqual([1, 11, 21]);
    expect(phase.all('peer')).toEqual([2, 12, 22]);
  });
});

describe('a verdict', () => {
  const row = { goal: 'G0', what: 'a thing', unit: 'ms' };
  test('is of the ratios of the rounds, either way round, and open below three rounds', () => {
    const compared = { ...row, ours: [1, 2, 30], peer: [2, 2, 10] };
    expect(judge({ ...compared, wanted: { atMost: 1 } })).toMatchObject({
      judged: { median: 1 },
      verdict: 'met',
    });
    expect(judge({ ...compared, wanted: { atLeast: 1.1 } }).verdict).toBe('short');
    expect(judge({ ...row, ours: [1, 2], wanted: { atMost: 5 } }).verdict).toBe('open');
    expect(judge({ ...row, ours: [], wanted: { atMost: 5 } }).verdict).toBe('open');
    expect(judge({ ...row, ours: [1, 2, 3] }).verdict).toBe('');
  });

  test('stands in the page between its marks, with what was dropped; files of an older bench are refused', async () => {
    const kept = { taken: 5, dropped: ['calls, round 2, peer: others used 20 % of the measured core'] };
    const judged = judge({ ...row, ours: [1, 2, 3, 4], kept, wanted: { atMost: 2.5 } });
    const result: Result = {
      format: 2,
      at: '2026-01-05T02:00:00.000Z',
      tookS: 130,
      machine: {
        cpu: 'a CPU',
        kernel: '6',
        node: 'v24.0.0',
        engine: 'Asterisk 22',
        pinning: 'not pinned',
        cores: 2,
      },
      load: { before: 0.1, after: 2 },
      name: 'queue',
      rows: [judged],
      notes: ['a note'],
    };
    expect(figures(['queue'], new Map())).toBe('Nothing has been measured yet.');
    const page = join(dir, 'page.md');
    writeFileSync(page, `# Before\n\n${BEGIN}\n\nold\n\n${END}\n\n## After\n`);
    writeFileSync(join(dir, 'queue.json'), JSON.stringify(result));
    await writeFigures(['queue', 'not-measured'], dir, page);
    const said = readFileSync(page, 'utf8');
    expect(said).toContain('4 of 5');
    expect(said).toContain('does not count: calls, round 2, peer');
    expect(said).toContain('load average 0.1 before');
    expect(said).toMatch(/^# Before\n[^]+## After\n$/);
    expect(said).not.toContain('old');
    rmSync(join(dir, 'queue.json'));
    writeFileSync(join(dir, 'dns.json'), JSON.stringify({ ...result, name: 'dns' }));
    await writeFigures(['queue', 'dns'], dir, page);
    const both = readFileSync(page, 'utf8');
    expect(both.match(/^\| (queue|dns) /gm)).toEqual(['| queue ', '| dns ']);
    expect(both.match(/^\*\*(queue|dns)\*\*/gm)).toEqual(['**queue**', '**dns**']);
    writeFileSync(join(dir, 'queue.json'), JSON.stringify(result));
    await writeFigures(['queue'], dir, page);
    expect(readFileSync(page, 'utf8')).toBe(said);
    writeFileSync(join(dir, 'queue.json'), '{}');
    await expect(writeFigures(['queue'], dir, page)).rejects.toThrow(/older bench/);
  });
});

describe('simulated boxes', () => {
  test('speak MQTT that is read back whole, however it is cut', () => {
    const payload = Buffer.alloc(17_000, 7);
    const bytes = Buffer.concat([publishPacket(text('a/b'), 513, payload), pubackPacket(9)]);
    for (const size of [1, 1_000, bytes.length]) {
      const reader = new Reader();
      const packets = [];
      for (let at = 0; at < bytes.length; at += size)
        packets.push(...reader.take(bytes.subarray(at, at + size)));
      expect(packets.map(({ type, qos, id, body }) => [type, qos, id, body.length])).toEqual([
        [TYPE.publish, 1, 513, payload.length],
        [TYPE.puback, 0, 9, 0],
      ]);
    }
  });

  test('tell calls that the contracts know, in the frames that were agreed', () => {
    for (const [batching, sizes] of [
      ['single', [1, 1, 1, 1]],
      ['live', [4, 2, 2, 1]],
      ['full', [500, 500]],
    ] as const) {
      const frames = framesOf(3, batching);
      const read = sizes.map(() => decode('ledger', frames.next().value.bytes));
      expect(read.map((each) => each.ok && each.payload.epoch)).toEqual(sizes.map(() => EPOCH));
      const events = read.flatMap((each) => (each.ok ? each.payload.events : []));
      expect(read.map((each) => each.ok && each.payload.events.length)).toEqual(sizes);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      expect(events.filter((event) => knownEvent(event) === undefined)).toEqual([]);
    }
    const story = Array.from({ length: 9 }, (_, index) => eventOf(3, index + 1)).reduce(tell, undefined);
    expect(story).toMatchObject({ outcome: 'answered', queue: 'service', recording: story?.id });
  });
});

describe('what is read from the outside', () => {
  test('the technologies of bridges in talk, as the engine lists them', () => {
    const said = [
      'Bridge-ID                            Name            Chans Type            Technology      Duration',
      'u9tmrx8d-1795326737.0-bridge         <unknown>           2 stasis          native_rtp      00:00:03',
      'u9tmrx8d-1795326737.1-bridge         a name of 3         3 stasis          softmix         00:00:03',
      '0b1c                                 <unknown>           1 basic           simple_bridge   12:00:03',
      '',
    ].join('\n');
    expect([...readBridges(said)]).toEqual([
      ['native_rtp', 1],
      ['softmix', 1],
    ]);
  });

  test('a name server that knows no names, and one that swallows questions', async () => {
    const server = await Resolver.open('127.0.0.1', 0);
    const patient = new dns.Resolver({ timeout: 10_000, tries: 1 });
    const hasty = new dns.Resolver({ timeout: 100, tries: 1 });
    for (const client of [patient, hasty]) client.setServers([`127.0.0.1:${server.port}`]);
    await expect(patient.resolve4('name.bench.invalid')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    server.dead = true;
    await expect(hasty.resolve4('name.bench.invalid')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    expect(server.asked).toBe(2);
    server.close();
  });
});

describe('the lines of the trunk bench', () => {
  const resolution = resolveBranch(trunksDocument('127.0.0', benchLines(2)));

  test('are a document without faults, and each number has its own line first', () => {
    expect(resolution.ok).toBe(true);
    const lines = benchLines(2);
    expect(lines.map(({ name }) => name)).toEqual([
      ...['good', 'refuse-e1', 'refuse-fxo', 'mute-e1', 'mute-fxo', 'trap-1', 'trap-2'],
      ...['poll-1', 'poll-2', 'dead-1', 'dead-2'],
    ]);
    expect(new Set(lines.map(({ host }) => host)).size).toBe(lines.length);
    const routes = resolution.ok ? resolution.branch.routes : [];
    expect(routes.map(({ via }) => via.join(' ')).slice(0, 2)).toEqual(['good', 'refuse-e1 good']);
  });

  test('are dialled one after the other by the plain engine, and asked after once a minute', () => {
    if (!resolution.ok) throw new Error('the document has faults');
    expect(plainDialPlan(resolution.branch)).toContain(
      [
        'exten => 013900010001,1,Dial(PJSIP/${EXTEN}@refuse-e1)',
        ' same => n,GotoIf($["${DIALSTATUS}"="CHANUNAVAIL"]?next)',
        ' same => n,GotoIf($["${DIALSTATUS}"="CONGESTION"]?next)',
        ' same => n,Hangup(${HANGUPCAUSE})',
        ' same => n(next),Dial(PJSIP/${EXTEN}@good)',
      ].join('\n'),
    );
    const sip = plainSip(resolution.branch, { address: '127.0.0.10', port: 5_060 });
    expect(sip.match(/qualify_frequency=60\nqualify_timeout=3.0/g)).toHaveLength(11);
  });

  test('are read from what the engine says of its contacts', () => {
    const said = [
      '  Contact:  <Aor/ContactUri............................> <Hash....> <Status> <RTT(ms)..>',
      '  Contact:  dead-1/sip:127.9.0.51:5060                   1a2b3c4d5e Unavail         nan',
      '  Contact:  good/sip:127.9.0.40:5060                     1a2b3c4d5f Avail         0.512',
      'Objects found: 2',
    ].join('\n');
    expect([...readContacts(said)]).toEqual([
      ['dead-1', 'Unavail'],
      ['good', 'Avail'],
    ]);
  });
});

test('a test call is wrong when its verdict is another, and misses a fault when it calls the line good', () => {
  const judged = { line: 'los', faulty: true, right: ['refused'] } as const;
  const says = (verdict: TestVerdict): boolean[] =>
    [isWrong, isMissed].map((of) => of({ ...judged, verdict }));
  expect(says('refused')).toEqual([false, false]);
  expect(says('silent')).toEqual([true, false]);
  expect(says('both-ways')).toEqual([true, true]);
  expect(resolveBranch(testsDocument('127.0.0', TESTED_LINES)).ok).toBe(true);
});

describe('what to run for how many boxes', () => {
  const row = (what: string, ours: number): Row => ({ goal: '-', what, unit: '', ours: [ours] });
  const result = (name: string, rows: readonly Row[]): Result =>
    ({ name, at: '2026-01-05T02:00:00.000Z', machine: { cpu: 'a core' }, rows }) as unknown as Result;

  test('is drawn as straight lines through the largest fleet that was measured', () => {
    const rows = [
      row('RSS with all of them; peer: aedes', 300),
      row('RSS for a box; peer: aedes', 20),
      row('of a core at rest; peer: aedes', 4),
      row('CPU for a connection; peer: aedes', 3),
      row('CPU for a box of the rollout', 10),
    ];
    const costs = [row('CPU for an event, live frames', 50), row('written for an event, live frames', 1_000)];
    const table = scaling([result('fleet-10000', rows), result('ingest', costs)]);
    expect(table).toContain('| memory of the controller | 102 MB | 120 MB | 300 MB | 2100 MB |');
    expect(table).toContain('| of a core at rest | 0.04 % | 0.4 % | 4 % | 40 % |');
    expect(table).toContain('| all back after a restart: work of one core | 0.3 s | 3 s | 30 s | 300 s |');
    expect(table).toContain('| history in the busy hour: of a core | 0.075 % | 0.75 % | 7.5 % | 75 % |');
    expect(table).toContain('| written to the disk in a year | 130 GB | 1300 GB | 13000 GB | 130000 GB |');
    expect(table).toContain('`fleet-10000` of 2026-01-05 02:00 UTC');
  });

  test('says what has not been measured', () => {
    expect(scaling([])).toContain('| of a core at rest | not measured yet |');
    expect(growth(undefined)).toContain('Nothing has been measured yet');
  });

  test('shows a group beside what ships, and says where no round counts', () => {
    const row = (who: string, ours: number[], peer: number[], disturbed = {}) =>
      judge({ goal: '-', what: `CPU for an event: ${who}`, unit: 'us', ours, peer, ...disturbed });
    const [two, one] = [
      'two controllers; peer: one controller',
      'one controller; peer: all in one process',
    ] as const;
    const quiet = growth(result('group', [row(two, [30, 34], [60, 64]), row(one, [62], [50])]));
    expect(quiet).toContain('| CPU for an event | 50 us | 62 us | 32 us |');
    expect(quiet).not.toContain('Others worked');
    const loud = growth(
      result('group', [row(two, [], [], { disturbed: { ours: [30], peer: [60] } }), row(one, [], [])]),
    );
    expect(loud).toContain('| CPU for an event |  | 60 us | 30 us |');
    expect(loud).toContain('Others worked on this machine in every round');
  });
});
