/** Who stands in the list that a broker outside goes by. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CERTIFICATE_LIFE_DAYS, DAY_MS } from '@branchline/contracts/enrolment';
import { ManualClock } from '@branchline/runtime/clock';
import { newKeyPair, x509 } from '@branchline/runtime/web/x509';
import { Boxes } from '../store/boxes.ts';
import { Identities } from '../store/identities.ts';
import { databases } from '../store/testing/databases.ts';
import { requestOf } from '../test-bed.ts';
import { openAuthority } from './authority.ts';
import { enrol } from './enrol.ts';
import { RevokedList } from './revoked-list.ts';

const dir = mkdtempSync(join(tmpdir(), 'list-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe.each(databases)('the list of revoked certificates on $name', ({ open }) => {
  test('has what is let in no more and has not ended, signed by the authority', async () => {
    const clock = new ManualClock();
    const authority = await openAuthority(dir, 'main', clock);
    const database = await open();
    const identities = new Identities(database, new Boxes(database));
    const file = join(dir, 'revoked.crl');
    const list = new RevokedList({ clock, identities, authority, file });
    const given = async (box: string, before?: 'until-used'): Promise<string> => {
      const csr = await requestOf(await newKeyPair(), box);
      const enrolled = await enrol(authority, { tenant: 'main', box, csr });
      const how = { how: 'by-hand', by: 'test', hardware: null, issuedAt: clock.now() } as const;
      await identities.given(box, { ...enrolled, ...how }, before);
      return enrolled.number.toLowerCase();
    };
    const listed = async (): Promise<string[]> => {
      await list.write();
      const read = new x509.X509Crl(readFileSync(file, 'utf8'));
      const { publicKey } = new x509.X509Certificate(authority.cert);
      expect(await read.verify({ publicKey })).toBe(true);
      return read.entries.map(({ serialNumber }) => serialNumber.toLowerCase()).sort();
    };

    await given('kept');
    expect(await listed()).toEqual([]);
    const replaced = await given('replaced');
    await given('replaced');
    expect(await listed()).toEqual([replaced]);
    await given('renewed');
    await given('renewed', 'until-used');
    const stolen = await given('stolen');
    await identities.revoke('stolen', clock.now());
    expect(await listed()).toEqual([replaced, stolen].sort());
    clock.advance((CERTIFICATE_LIFE_DAYS + 1) * DAY_MS);
    expect(await listed()).toEqual([]);
    await database.close();
  });
});
