/** Calls out of a real box by lines that refuse, stay silent, are full or answer late; and an emergency when every channel is taken. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { BedPeer } from '@branchline/firmware/engine/bed/peer';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const WAIT = 10_000;
const SOON = { withinMs: 5_000, lastMs: 1_000 };
const LINES = { refusing: 13, silent: 14, late: 15, tiny: 16 } as const;
type Line = keyof typeof LINES;
const CHANNELS = 2;

/** Each subscriber of the bed's public network by another first line; the second is the one that works. */
function document(gateway: string, net: string): object {
  const plain = bedDocument({ gateway }) as Record<string, Record<string, object>>;
  const names = Object.keys(LINES) as Line[];
  const by = (digit: number, first: Line): object => ({
    to: 'mobile',
    numbers: [`+861390000000${digit}`],
    via: [first, 'pstn'],
    'caller-id': 'main',
  });
  return {
    ...plain,
    gateways: {
      ...plain.gateways,
      ...Object.fromEntries(names.map((name) => [name, { kind: 'sip', address: `${net}.${LINES[name]}` }])),
    },
    trunks: {
      pstn: { gateway: 'e1-main', channels: CHANNELS, numbers: ['+86 571 8600 1000..1029'] },
      ...Object.fromEntries(
        names.map((name) => [name, { gateway: name, channels: name === 'tiny' ? 1 : 30 }]),
      ),
    },
    routes: [
      { to: 'emergency', via: ['pstn'] },
      by(1, 'refusing'),
      by(2, 'silent'),
      by(3, 'tiny'),
      by(4, 'late'),
      { to: 'mobile', via: ['tiny'] },
      { to: 'international', via: ['pstn'], allow: ['front-desk'] },
    ],
    recording: { default: 'never', announce: false, outgoing: 'never' },
  };
}

