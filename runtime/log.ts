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

export function rootLog(options: { name: string; level: string; to?: DestinationStream }): Log {
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
    options.to ?? pino.destination({ dest: 1, sync: true }),
  );
}

export function roomLog(log: Log, room: string): Log {
  return log.child({ room });
}

/** For tests and tools that want no log. */
export const silentLog: Log = pino({ level: 'silent' });
