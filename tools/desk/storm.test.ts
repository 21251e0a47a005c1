import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { alarms as catalogue, type AlarmCode } from '@branchline/contracts/alarms';
import { checkDocument } from '@branchline/firmware/branch/document';
import { raise, SETTLE_MS, tell } from '@branchline/firmware/health/alarm-core';
import type { AlarmState, Moment, Telling } from '@branchline/firmware/health/alarm-state';
import { dependenceOf } from '@branchline/firmware/health/dependence';
import { deskFaults } from './faults.ts';
import { places } from './places.ts';

const checked = checkDocument(readFileSync(places.firstDocument, 'utf8'));
if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
const { branch } = checked.document;
/** A line to a carrier is none that a hand could pull. */
const gatewaysOf = ({ gateways }: typeof branch): string[] =>
  Object.values(gateways).flatMap(({ name, line }) => (line ? [] : [name]));
const anywhere = { host: '127.0.0.1', port: 1 };
const storm = deskFaults({
  gateways: gatewaysOf(branch).map((name) => ({ name, sip: anywhere, channels: 1 })),
  ups: Object.keys(branch.power.ups).map((name) => ({ name, server: anywhere })),
  contacts: branch.contacts.inputs.map(({ name }) => name),
} as Parameters<typeof deskFaults>[0]).filter((fault) => fault.storm === true);

type Raised = readonly [code: AlarmCode, subject: string];
const trunksBehind = (gateway: string): string[] =>
  Object.values(branch.trunks).flatMap((trunk) => (trunk.gateway === gateway ? [trunk.name] : []));

/** What the box finds when a fault is made: the fault first, then what follows from it. */
function found(order: string): readonly Raised[] {
  const [name = '', fault = '', more = ''] = order.split(' ');
  const trunksDown = (): readonly Raised[] => trunksBehind(name).map((trunk) => ['trunk-down', trunk]);
  if (name === 'contact')
    return [
      [
        branch.contacts.inputs.find((one) => one.name === fault)?.role === 'tamper'
          ? 'tampered'
          : 'door-open',
        fault,
      ],
    ];
  if (name === 'phones')
    return [
      ['phones-unreachable', 'phones'],
      ...Object.keys(branch.phones).map((phone): Raised => ['phone-unreachable', phone]),
    ];
  switch (fault) {
    case 'unplugged':
      return [['ups-lost', name]];
    case 'los':
      return trunksDown();
    case 'power-off':
      return [['gateway-unreachable', name], ...trunksDown()];
    default:
      throw new Error(`what does the box find when '${name} ${fault} ${more}' is made?`);
  }
}

/** The alarms of a storm, in the order in which they are noticed, within a minute. */
function shown(
  raised: readonly Raised[],
  gapMs: number,
): { state: AlarmState; tellings: readonly Telling[] } {
  const plan = { needs: dependenceOf(branch), windows: [] };
  const tellings: Telling[] = [];
  let state: AlarmState = new Map();
  let at: Moment = { now: Date.UTC(2026, 0, 5), monotonic: 0 };
  const pass = (ms: number): void => {
    at = { now: at.now + ms, monotonic: at.monotonic + ms };
    const step = tell(state, at);
    state = step.state;
    tellings.push(...step.tellings);
  };
  for (const [code, subject] of raised) {
    const id = `${code} ${subject}`;
    const step = raise(state, { code, subject, detail: null, id }, at, plan);
    state = step.state;
    tellings.push(...step.tellings);
    pass(gapMs);
  }
  pass(SETTLE_MS);
  return { state, tellings };
}

const stories = storm.map(({ order }) => found(order));
const causes = stories.flatMap(([cause]) => (cause ? [cause.join(' ')] : [])).toSorted();

test("the desk's storm is ten alarms, forty beneath them, each beneath its own cause, in whatever order they are noticed", () => {
  expect(causes).toHaveLength(10);
  const all = stories.flat();
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), fc.nat(1_000), (raised, gapMs) => {
      const { state } = shown(raised, gapMs);
      const heads = [...state.values()].filter(({ cause }) => cause === null).map(({ id }) => id);
      expect(heads.toSorted()).toEqual(causes);
      expect(state.size - heads.length).toBe(40);
      for (const [cause, ...beneath] of stories)
        for (const [code, subject] of beneath)
          expect(state.get(`${code}/${subject}`)?.cause).toBe(cause?.join(' '));
    }),
    { numRuns: 20 },
  );
});

test('ten are told, with what to do, and nothing of what is beneath by itself', () => {
  const { tellings } = shown(stories.flat(), 200);
  expect(tellings.map(({ kind }) => kind)).toEqual(Array(10).fill('raised'));
  expect(tellings.flatMap(({ consequences }) => consequences)).toHaveLength(40);
  for (const { alarm } of tellings)
    for (const text of [catalogue[alarm.code].advice.en, catalogue[alarm.code].advice.zh])
      expect(text).not.toBe('');
});

test('what a fault of the storm is said to show is what the box finds', () => {
  for (const { order, see } of storm) expect(see).toContain(found(order)[0]?.[0]);
});