describe.skipIf(ENGINE_ROOT === undefined)('lines out', () => {
  let bed: BranchBed;
  const lines = new Map<Line, BedPeer>();
  let [boss, ann, bob] = [] as unknown as [DeskPhone, DeskPhone, DeskPhone];
  let began = 0;

  beforeAll(async () => {
    const opening: Promise<unknown>[] = [];
    bed = await BranchBed.start({
      headquarters: false,
      document: ({ gateway }) => {
        const net = gateway.split('.').slice(0, 3).join('.');
        for (const [name, last] of Object.entries(LINES) as [Line, number][]) {
          const at = { address: `${net}.${last}`, port: 5060 };
          opening.push(
            BedPeer.open(name, { address: `${net}.10`, port: 5060 }, at).then((peer) =>
              lines.set(name, peer),
            ),
          );
        }
        return document(gateway, net);
      },
    });
    await Promise.all(opening);
    [boss, ann, bob] = [bed.phone('desk-1'), bed.phone('desk-2'), bed.phone('desk-3')];
    behave();
  });
  afterAll(async () => {
    await bed.stop();
    for (const peer of lines.values()) peer.close();
  });
  afterEach(async () => {
    const phones = [boss, ann, bob, ...bed.callers];
    await Promise.all(phones.flatMap((phone) => phone.calls.map((call) => call.hangup())));
    for (const peer of lines.values()) peer.reset();
    behave();
    await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, WAIT);
    began = (await bed.box().calls()).calls.length;
  });

  function behave(): void {
    line('refusing').onInvite = (invite, peer) => peer.respond(invite, 503, 'Service Unavailable');
    line('silent').onInvite = () => undefined;
    line('late').onInvite = (invite, peer) => peer.respond(invite, 100, 'Trying');
    line('tiny').onInvite = (invite, peer) => {
      peer.respond(invite, 100, 'Trying');
      peer.respond(invite, 180, 'Ringing');
    };
  }
  function line(name: Line): BedPeer {
    const peer = lines.get(name);
    if (!peer) throw new Error(`no line ${name}`);
    return peer;
  }

  /** Calls a subscriber of the public network, who answers; the story of the call once it is over. */
  async function reached(phone: DeskPhone, index: number): Promise<readonly LedgerEvent[]> {
    const subscriber = bed.caller(index);
    subscriber.onIncoming({ kind: 'answer', afterMs: 50 });
    const coming = subscriber.nextCall(WAIT);
    const call = await phone.call(`01390000000${index + 1}`);
    const taken = await coming;
    await call.answered(WAIT);
    await taken.rtp.untilHears(phone === boss ? 520 : phone === ann ? 610 : 730, SOON);
    await call.hangup();
    return newest();
  }
  async function newest(): Promise<readonly LedgerEvent[]> {
    const [summary] = await bed.box().untilCalls((all) => all.length > began, WAIT);
    return (await bed.box().call(summary?.id ?? '')).events;
  }
  const bodies = (events: readonly LedgerEvent[], type: string): Record<string, unknown>[] =>
    events.flatMap((event) => (event.type === type ? [event.body] : []));
  const msOf = (event: Record<string, unknown> | undefined): number => Number(event?.afterMs);

  test('a line that refuses is gone round at once', async () => {
    const events = await reached(ann, 0);
    const [refused, ...more] = bodies(events, 'call.leg-refused');
    expect(refused).toMatchObject({ to: { via: 'refusing' }, sip: 503, cause: 34 });
    expect(more).toEqual([]);
    expect(bodies(events, 'call.answered')).toMatchObject([{ by: { id: '+8613900000001', via: 'pstn' } }]);
  });

  test('a line that hears nothing of the call is left after its patience', async () => {
    const events = await reached(ann, 1);
    const [refused] = bodies(events, 'call.leg-refused');
    expect(refused).toMatchObject({ to: { via: 'silent' }, reason: 'unreachable', cause: 18 });
    expect(msOf(refused)).toBeGreaterThanOrEqual(2_000);
    expect(bodies(events, 'call.answered')).toMatchObject([{ by: { via: 'pstn' } }]);
  });

  test('one that has said that it is at work on it is waited for', async () => {
    const peer = line('late');
    const call = await ann.call('013900000004');
    const invite = await peer.until('INVITE', ({ first }) => first.startsWith('INVITE'), WAIT);
    // The engine asks after a line every 5 s: the second time from here its patience is long over.
    const asked = (times: number) => (): boolean =>
      peer.seen.slice(peer.seen.indexOf(invite)).filter(({ first }) => first.startsWith('OPTIONS')).length >=
      times;
    await peer.until('second OPTIONS', asked(2), 15_000);
    peer.accept(invite);
    await call.answered(WAIT);
    await call.hangup();
    const events = await newest();
    expect(bodies(events, 'call.leg-refused')).toEqual([]);
    expect(bodies(events, 'call.answered')).toMatchObject([{ by: { via: 'late' } }]);
  });

  test('a line without a free channel is passed over', async () => {
    const first = await bob.call('013911111111');
    await line('tiny').until('INVITE', ({ first: text }) => text.startsWith('INVITE'), WAIT);
    const subscriber = bed.caller(2);
    subscriber.onIncoming({ kind: 'answer', afterMs: 50 });
    const call = await ann.call('013900000003');
    await call.answered(WAIT);
    await call.hangup();
    const events = await newest();
    expect(bodies(events, 'call.line-full')).toEqual([{ trunk: 'tiny', channels: 1 }]);
    expect(bodies(events, 'call.leg-refused')).toEqual([]);
    await first.hangup();
  });

  test('who may not call abroad does not', async () => {
    const call = await ann.call('00442071234567');
    await call.whenEnded(WAIT);
    const events = await newest();
    expect(bodies(events, 'call.denied')).toMatchObject([{ class: 'international', because: 'not-allowed' }]);
  });

  test('an emergency gets a channel of a call that can be let go, and the branch is told', async () => {
    for (const peer of lines.values()) peer.onInvite = (invite, each) => each.respond(invite, 503, 'Full');
    for (const [index, phone] of [ann, bob].entries()) {
      const subscriber = bed.caller(index);
      subscriber.onIncoming({ kind: 'answer', afterMs: 50 });
      const call = await phone.call(`01390000000${index + 1}`);
      await call.answered(WAIT);
    }
    const sos = await boss.call('110');
    await sos.answered(WAIT);
    const { alarms } = await bed
      .box()
      .untilLive((live) => Object.values(live.alarms).some(({ code }) => code === 'emergency-call'), WAIT);
    expect(Object.values(alarms).find(({ code }) => code === 'emergency-call')?.detail).toContain(
      '{emergency|8001 Wang Fang|desk-1|110|Wang Fang (8001)}',
    );
    const ended = await bed.box().untilCalls((all) => all.some(({ from }) => from.id === '8003'), WAIT);
    const victim = ended.find(({ from }) => from.id === '8003');
    const { events } = await bed.box().call(victim?.id ?? '');
    expect(bodies(events, 'call.preempted')).toMatchObject([{ trunk: 'pstn' }]);
    await sos.hangup();
  });
});
