import { beforeEach, expect, test } from 'vitest';
import { contacts, resolveContacts, type Contacts } from '@branchline/contracts/branch/contacts';
import type { LineState } from '@branchline/contracts/contacts';
import { contactsHealth } from '@branchline/contracts/contacts';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { ContactsKeeper, type LineListener } from './keeper.ts';
import type { BranchFacts } from './lamps.ts';
import { TAMPER_STAYS_MS } from './opening.ts';

const WELL: BranchFacts = { serving: 'fully', alarm: 'none', sought: false, uplink: 'up' };
const WRITTEN = {
  lifeline: { line: 17, role: 'lifeline-relay', 'release-after': '20s' },
  serving: { line: 22, role: 'lamp', shows: 'serving' },
  buzzer: { line: 24, role: 'buzzer' },
  case: { line: 5, role: 'tamper', active: 'low' },
  cabinet: { line: 6, role: 'door', 'open-for': '2m' },
  button: { line: 26, role: 'button' },
};
const resolved = (written: object): Contacts => resolveContacts(contacts.parse(written));

/** Lines on paper: what the keeper is told, and what it shows and says. */
class Paper {
  readonly clock = new ManualClock();
  readonly events: NewEvent[] = [];
  readonly alarms = new Map<string, string | undefined>();
  readonly shown = new Map<string, string>();
  readonly told: boolean[] = [];
  readonly kept = new Map<string, 'open' | 'closed'>();
  document = resolved(WRITTEN);
  facts: BranchFacts = WELL;
  wishes = 0;
  readonly announced: string[] = [];
  held: 'energised' | 'released' | 'unknown' = 'released';
  hears = true;
  listener: LineListener | undefined;
  stops = 0;
  readonly keeper = new ContactsKeeper({
    clock: this.clock,
    log: silentLog,
    contacts: () => this.document,
    watch: (_, listener) => {
      this.listener = listener;
      return { stop: () => Promise.resolve(void this.stops++) };
    },
    output: ({ name }) => ({
      show: ({ on, phases }) => void this.shown.set(name, phases.length > 0 ? phases.join() : String(on)),
      stop: () => Promise.resolve(void this.shown.delete(name)),
    }),
    holder: {
      held: () => ({ is: this.held }),
      tell: (_, energised) => {
        this.told.push(energised);
        if (this.hears) this.held = energised ? 'energised' : 'released';
        return Promise.resolve();
      },
    },
    facts: () => this.facts,
    addresses: () => ['10.0.0.2:8080'],
    announce: (addresses) => {
      this.announced.push(...addresses);
      return Promise.resolve({ result: 'heard', phone: 'desk-1' });
    },
    alarms: {
      raise: (code, subject, detail) => void this.alarms.set(`${code} ${subject}`, detail),
      clear: (code, subject) => void this.alarms.delete(`${code} ${subject}`),
    },
    append: (events) => this.events.push(...events),
    kept: (name) => this.kept.get(name),
    keep: (name, state) => void this.kept.set(name, state),
    resetWished: () => void this.wishes++,
    onChange: () => undefined,
  });

  async started(): Promise<this> {
    this.keeper.start();
    await Promise.resolve();
    await this.pass(0);
    for (const [line, high] of [
      ['case', true],
      ['cabinet', false],
      ['button', false],
    ] as const) {
      this.listener?.found(line);
      this.listener?.level(line, high);
    }
    await this.pass(2_000);
    return this;
  }

  /** The relay's holder answers between two steps of time. */
  async pass(ms: number): Promise<void> {
    for (let rest = ms; rest >= 0; rest -= 500) {
      this.clock.advance(Math.min(500, rest));
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    }
  }

  states(): Record<string, LineState> {
    const lines = this.keeper.health()?.lines ?? [];
    contactsHealth.parse(this.keeper.health());
    return Object.fromEntries(lines.map(({ name, state }) => [name, state]));
  }

  /** Without when it happened. */
  entries(type: NewEvent['type']): object[] {
    const found = this.events.filter((event) => event.type === type);
    for (const event of found) eventBodies[event.type].parse(event.body);
    return found.map(({ body }) => body);
  }
}

let paper: Paper;
beforeEach(async () => {
  paper = await new Paper().started();
});

test('a branch where all is well', () => {
  expect(paper.states()).toEqual({
    lifeline: 'energised',
    serving: 'on',
    buzzer: 'off',
    case: 'closed',
    cabinet: 'closed',
    button: 'at-rest',
  });
  expect([...paper.shown]).toEqual([
    ['serving', 'true'],
    ['buzzer', 'false'],
  ]);
  expect([...paper.alarms]).toEqual([]);
});

test('the case is opened and closed: both in the ledger, an alarm at once and for a while', async () => {
  paper.listener?.level('case', false);
  await paper.pass(3_000);
  expect([paper.states().case, paper.alarms.has('tampered case')]).toEqual(['open', true]);
  paper.listener?.level('case', true);
  await paper.pass(1_000);
  expect(paper.entries('contact.changed').slice(-2)).toEqual([
    { contact: 'case', role: 'tamper', state: 'open', lastedMs: expect.any(Number) as number },
    { contact: 'case', role: 'tamper', state: 'closed', lastedMs: 3_000 },
  ]);
  expect(paper.alarms.has('tampered case')).toBe(true);
  await paper.pass(TAMPER_STAYS_MS);
  expect(paper.alarms.has('tampered case')).toBe(false);
});

