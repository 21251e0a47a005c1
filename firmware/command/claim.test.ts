import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeText } from '@branchline/contracts/enrolment';
import { claimCode, keepAsked } from '../uplink/claim-code.ts';
import { openKey, readIdentity } from '../uplink/identity.ts';
import { throwAwayPki } from '../uplink/testing/pki.ts';
import { BadArgument } from './bad-argument.ts';
import { claim } from './claim.ts';

let dir: string;
const identity = (): string => join(dir, 'identity');
const asked = (...args: string[]): string => claim(args, { dataDir: () => dir });
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'claim-'));
  mkdirSync(identity());
});
afterEach(() => rmSync(dir, { recursive: true }));

test('shows the code that the service has drawn, and draws none itself', () => {
  expect(() => asked()).toThrow(BadArgument);
  const code = claimCode(identity(), openKey(identity()));
  expect(asked()).toBe(codeText(code));
  expect(asked()).toMatch(/^[2-9A-Z]{3}-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
});

test('shows it as a QR code that leads to headquarters, once the box knows where that is', () => {
  const code = codeText(claimCode(identity(), openKey(identity())));
  expect(() => asked('--qr')).toThrow(/has not asked/);
  keepAsked(identity(), 'https://hq.example:8480');
  const lines = asked('--qr').split('\n');
  expect(lines[0]).toBe(code);
  expect(lines.at(-1)).toBe(`https://hq.example:8480/enrolment#${code}`);
  // Version 4 and two modules about it, two rows of modules a line.
  expect(lines.filter((line) => line.length === 33 + 4)).toHaveLength(Math.ceil((33 + 4) / 2));
});

test('the code stays with the key, and another key has another', () => {
  const code = claimCode(identity(), openKey(identity()));
  expect(claimCode(identity(), openKey(identity()))).toEqual(code);
  expect(asked('--again')).toMatch(/given up/);
  expect(() => asked()).toThrow(/no claim code/);
  expect(claimCode(identity(), openKey(identity())).secret).not.toBe(code.secret);
  expect(readFileSync(join(identity(), 'box.key.given-up'), 'utf8')).toContain('PRIVATE KEY');
});

test('says whose a claimed box is, and until when', async () => {
  const pki = await throwAwayPki();
  await readIdentity({ identityDir: identity(), tenant: 'acme', box: 'box-1' });
  await pki.enrol(identity());
  expect(asked()).toMatch(/^This box is 'box-1' of 'acme'/);
});
