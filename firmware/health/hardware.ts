/** What the machine says of itself: maker, model and serial number, from the firmware's tables or the device tree. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Hardware } from '@branchline/contracts/enrolment';
import { readIfThere } from '@branchline/runtime/atomic-file';

/** What makers leave in fields that they have not filled in. */
const NOT_TOLD =
  /^(?:(?:to be filled|default string|not (?:specified|applicable)|none|n\/a|unknown|system (?:serial|product|manufacturer)).*|0+|)$/i;

/** A serial number that the person in front of the box gives goes before all. @param root for tests */
export function hardwareOf(serial: string | undefined, root = '/'): Hardware {
  const read = (...paths: string[]): string => {
    for (const path of paths) {
      const text = textOf(join(root, path));
      if (!NOT_TOLD.test(text)) return text;
    }
    return '';
  };
  const told = read(
    'sys/class/dmi/id/product_serial',
    'sys/class/dmi/id/board_serial',
    'sys/class/dmi/id/chassis_serial',
    'proc/device-tree/serial-number',
  );
  return {
    serial: (serial ?? (told || ofInstallation(root))).slice(0, 64),
    vendor: read('sys/class/dmi/id/sys_vendor', 'sys/class/dmi/id/board_vendor').slice(0, 80),
    product: read('sys/class/dmi/id/product_name', 'proc/device-tree/model').slice(0, 80),
  };
}

/** The tables may be readable for root alone: then something that tells one installation from another. */
function ofInstallation(root: string): string {
  const id = textOf(join(root, 'etc/machine-id'));
  return id === '' ? '' : `id-${createHash('sha256').update(`branchline ${id}`).digest('hex').slice(0, 12)}`;
}

function textOf(path: string): string {
  try {
    return (readIfThere(path) ?? '').replaceAll('\0', '').trim();
  } catch {
    return '';
  }
}
