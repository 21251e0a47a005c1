/** The small words of lines outside: where a server is, how numbers begin. Pure text to value. */
import { socketAddress, type SocketAddress } from '../values.ts';

const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** 'sip.carrier.example', '203.0.113.7' or either with a port. A carrier may be found by a name, as only he knows where he moves to. */
export function serverAddress(text: string, defaultPort: number): SocketAddress | undefined {
  const trimmed = text.trim();
  const address = socketAddress(trimmed, defaultPort);
  if (address) return address;
  const [host = '', port, ...more] = trimmed.split(':');
  if (more.length > 0 || !HOST.test(host) || /^[\d.]+$/.test(host)) return undefined;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) return undefined;
  const number = port === undefined ? defaultPort : Number(port);
  return number >= 1 && number <= 65_535 ? { host: host.toLowerCase(), port: number } : undefined;
}

export const isIpv4 = (text: string): boolean => socketAddress(text, 1)?.host === text.trim();

/** '+8610' of '+86 10': how numbers in international form (E.164) begin. */
export function numberPrefix(text: string): string | undefined {
  const bare = text.replace(/[\s\-().]/g, '');
  return /^\+[1-9]\d{0,14}$/.test(bare) ? bare : undefined;
}
