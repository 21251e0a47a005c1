/**
 * What disks say of themselves (SMART), as smartctl writes it in JSON: branchline-smart.service runs it as root and leaves a file for each
 * disk where this service may read it. ATA by its attributes and device statistics, NVMe by its health log (NVM Express 5.16.1.3).
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HealthReport } from '@branchline/contracts/health';
import * as z from 'zod';

type DiskWear = NonNullable<HealthReport['wear']>[number];

/** The unit writes once an hour; what is older says nothing of today, ms. */
const HOLDS_MS = 26 * 3_600_000;
/** More than smartctl has to say of any disk, bytes. */
const LARGEST = 512 * 1024;

/** Attributes of ATA disks that all makers count alike. */
const REALLOCATED = 5;
const PENDING = 197;
/** Bits of an NVMe's critical warning: too unreliable, and let be read only. */
const NVME_FAILS = 0x4 | 0x8;

const count = z.number().min(0);
const said = z.looseObject({
  smart_support: z.looseObject({ available: z.boolean() }).optional(),
  smart_status: z.looseObject({ passed: z.boolean() }).optional(),
  temperature: z.looseObject({ current: z.number() }).optional(),
  power_on_time: z.looseObject({ hours: count }).optional(),
  endurance_used: z.looseObject({ current_percent: count }).optional(),
  ata_smart_attributes: z
    .looseObject({ table: z.array(z.looseObject({ id: z.int(), raw: z.looseObject({ value: count }) })) })
    .optional(),
  ata_device_statistics: z
    .looseObject({
      pages: z.array(
        z.looseObject({
          table: z.array(z.looseObject({ name: z.string(), value: z.number().optional() })).optional(),
        }),
      ),
    })
    .optional(),
  nvme_smart_health_information_log: z
    .looseObject({
      critical_warning: count,
      percentage_used: count,
      available_spare: count.optional(),
      available_spare_threshold: count.optional(),
    })
    .optional(),
});
type Said = z.infer<typeof said>;

/** @param text of `smartctl --json --xall`; undefined for what is none. A disk without SMART is in it, and tells nothing. */
export function smartOf(disk: string, text: string): DiskWear | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = said.safeParse(json);
  if (!read.success) return undefined;
  const { smart_status, temperature, power_on_time, nvme_smart_health_information_log: nvme } = read.data;
  if (!smart_status && !nvme && !read.data.ata_smart_attributes)
    return { disk, usedPercent: null, tells: false };
  const [reallocated, pending] = [REALLOCATED, PENDING].map((id) => attribute(read.data, id));
  const fails = smart_status?.passed === false || ((nvme?.critical_warning ?? 0) & NVME_FAILS) !== 0;
  const low = nvme && (nvme.available_spare ?? 100) < (nvme.available_spare_threshold ?? 0);
  return {
    disk,
    usedPercent: usedOf(read.data),
    fails,
    ...(low === true && { reserve: 'urgent' as const }),
    ...(reallocated !== undefined && { reallocated }),
    ...(pending !== undefined && { pending }),
    ...(temperature && { temperatureC: temperature.current }),
    ...(power_on_time && { powerOnHours: power_on_time.hours }),
  };
}

/** NVMe counts on to 255; what is beyond its life is as good as a little beyond. */
function usedOf({
  endurance_used,
  ata_device_statistics,
  nvme_smart_health_information_log,
}: Said): number | null {
  const counted = ata_device_statistics?.pages
    .flatMap(({ table = [] }) => table)
    .find(({ name }) => name === 'Percentage Used Endurance Indicator')?.value;
  const used =
    nvme_smart_health_information_log?.percentage_used ?? endurance_used?.current_percent ?? counted;
  return used === undefined ? null : Math.min(110, Math.max(0, used));
}

const attribute = ({ ata_smart_attributes }: Said, wanted: number): number | undefined =>
  ata_smart_attributes?.table.find(({ id }) => id === wanted)?.raw.value;

/** Reads what the unit has left, and reads a file again only when it is another. */
export class SmartFiles {
  readonly #folder: string;
  readonly #read = new Map<string, { readonly at: number; readonly says: DiskWear | undefined }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param now the time of day, ms */
  async disks(now: number): Promise<DiskWear[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const files = names.filter((name) => /^[a-z0-9]+\.json$/.test(name)).sort();
    const all = await Promise.all(files.map((name) => this.#disk(name, now).catch(() => undefined)));
    return all.filter((each) => each !== undefined);
  }

  async #disk(name: string, now: number): Promise<DiskWear | undefined> {
    const path = join(this.#folder, name);
    const { mtimeMs, size } = await stat(path);
    if (now - mtimeMs > HOLDS_MS || size > LARGEST) return undefined;
    const known = this.#read.get(name);
    if (known?.at === mtimeMs) return known.says;
    const says = smartOf(name.slice(0, -'.json'.length), await readFile(path, 'utf8'));
    this.#read.set(name, { at: mtimeMs, says });
    return says;
  }
}
