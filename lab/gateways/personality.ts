/** How the console of a small FXO gateway talks: a line in, a text out. Pure; faults of consoles included. */
import type { Story } from './story.ts';

export interface ConsoleAccount {
  readonly user: string;
  readonly password: string;
}

export type ConsoleMood =
  | 'well'
  /** Prints what no one can read. */
  | 'garbage'
  /** Takes no password. */
  | 'asks-again'
  /** Hangs up in the middle of an answer. */
  | 'hangs-up'
  /** Says nothing at all. */
  | 'mute';

export interface Talk {
  readonly at: 'login' | 'password' | 'shell';
  readonly user: string;
}

export interface Reply {
  readonly talk: Talk;
  readonly text: string;
  readonly hangUp?: boolean;
}

export const NEW_TALK: Talk = { at: 'login', user: '' };

const PROMPT = 'FXO8> ';
export const GREETING = '\r\nFXO-8 voice gateway\r\n\r\nlogin: ';

/** Volts of an idle line and of one that is cut. */
const IDLE_VOLTS = -48;

export function reply(
  talk: Talk,
  line: string,
  account: ConsoleAccount,
  mood: ConsoleMood,
  ports: readonly Port[],
): Reply {
  const typed = line.trim();
  switch (talk.at) {
    case 'login':
      if (typed === '') return { talk, text: '\r\nlogin: ' };
      return { talk: { at: 'password', user: typed }, text: `${typed}\r\nPassword: ` };
    case 'password': {
      const right = talk.user === account.user && typed === account.password && mood !== 'asks-again';
      if (right) return { talk: { ...talk, at: 'shell' }, text: `\r\n\r\nWelcome.\r\n${PROMPT}` };
      return {
        talk: NEW_TALK,
        text: mood === 'asks-again' ? '\r\nPassword: ' : '\r\nLogin incorrect\r\n\r\nlogin: ',
      };
    }
    case 'shell':
      return command(talk, typed, mood, ports);
  }
}

function command(talk: Talk, typed: string, mood: ConsoleMood, ports: readonly Port[]): Reply {
  const echo = `${typed}\r\n`;
  if (typed === '') return { talk, text: `\r\n${PROMPT}` };
  if (typed === 'exit') return { talk: NEW_TALK, text: `${echo}\r\nlogin: ` };
  if (typed !== 'show port status') return { talk, text: `${echo}unknown command '${typed}'\r\n${PROMPT}` };
  const table = portTable(ports);
  if (mood === 'hangs-up') return { talk, text: echo + table.slice(0, table.length / 2), hangUp: true };
  return { talk, text: echo + table + PROMPT };
}

export interface Port {
  readonly number: number;
  readonly volts: number;
}

/** A line that is cut has no voltage; half of them, when half are blocked. */
export function portsOf({ line, blockedChannels }: Story, count: number): readonly Port[] {
  return Array.from({ length: count }, (_, at) => ({
    number: at + 1,
    volts: line !== 'good' || at >= count - blockedChannels ? 0 : IDLE_VOLTS,
  }));
}

const portTable = (ports: readonly Port[]): string =>
  ['Port  Type  State      Line', ...ports.map(row)].map((line) => `${line}\r\n`).join('');

const row = ({ number, volts }: Port): string =>
  `${String(number).padStart(4)}  FXO   ${'idle'.padEnd(9)}  ${String(volts).padStart(4)} V`;

/** What comes out of a port at the wrong speed. */
export const GARBAGE = Uint8Array.from(
  { length: 400 },
  (_, at) => ((at * 73 + 129) % 256) | (at % 3 === 0 ? 0x80 : 0),
);
