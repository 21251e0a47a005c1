/**
 * The engine's own command line, by the socket it keeps beside its pid file: what `asterisk -rx` speaks. It is used for the
 * little that ARI has no word for. One command a connection: the engine closes it when the command is done.
 */
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, dirname } from 'node:path';
import { EngineSilent } from './ari/errors.ts';

/** More than any command of ours has to say. */
const LONGEST_ANSWER = 1024 * 1024;

export interface CommandLine {
  /** What the engine says to it. @throws EngineSilent; Error for a command that would be two. */
  ask(command: string): Promise<string>;
}

export function commandLine(socket: string, timeoutMs: number): CommandLine {
  return {
    ask: async (command) => {
      // The engine ends a command at NUL, and reads a line break as a space.
      if (/[\0\r\n]/.test(command)) throw new Error(`'${command}' is not one command of the engine's.`);
      // By its directory: the path of a socket may be 107 bytes long, that of an instance longer (unix(7)).
      const directory = await open(dirname(socket), 'r').catch((error: unknown) => {
        throw new EngineSilent(command, error instanceof Error ? error.message : String(error));
      });
      try {
        return await exchange(`/proc/self/fd/${directory.fd}/${basename(socket)}`, command, timeoutMs);
      } finally {
        await directory.close();
      }
    },
  };
}

function exchange(path: string, command: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const line = connect(path);
    let said = '';
    const fail = (why: string): void => {
      clearTimeout(timer);
      line.destroy();
      reject(new EngineSilent(command, why));
    };
    const timer = setTimeout(() => fail(`it was not done within ${timeoutMs} ms`), timeoutMs);
    line.setEncoding('utf8');
    line.once('connect', () => line.write(`cli quit after ${command}\0`));
    line.on('data', (text: string) => {
      said += text;
      if (said.length > LONGEST_ANSWER) fail(`it said more than ${LONGEST_ANSWER} characters`);
    });
    line.once('error', (error) => fail(error.message));
    line.once('end', () => {
      clearTimeout(timer);
      line.destroy();
      resolve(withoutGreeting(said));
    });
  });
}

/** The first line is the machine's name, the pid and the version. */
const withoutGreeting = (said: string): string => said.slice(said.indexOf('\n') + 1).replaceAll('\0', '');
