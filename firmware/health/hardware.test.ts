import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hardwareOf } from './hardware.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'machine-'));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const DMI = 'sys/class/dmi/id/';
test.each([
  [
    { [`${DMI}sys_vendor`]: 'Acme Inc.\n', [`${DMI}product_name`]: 'Box 3\n' },
    { vendor: 'Acme Inc.', product: 'Box 3' },
  ],
  [{ [`${DMI}product_name`]: 'Box 3\n' }, { vendor: '', product: 'Box 3' }],
  [{ 'proc/device-tree/model': 'Acme Board 4\0' }, { vendor: '', product: 'Acme Board 4' }],
  [
    { [`${DMI}sys_vendor`]: 'System manufacturer', [`${DMI}product_name`]: 'To be filled by O.E.M.\n' },
    { vendor: '', product: '' },
  ],
  [{}, { vendor: '', product: '' }],
])('a machine with %j is %j', (files, told) => {
  expect(hardwareOf('S1', machine(files))).toEqual({ serial: 'S1', ...told });
});

test('a serial number is read where nobody gives one, and made up from the installation where none is told', () => {
  expect(hardwareOf(undefined, machine({ 'proc/device-tree/serial-number': '4711\0' })).serial).toBe('4711');
  const files = { [`${DMI}product_serial`]: 'Default string\n', 'etc/machine-id': 'f00\n' };
  expect(hardwareOf(undefined, machine(files)).serial).toMatch(/^id-[0-9a-f]{12}$/);
});
