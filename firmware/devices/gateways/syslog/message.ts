/** Syslog as devices send it: RFC 5424, RFC 3164, and what is neither. Pure; never throws. */

export interface SyslogMessage {
  /** 0 (emergency) to 7 (debug); undefined when there is no priority. */
  readonly severity?: number;
  /** What a person would read, without time and host. */
  readonly text: string;
}

const LONGEST = 2_048;

/** RFC 5424, section 6: <PRI>1 TIME HOST APP PROCID MSGID STRUCTURED-DATA MSG. */
const NEW_FORM = /^1 (?:\S+ ){5}(?:-|(?:\[(?:[^\]\\"]|\\.|"(?:[^"\\]|\\.)*")*\])+)(?: (?:\ufeff)?(.*))?$/s;
/** RFC 3164, section 4.1: 'Oct 11 22:14:15 host ' before the message. */
const OLD_FORM = /^[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \S+ (.*)$/s;

export function readSyslog(bytes: Uint8Array): SyslogMessage {
  const all = Buffer.from(bytes.subarray(0, LONGEST))
    .toString('utf8')
    // eslint-disable-next-line no-control-regex -- ends of lines and padding, and what would disturb a log
    .replace(/[\x00-\x1f\x7f]+/g, ' ')
    .trim();
  const priority = /^<(\d{1,3})>/.exec(all);
  const rest = all.slice(priority?.[0].length ?? 0);
  const value = Number(priority?.[1]);
  const text = (NEW_FORM.exec(rest)?.[1] ?? OLD_FORM.exec(rest)?.[1] ?? rest).trim();
  return { text, ...(priority && value <= 191 ? { severity: value % 8 } : {}) };
}
