import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkDocument } from '@branchline/firmware/branch/document';
import { deskFaults, faultList } from './faults.ts';
import { asksTime } from './lab-site.ts';
import { places } from './places.ts';

const checked = checkDocument(readFileSync(places.firstDocument, 'utf8'));
if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
const { branch } = checked.document;
/** A line to a carrier is none that a hand could pull. */
const gatewaysOf = ({ gateways }: typeof branch): string[] =>
  Object.values(gateways).flatMap(({ name, line }) => (line ? [] : [name]));
const faults = deskFaults({
  gateways: gatewaysOf(branch).map((name) => ({
    name,
    sip: { host: '127.0.0.1', port: 1 },
    channels: 1,
  })),
  ups: Object.keys(branch.power.ups).map((name) => ({ name, server: { host: '127.0.0.1', port: 1 } })),
  contacts: branch.contacts.inputs.map(({ name }) => name),
} as Parameters<typeof deskFaults>[0]);
const storm = faults.filter((fault) => fault.storm === true).map(({ order }) => order);

test('a storm on the branch of npm start is ten faults with forty consequences', () => {
  expect(storm).toHaveLength(10);
  const off = storm.flatMap((order) => (order.endsWith('power-off on') ? [order.split(' ')[0]] : []));
  const trunks = Object.values(branch.trunks).filter(({ gateway }) => off.includes(gateway));
  const phones = storm.includes('phones away on') ? Object.keys(branch.phones) : [];
  expect(trunks.length + phones.length).toBe(40);
});

test('each fault says how it is made, what is to be seen, and how it ends', () => {
  const list = faultList(faults);
  for (const { order, see } of faults) {
    expect(list).toContain(order);
    expect(see).not.toBe('');
  }
});

test("the clock of the branch of npm start is judged by the lab's time server, so that a hand can make it lie", () => {
  expect(asksTime(branch)).toBe(true);
  const orders = (time: boolean): readonly string[] =>
    deskFaults({
      ...{ gateways: [], ups: [], contacts: [] },
      ...(time && { time: { host: '127.0.0.19', port: 1123 } }),
    } as unknown as Parameters<typeof deskFaults>[0]).map(({ order }) => order);
  expect(orders(true)).toContain('time wrong on');
  expect(orders(false)).not.toContain('time wrong on');
});
