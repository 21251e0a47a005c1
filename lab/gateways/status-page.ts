/** The status page of a gateway, as JSON: one entry a channel. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { storyOf, type Story } from './story.ts';

export type PageMood = 'well' | 'hangs' | 'endless' | 'no-json' | 'refuses';

export class StatusPage {
  readonly #server: Server;
  readonly #channels: number;
  #story: Story;
  mood: PageMood = 'well';

  constructor(channels: number) {
    this.#channels = channels;
    this.#story = storyOf(new Set(), channels);
    this.#server = createServer((request, response) => {
      if (!this.#story.power) return void request.socket.destroy();
      if (this.mood === 'hangs') return;
      if (this.mood === 'refuses') return void response.writeHead(403).end();
      if (this.mood === 'no-json') return void response.end('<html>busy</html>');
      if (this.mood === 'endless') return void response.end('['.repeat(1024 * 1024));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(this.#entries()));
    });
  }

  async serve(host: string, port: number): Promise<number> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  tell(story: Story): void {
    this.#story = story;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #entries(): readonly object[] {
    const open = this.#story.dChannel ? this.#channels - this.#story.blockedChannels : 0;
    return Array.from({ length: this.#channels }, (_, at) => ({
      portId: '1',
      amtId: String(700 + at),
      bKanalGesperrt: at < open ? '0' : '1',
      bKanalStatus: '0',
    }));
  }
}
