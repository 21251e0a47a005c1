/** Puts together what takes in the boxes' history: stored, acknowledged, shown, asked for again, and compared. */
import type { InBackground } from '@branchline/runtime/background';
import type { Clock } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog, type Log } from '@branchline/runtime/log';
import type { BrokerPort } from './broker/port.ts';
import type { FleetBoard } from './fleet/board.ts';
import type { Comparisons } from './ledger/comparisons.ts';
import type { LedRoom, Leads } from './leading.ts';
import { Elsewhere } from './ledger/elsewhere.ts';
import { Ingest } from './ledger/ingest.ts';
import { Resend } from './ledger/resend.ts';
import { LedgerWriter, type LedgerStore, type Written } from './ledger/writer.ts';
import { makeComparisons } from './proving.ts';
import type { Alarms } from './store/alarms.ts';
import type { Calls } from './store/calls.ts';
import type { Proofs } from './store/proofs.ts';
import type { Stream } from './store/streams.ts';

export interface LedgeringParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly background: InBackground;
  readonly board: FleetBoard;
  readonly leads: Leads;
  readonly store: LedgerStore & { readonly proofs: Proofs; readonly calls: Calls };
  readonly broker: () => BrokerPort;
  /** Told of what has been stored, here or elsewhere. */
  readonly stored: (result: Written) => void;
}

export interface Ledgering {
  readonly ingest: Ingest;
  readonly resend: Resend;
  readonly comparisons: Comparisons;
  /** What is compared where headquarters leads. */
  readonly room: LedRoom;
  readonly part: Part;
}

export function makeLedgering({
  clock,
  random,
  log,
  background,
  board,
  leads,
  store,
  broker,
  stored,
}: LedgeringParts): Ledgering {
  const resend = new Resend({
    ...{ clock, random, log: roomLog(log, 'ledger'), row: ({ id }) => store.streams.get(id) },
    ask: (box, wanted) => broker().send(box, 'ledger-resend', wanted),
  });
  const elsewhere: Elsewhere = new Elsewhere({
    ...{ clock, log: roomLog(log, 'ledger'), board, ...store },
    stored: (stream, live) => {
      comparisons.noted(stream);
      stored({ streams: [stream], calls: live.map((summary) => ({ stream, summary })), alarmed: new Set() });
    },
  });
  const writer = new LedgerWriter({ ...store, changed: (streams) => elsewhere.tell(streams) });
  const comparisons: Comparisons = makeComparisons({
    ...{ clock, random, log, board, leads, writer, resend, ...store },
    ask: (box, question) => broker().send(box, 'ledger-compare', question),
    again: (box, wanted) => broker().send(box, 'ledger-resend', wanted),
  });
  const written = (result: Written): void => {
    for (const { box, epoch, kept } of result.streams)
      broker().send(box, 'ledger-ack', { v: 1, epoch, upto: kept.upto });
    background('board', showWritten(result, { board, alarms: store.alarms }));
    for (const each of result.streams) resend.noted(each);
    comparisons.load(result.streams);
    stored(result);
  };
  const ingest = new Ingest({ clock, log: roomLog(log, 'ledger'), writer, written });
  const room = {
    start: async () => comparisons.begin(await store.streams.current()),
    rest: () => {
      comparisons.rest();
      return Promise.resolve();
    },
  };
  const part: Part = {
    name: 'ledger',
    start: () => elsewhere.start(),
    stop: async () => {
      await ingest.flush();
      await elsewhere.stop();
    },
  };
  return { ingest, resend, comparisons, room, part };
}

async function showWritten(result: Written, to: { board: FleetBoard; alarms: Alarms }): Promise<void> {
  const alarmed: Stream[] = [];
  for (const stream of result.streams) {
    const current = to.board.of(stream.box)?.stream;
    if (current && current.id > stream.id) continue;
    if (result.alarmed.has(stream.id) || current?.id !== stream.id) alarmed.push(stream);
    to.board.change(stream.box, { stream }, 'soon');
  }
  for (const { stream, summary } of result.calls)
    if (to.board.of(stream.box)?.stream?.id === stream.id) to.board.call(stream.box, summary);
  for (const { box, id } of alarmed) {
    const alarms = await to.alarms.openOf(id);
    if (to.board.of(box)?.stream?.id === id) to.board.change(box, { alarms });
  }
}
