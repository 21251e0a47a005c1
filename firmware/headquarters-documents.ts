/** Documents of headquarters, with what they need to know of the box: what can be reached, and whether headquarters is there. */
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { DesiredDocuments } from './branch/desired-documents.ts';
import { desiredStore } from './branch/desired-store.ts';
import type { Keeping } from './keeping.ts';
import type { Telephony } from './telephony.ts';
import type { Uplink } from './uplink/uplink.ts';

/** Trunks by which a call would go out now. */
const USABLE = new Set(['up', 'degraded']);

/** What can be reached, by its names. */
export const upNow = ({ lines, trunks }: Telephony): { trunks: string[]; phones: string[] } => ({
  trunks: trunks.all().flatMap(({ id, state }) => (USABLE.has(state) ? [id] : [])),
  phones: lines.phones().flatMap(({ name, reachable }) => (reachable ? [name] : [])),
});

export function makeDesired(
  { settings, log, wall, documents }: Around,
  { append }: Keeping,
  telephony: Telephony,
  uplink: Uplink,
): DesiredDocuments {
  const room = roomLog(log, 'branch');
  return new DesiredDocuments({
    clock: wall,
    log: room,
    documents,
    store: desiredStore(settings.dataDir, (err) =>
      room.error(
        { err },
        'what was known of documents of headquarters cannot be read; they are asked for anew',
      ),
    ),
    up: () => upNow(telephony),
    connected: () => uplink.status().connected,
    tell: () => uplink.documentChanged(),
    enter: (version, what) =>
      append([
        {
          type: 'operator.action',
          at: wall.now(),
          body: { who: 'headquarters', action: 'document', subject: `version ${version}: ${what}` },
        },
      ]),
  });
}
