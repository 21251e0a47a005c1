/** From a console's bytes to its text: without terminal and telnet control, whole or in any pieces. */

/** What may yet become a sequence when the next bytes come. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const UNFINISHED = /(?:\x1b(?:\[[0-9;?]*|[()])?|\xff(?:[\xfb-\xfe]|\xfa[^\xff]*\xff?)?)$/;
// eslint-disable-next-line no-control-regex -- as above
const TERMINAL = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78cDEHM])/g;
/** RFC 854: a sub-negotiation, a command with its option, a command alone. */
const TELNET = /\xff(?:\xfa[^\xff]*\xff\xf0|[\xfb-\xfe][\s\S]|[\xf0-\xfa])/g;

/** No sequence is longer; what is, is garbage, and is shown as it is. */
const LONGEST_SEQUENCE = 64;

export class ConsoleText {
  #rest = '';

  /** The text that these bytes complete. */
  push(bytes: Uint8Array): string {
    const all = this.#rest + Buffer.from(bytes).toString('latin1');
    const at = UNFINISHED.exec(all)?.index ?? all.length;
    const keep = all.length - at <= LONGEST_SEQUENCE ? at : all.length;
    this.#rest = all.slice(keep);
    return (
      all
        .slice(0, keep)
        .replace(TELNET, '')
        .replace(TERMINAL, '')
        // eslint-disable-next-line no-control-regex -- padding and bells say nothing
        .replace(/[\x00\x07]/g, '')
        .replace(/\r+\n/g, '\n')
    );
  }
}

/** Part of what is neither text nor its layout, 0 to 1. */
export function garbled(text: string): number {
  if (text.length === 0) return 0;
  // eslint-disable-next-line no-control-regex -- the control characters are what is counted
  return (text.match(/[\x00-\x08\x0e-\x1f\x7f-\xff]/g)?.length ?? 0) / text.length;
}
