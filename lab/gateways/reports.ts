/** What a gateway reports by syslog of its own accord (RFC 3164), in the words of a widespread maker. */
import type { Socket } from 'node:dgram';
import { openUdp, type Endpoint } from '../udp.ts';
import type { Story } from './story.ts';

/** Facility local7, notification. */
const PRIORITY = 189;
const INTERFACE = '0/0/0';

const FAULTS = { los: 'LOS', lof: 'LOF', ais: 'AIS', rai: 'RAI' } as const;

export class Reports {
  readonly #socket: Socket;
  readonly #to: Endpoint;
  #story: Story | undefined;

  private constructor(socket: Socket, to: Endpoint) {
    this.#socket = socket;
    this.#to = to;
  }

  static async open(host: string, to: Endpoint): Promise<Reports> {
    return new Reports(await openUdp(host, 0), to);
  }

  tell(story: Story): void {
    const before = this.#story;
    this.#story = story;
    if (!before || !story.power) return;
    if (before.line !== story.line)
      this.say(
        story.line === 'good'
          ? `%CONTROLLER-5-UPDOWN: Controller E1 ${INTERFACE}, changed state to up`
          : `%CONTROLLER-5-UPDOWN: Controller E1 ${INTERFACE}, changed state to down (${FAULTS[story.line]} detected)`,
      );
    if (before.dChannel !== story.dChannel)
      this.say(
        `%ISDN-6-LAYER2${story.dChannel ? 'UP' : 'DOWN'}: Layer 2 for Interface Se${INTERFACE}:15, TEI 0 changed to ${story.dChannel ? 'up' : 'down'}`,
      );
  }

  say(text: string): void {
    const message = `<${PRIORITY}>Nov 22 12:00:00 gateway ${text}`;
    this.#socket.send(message, this.#to.port, this.#to.host, () => undefined);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
