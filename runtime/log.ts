/** Logs as records: one JSON line each, a child for each room, secrets struck out at the root. */
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/** Field names whose values never reach a log, wherever they stand down to three levels. */
export const SECRET_FIELDS = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'privateKey',
  'ariSecret',
] as const;

/** The newest lines of a log, in memory: for support, where nobody can look at the log itself. */
export class LogTail {
  readonly #lines: string[] = [];
  readonly #most: number;
  #length = 0;

  /** @param most characters that are kept. */
  constructor(most = 256 * 1024) {
    this.#most = most;
  }

  add(line: string): void {
    this.#lines.push(line);
    this.#length += line.length;
    while (this.#length > this.#most) this.#length -= this.#lines.shift()?.length ?? this.#length;
  }

  text(): string {
    return this.#lines.join('');
  }
}

export function rootLog(options: {
  name: string;
  level: string;
  to?: DestinationStream;
  /** Is given every line as well. */
  tail?: LogTail;
}): Log {
  const { tail } = options;
  const out = options.to ?? pino.destination({ dest: 1, sync: true });
  const both: DestinationStream = {
    write(line) {
      out.write(line);
      tail?.add(line);
    },
  };
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  return pino(
    {
      name: options.name,
      level: options.level,
      redact: { paths, censor: '[secret]' },
      base: { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    tail ? both : out,
  );
}

export function roomLog(log: Log, room: string): Log {
  return log.child({ room });
}

/** For tests and tools that want no log. */
export const silentLog: Log = pino({ level: 'silent' });
