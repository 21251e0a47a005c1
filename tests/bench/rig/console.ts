/** What the engine says of its bridges, on its own command line. */
import { join } from 'node:path';
import { commandLine } from '@branchline/firmware/engine/command-line';

const PATIENCE_MS = 5_000;

/** How many bridges there are of each technology, such as native_rtp, simple_bridge or softmix. `instance` is the engine's directory. */
export async function bridgeTechnologies(instance: string): Promise<ReadonlyMap<string, number>> {
  return readBridges(
    await commandLine(join(instance, 'run/asterisk.ctl'), PATIENCE_MS).ask('bridge show all'),
  );
}

/** Bridges with fewer than two channels carry no talk and are left out. Pure. */
export function readBridges(said: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  // From the end of each line: what names bridges may hold blanks.
  for (const [, channels = '', technology = ''] of said.matchAll(/ (\d+) +\S+ +(\S+) +[\d:]+$/gm))
    if (Number(channels) >= 2) counts.set(technology, (counts.get(technology) ?? 0) + 1);
  return counts;
}
