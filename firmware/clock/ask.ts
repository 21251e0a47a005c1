/** One question to one time server. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { TimeServer } from '@branchline/contracts/branch/clock';
import type { Clock } from '@branchline/runtime/clock';
import type { Word } from './judge.ts';
import { offsetOf, question, readAnswer } from './sntp.ts';

export type Said =
  | { readonly word: Word }
  /** `kiss`: the server wants to be asked less, or not at all. */
  | { readonly why: string; readonly kiss?: string };

export type Ask = (server: TimeServer) => Promise<Said>;

/** Never rejects, and resolves within twice `withinMs`: one for the name, one for the answer. */
export const asker =
  (clock: Clock, withinMs = 3_000): Ask =>
  async (server) => {
    const address = await addressOf(clock, server.host, withinMs);
    return address === undefined
      ? { why: `nobody knows the name ${server.host}` }
      : exchange(clock, server, address, withinMs);
  };

function exchange(clock: Clock, server: TimeServer, address: string, withinMs: number): Promise<Said> {
  return new Promise((resolve) => {
    const nonce = randomBytes(8);
    const socket = createSocket('udp4');
    let [askedAt, began] = [0, 0];
    const end = (said: Said): void => {
      late.cancel();
      socket.removeAllListeners().on('error', () => undefined);
      socket.close();
      resolve(said);
    };
    const late = clock.after(withinMs, () => end({ why: `no answer within ${withinMs} ms` }));
    socket.once('error', (error) => end({ why: error.message }));
    socket.on('message', (bytes) => {
      const tookMs = clock.monotonic() - began;
      const answer = readAnswer(bytes, nonce);
      if (answer.ok)
        return end({ word: { server: server.host, ...offsetOf({ ...answer, askedAt, tookMs }) } });
      // Anybody may send to this port: what is not an answer to this question is not one.
      if (answer.why === 'not-synchronised')
        end({ why: answer.why, ...(answer.kiss === undefined ? {} : { kiss: answer.kiss }) });
    });
    socket.connect(server.port, address, () => {
      [askedAt, began] = [clock.now(), clock.monotonic()];
      socket.send(question(nonce), (error) => {
        if (error) end({ why: error.message });
      });
    });
  });
}

async function addressOf(clock: Clock, host: string, withinMs: number): Promise<string | undefined> {
  let cut = (): void => undefined;
  const late = new Promise<undefined>((resolve) => {
    const timer = clock.after(withinMs, () => resolve(undefined));
    cut = () => timer.cancel();
  });
  const found = lookup(host, { family: 4 }).then(
    ({ address }) => address,
    () => undefined,
  );
  const address = await Promise.race([found, late]);
  cut();
  return address;
}
