import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { seal, unseal } from './sealed.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ours = pair();
const TEXT = JSON.stringify({ 'desk-1': '密码 geheim' });

test('is read by the holder of the key alone, and never twice the same', () => {
  const sealed = seal(ours.publicKey, 'secrets of hangzhou', TEXT);
  expect(unseal(ours.privateKey, 'secrets of hangzhou', sealed)).toBe(TEXT);
  expect(unseal(pair().privateKey, 'secrets of hangzhou', sealed)).toBeUndefined();
  expect(seal(ours.publicKey, 'secrets of hangzhou', TEXT)).not.toBe(sealed);
  expect(Buffer.from(sealed, 'base64').includes('geheim')).toBe(false);
});

test('for another purpose, changed anywhere, or cut short: does not open', () => {
  const sealed = seal(ours.publicKey, 'secrets of hangzhou', TEXT);
  expect(unseal(ours.privateKey, 'secrets of ningbo', sealed)).toBeUndefined();
  const bytes = Buffer.from(sealed, 'base64');
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(unseal(ours.privateKey, 'secrets of hangzhou', changed.toString('base64'))).not.toBe(TEXT);
  }
  for (const cut of ['', 'AA==', bytes.subarray(0, 40).toString('base64')])
    expect(unseal(ours.privateKey, 'secrets of hangzhou', cut)).toBeUndefined();
});