test('a contact that bounces for less than its time is nothing', async () => {
  const before = paper.events.length;
  paper.listener?.level('cabinet', true);
  paper.clock.advance(40);
  paper.listener?.level('cabinet', false);
  await paper.pass(5_000);
  expect(paper.events.length).toBe(before);
});

test('a door is an alarm when it stands open', async () => {
  paper.listener?.level('cabinet', true);
  await paper.pass(119_000);
  expect(paper.alarms.has('door-open cabinet')).toBe(false);
  await paper.pass(2_000);
  expect(paper.alarms.has('door-open cabinet')).toBe(true);
  paper.document = resolved({ serving: WRITTEN.serving });
  paper.keeper.follow();
  expect([paper.alarms.has('door-open cabinet'), Object.keys(paper.states())]).toEqual([false, ['serving']]);
});

test('what was known before a restart is not told again', async () => {
  const after = new Paper();
  after.kept.set('cabinet', 'closed').set('case', 'open');
  await after.started();
  expect(after.entries('contact.changed')).toEqual([{ contact: 'case', role: 'tamper', state: 'closed' }]);
});

test('the relay falls when the box has not served for its time, and is an alarm; it is taken back by itself', async () => {
  paper.facts = { ...WELL, serving: 'no' };
  await paper.pass(18_000);
  expect([paper.states().lifeline, paper.told.at(-1)]).toEqual(['energised', true]);
  await paper.pass(6_000);
  expect([paper.states().lifeline, paper.alarms.has('lifeline-released lifeline')]).toEqual([
    'released',
    true,
  ]);
  paper.facts = WELL;
  await paper.pass(3_000);
  expect([paper.states().lifeline, paper.alarms.has('lifeline-released lifeline')]).toEqual([
    'energised',
    false,
  ]);
  expect(paper.entries('lifeline.changed').map((body) => ('state' in body ? body.state : ''))).toEqual([
    'energised',
    'released',
    'energised',
  ]);
});

test('its holder is told again and again, as the silence is what lets the relay fall', async () => {
  const before = paper.told.length;
  await paper.pass(10_000);
  expect(paper.told.length - before).toBeGreaterThanOrEqual(9);
  await paper.keeper.stop();
  const stopped = paper.told.length;
  await paper.pass(5_000);
  expect(paper.told.length).toBe(stopped);
});

test('a holder that says nothing is an alarm with what to do', async () => {
  paper.hears = false;
  paper.held = 'unknown';
  await paper.pass(40_000);
  expect(paper.alarms.get('contacts-lost contacts')).toBe('lifeline: {holder-gone}');
  paper.hears = true;
  await paper.pass(3_000);
  expect(paper.alarms.has('contacts-lost contacts')).toBe(false);
});

test('lines that are lost are one alarm, after a while, with each reason once', async () => {
  paper.listener?.lost('case', 'there is no chip');
  paper.listener?.lost('cabinet', 'there is no chip');
  await paper.pass(10_000);
  expect([paper.states().case, paper.alarms.size]).toEqual(['unknown', 0]);
  await paper.pass(10_000);
  expect([...paper.alarms]).toEqual([['contacts-lost contacts', 'case, cabinet: there is no chip']]);
  paper.listener?.found('case');
  paper.listener?.level('case', true);
  paper.listener?.found('cabinet');
  paper.listener?.level('cabinet', true);
  await paper.pass(1_000);
  expect([paper.states().case, paper.states().cabinet, paper.alarms.size]).toEqual(['closed', 'open', 0]);
});

test('a short press: the lamps tell which box it is, and the ledger where its page is', async () => {
  paper.listener?.level('button', true);
  await paper.pass(500);
  paper.listener?.level('button', false);
  await paper.pass(500);
  expect(paper.states().serving).toBe('double');
  expect(paper.entries('button.pressed')).toEqual([
    { contact: 'button', press: 'identify', addresses: ['10.0.0.2:8080'] },
  ]);
  expect(paper.announced).toEqual(['10.0.0.2:8080']);
  expect(paper.entries('button.announced')).toEqual([
    { contact: 'button', result: 'heard', phone: 'desk-1' },
  ]);
  await paper.pass(31_000);
  expect(paper.states().serving).toBe('on');
});

test('a reset is wished for only after the second press', async () => {
  paper.listener?.level('button', true);
  await paper.pass(6_000);
  expect([paper.states().serving, paper.keeper.health()?.resetAskedUntil !== undefined]).toEqual([
    'fast',
    true,
  ]);
  paper.listener?.level('button', false);
  await paper.pass(1_000);
  expect(paper.wishes).toBe(0);
  paper.listener?.level('button', true);
  await paper.pass(2_000);
  expect([paper.wishes, paper.states().serving]).toEqual([1, 'on']);
  expect(paper.entries('button.pressed').map((body) => ('press' in body ? body.press : ''))).toEqual([
    'reset-asked',
    'reset-confirmed',
  ]);
});

test('a critical alarm sounds', async () => {
  paper.facts = { ...WELL, alarm: 'critical' };
  await paper.pass(2_000);
  expect(paper.states().buzzer).toBe('beeps');
});
