/**
 * The peer's other half: one mqtt.js subscriber that puts events into SQLite. `naive` writes a row, and with it a transaction,
 * as each comes; `gathered` writes what came within 10 ms in one, as headquarters does. It says on its standard output how many
 * messages and events are stored. `node tests/bench/ingest/subscriber.ts naive|gathered PORT DATABASE`.
 */
import Database from 'better-sqlite3';
import mqtt from 'mqtt';
import { parseTopic } from '@branchline/contracts/topics';

/** Of headquarters, controller/ledger/ingest.ts. */
const GATHER_MS = 10;
const MOST_EVENTS = 5_000;
const TELL_MS = 5;

interface Event {
  readonly seq: number;
  readonly at: string;
  readonly call?: string;
  readonly type: string;
  readonly body: unknown;
}
interface Message {
  readonly box: string;
  readonly events: readonly Event[];
}

const [mode = '', port = '', path = ''] = process.argv.slice(2);
const db = new Database(path);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
// No index and no check of repeats: the least that a row can cost.
db.exec(`create table event (
  id integer primary key, box text not null, seq integer not null, at text not null, call text, type text not null, body text not null
)`);
const insert = db.prepare('insert into event (box, seq, at, call, type, body) values (?, ?, ?, ?, ?, ?)');
const stored = { messages: 0, events: 0 };

function write({ box, events }: Message): void {
  for (const { seq, at, call, type, body } of events)
    insert.run(box, seq, at, call ?? null, type, JSON.stringify(body));
  stored.messages += 1;
  stored.events += events.length;
}
const writeAll = db.transaction((messages: readonly Message[]) => {
  for (const message of messages) write(message);
});

let telling: NodeJS.Timeout | undefined;
function tell(): void {
  telling ??= setTimeout(() => {
    telling = undefined;
    process.stdout.write(`${stored.messages} ${stored.events}\n`);
  }, TELL_MS);
}

let waiting: Message[] = [];
let waitingEvents = 0;
let timer: NodeJS.Timeout | undefined;
function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  writeAll.immediate(waiting);
  waiting = [];
  waitingEvents = 0;
  tell();
}

function gather(message: Message): void {
  waiting.push(message);
  waitingEvents += message.events.length;
  if (waitingEvents >= MOST_EVENTS) flush();
  else timer ??= setTimeout(flush, GATHER_MS);
}

const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
  protocolVersion: 4,
  clientId: 'writer',
  keepalive: 60,
});
client.on('message', (topic, bytes) => {
  const message: Message = {
    box: parseTopic(topic)?.box ?? '',
    events: (JSON.parse(bytes.toString()) as { events: Event[] }).events,
  };
  if (mode === 'gathered') return gather(message);
  write(message);
  tell();
});
client.once('connect', () => {
  client.subscribe('branchline/v1/+/+/ledger', { qos: 1 }, () => process.stdout.write('0 0\n'));
});
