/** How the lines stand that register at a carrier. ARI has no word for it: the engine's command line is asked, and its table read. */
import type { CommandLine } from './command-line.ts';
import { peerOfEndpoint } from './names.ts';
import type { Registration } from './port.ts';

export async function registrations(commands: CommandLine): Promise<readonly Registration[]> {
  return readRegistrations(await commands.ask('pjsip show registrations'));
}

const STATES: Readonly<Record<string, Registration['state']>> = {
  Registered: 'registered',
  // Also when no answer came: the engine tells the two alike.
  Rejected: 'failed',
  Stopped: 'failed',
  Unregistered: 'trying',
};

/** ' gw-cloud/sips:sip.carrier.example:5061   gw-cloud   Registered   (exp. 283s)': the address is cut where it is too long. */
const ROW = /^ *([^\s/]+)\/sips?:\S* +\S+ +([A-Z][a-z]+)/;

/** Rows that are none of ours, and states that no engine had when this was written, are left out. */
export function readRegistrations(table: string): readonly Registration[] {
  return table.split('\n').flatMap((row) => {
    const [, endpoint = '', word = ''] = ROW.exec(row) ?? [];
    const peer = peerOfEndpoint(endpoint);
    const state = STATES[word];
    return peer?.kind === 'gateway' && state ? [{ line: peer.name, state }] : [];
  });
}
