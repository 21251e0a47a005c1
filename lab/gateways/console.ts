/** A console on a wire: behind a serial server (TCP), and on a pseudo-terminal where the machine can make one. */
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import {
  GARBAGE,
  GREETING,
  NEW_TALK,
  portsOf,
  reply,
  type ConsoleAccount,
  type ConsoleMood,
  type Talk,
} from './personality.ts';
import { openPty, type Pty } from '../pty.ts';
import { storyOf, type Story } from './story.ts';

export interface ConsolePlan {
  readonly account: ConsoleAccount;
  readonly ports: number;
}

export class GatewayConsole {
  readonly #plan: ConsolePlan;
  readonly #open = new Set<Duplex>();
  #server: Server | undefined;
  #pty: Pty | undefined;
  #story: Story;
  mood: ConsoleMood = 'well';

  constructor(plan: ConsolePlan) {
    this.#plan = plan;
    this.#story = storyOf(new Set(), plan.ports);
  }

  tell(story: Story): void {
    this.#story = story;
    if (!story.power) for (const stream of this.#open) stream.destroy();
  }

  /** Behind a serial server. Resolves with the port, which the system chooses for 0. */
  async serve(host: string, port: number): Promise<number> {
    const server = createServer((socket) => {
      if (!this.#story.power) return void socket.destroy();
      socket.on('error', () => undefined);
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
      this.#speak(socket, socket, () => socket.end());
    });
    server.listen(port, host);
    await once(server, 'listening');
    this.#server = server;
    const address = server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  /** On a pseudo-terminal. Resolves with the path to open; undefined where the machine can make none. */
  async pty(): Promise<string | undefined> {
    this.#pty = await openPty();
    if (!this.#pty) return undefined;
    this.#speak(this.#pty.from, this.#pty.to, () => undefined);
    return this.#pty.path;
  }

  async close(): Promise<void> {
    for (const stream of this.#open) stream.destroy();
    await this.#pty?.close();
    const server = this.#server;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #speak(from: Readable, to: Writable, hangUp: () => void): void {
    let talk: Talk = NEW_TALK;
    let typed = '';
    to.on('error', () => undefined);
    const say = (text: string): void => void (this.#story.power && this.mood !== 'mute' && to.write(text));
    if (this.mood === 'well') say(GREETING);
    from.on('data', (bytes: Buffer) => {
      if (!this.#story.power) return;
      if (this.mood === 'garbage') return void to.write(GARBAGE);
      typed += bytes.toString('latin1');
      for (let end = /[\r\n]/.exec(typed); end; end = /[\r\n]/.exec(typed)) {
        const ports = portsOf(this.#story, this.#plan.ports);
        const answer = reply(talk, typed.slice(0, end.index), this.#plan.account, this.mood, ports);
        typed = typed.slice(end.index + 1);
        talk = answer.talk;
        say(answer.text);
        if (answer.hangUp) return hangUp();
      }
    });
  }
}
