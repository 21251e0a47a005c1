/** A bare fan-out: one message to each box, of the size that ours has, when the standard input says so. */
import { createInterface } from 'node:readline';
import { topicOf } from '@branchline/contracts/topics';
import { TENANT } from '../ingest/identities.ts';

export const boxName = (index: number): string => `box-${index}`;
export const topicOfBox = (index: number): string => topicOf(TENANT, boxName(index), 'desired');

/** Calls it for every box on 'fan COUNT BYTES'. */
export function onFan(send: (index: number, payload: Buffer) => void): void {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [, count = 0, bytes = 0] = line.split(' ').map(Number);
    const payload = Buffer.alloc(bytes, 0x61);
    for (let index = 0; index < count; index += 1) send(index, payload);
  });
}
