/** What the machine calls itself: by its firmware's tables (DMI) or, on a board without them, by the device tree. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Hardware {
  readonly vendor: string;
  readonly product: string;
}

/** What makers leave in who did not fill it in. */
const NOT_FILLED_IN =
  /^(|to be filled.*|default string|system (manufacturer|product name)|none|n\/a|unknown)$/i;
const LONGEST = 80;

/** `root`: of the file system. Undefined where the machine does not tell. */
export function hardwareOf(root = '/'): Hardware | undefined {
  const read = (path: string): string | undefined => {
    try {
      // The device tree ends its texts with a NUL.
      const text = readFileSync(join(root, path), 'utf8').replaceAll('\0', '').trim().slice(0, LONGEST);
      return NOT_FILLED_IN.test(text) ? undefined : text;
    } catch {
      return undefined;
    }
  };
  const product = read('sys/class/dmi/id/product_name');
  if (product !== undefined) return { vendor: read('sys/class/dmi/id/sys_vendor') ?? '', product };
  const model = read('proc/device-tree/model');
  return model === undefined ? undefined : { vendor: '', product: model };
}
