import { beforeEach, expect, test } from 'vitest';
import { contacts, resolveContacts, type Contacts } from '@branchline/contracts/branch/contacts';
import { ManualClock } from '@branchline/runtime/clock';
import { LineBook } from './line-book.ts';
import { LoadRelays } from './load-relays.ts';

const documentOf = (written: object): Contacts => resolveContacts(contacts.parse(written));
const FAN = { fan: { line: 27, role: 'load-relay' } };

let clock: ManualClock;
let shown: boolean[];
let tell: { lost(line: string, because: string): void; found(line: string): void };
let lines: LineBook;
let relays: LoadRelays;

beforeEach(() => {
  [clock, shown] = [new ManualClock(), []];
  const alarms = { raise: () => undefined, clear: () => undefined };
  lines = new LineBook({ clock, alarms, onChange: () => undefined });
  relays = new LoadRelays({
    clock,
    lines,
    lost: (line, because) => lines.lost(line, because),
    open: (_, listener) => {
      tell = listener;
      return { show: ({ on }) => void shown.push(on), stop: () => Promise.resolve() };
    },
  });
  const inForce = documentOf(FAN);
  lines.follow(inForce);
  relays.follow(inForce.loads);
  tell.found('fan');
});

test('is released at first, and energised to switch its load off', async () => {
  expect([shown, lines.stateOf('fan')]).toEqual([[false], 'released']);
  const off = relays.turn('fan', 'off');
  tell.found('fan');
  await off;
  expect([shown, lines.stateOf('fan')]).toEqual([[false, true], 'energised']);
  await relays.turn('fan', 'off');
  expect(shown).toHaveLength(2);
});

test('a line that is lost says so, and one that says nothing has an end', async () => {
  const lost = relays.turn('fan', 'off');
  tell.lost('fan', 'no chip gpiochip0');
  await expect(lost).rejects.toThrow('no chip gpiochip0');
  const silent = relays.turn('fan', 'off');
  clock.advance(5_000);
  await expect(silent).rejects.toThrow('gpio ETIMEDOUT');
});

test('one that the document does not have any more ends the wait', async () => {
  const off = relays.turn('fan', 'off');
  relays.follow([]);
  await expect(off).rejects.toThrow('not in the document');
  await expect(relays.turn('fan', 'on')).rejects.toThrow('not in the document');
});
