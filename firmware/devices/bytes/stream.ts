/** A device's bytes: a serial port, or TCP. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { coded, CodedError, saidOf } from '@branchline/contracts/alarm-detail';
import type { ConsoleAccess } from '@branchline/contracts/branch/gateways';

/** @throws Error in a few words when it cannot be opened in time. */
export type OpenStream = (
  access: Pick<ConsoleAccess, 'port' | 'baud'>,
  signal: AbortSignal,
) => Promise<Duplex>;

export const openStream: OpenStream = (access, signal) =>
  access.port.kind === 'tcp'
    ? openTcp(access.port, signal)
    : openSerial(access.port.path, access.baud, signal);

async function openTcp({ host, port }: { host: string; port: number }, signal: AbortSignal): Promise<Duplex> {
  const socket = connect({ host, port, noDelay: true });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (cause) {
    socket.destroy();
    throw new CodedError(`${coded('not-reached', `${host}:${port}`)}${codeOf(cause)}`, { cause });
  }
}

/** The package is read when the first serial port needs it. */
async function openSerial(path: string, baudRate: number, signal: AbortSignal): Promise<Duplex> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error) reject(new CodedError(`${coded('not-opened', path)}: ${saidOf(error)}`, { cause: error }));
      else resolve();
    });
  });
  if (signal.aborted) {
    port.destroy();
    signal.throwIfAborted();
  }
  return port;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && error.name !== 'AbortError' ? `: ${String(error.code)}` : '';
