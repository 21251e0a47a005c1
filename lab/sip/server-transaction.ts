/** A request received over UDP and the responses given to it (RFC 3261 section 17.2 and 13.3.1.4). */
import type { After } from '../timers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { giveUpMs, type SipTiming } from './timing.ts';

export interface ServerDeps {
  readonly send: (message: SipResponse) => void;
  readonly after: After;
  readonly timing: SipTiming;
  readonly onEnd: () => void;
}

export class ServerTransaction {
  readonly request: SipRequest;
  readonly #deps: ServerDeps;
  #last: SipResponse | undefined;
  #final = false;
  #stopRepeating = (): void => undefined;
  #stopWaiting = (): void => undefined;

  constructor(request: SipRequest, deps: ServerDeps) {
    this.request = request;
    this.#deps = deps;
  }

  /** True once a final response was given; further ones are not sent. */
  get answered(): boolean {
    return this.#final;
  }

  /** `onNoAck`: the final response to an INVITE was repeated for 64 T1 and never acknowledged. */
  respond(response: SipResponse, onNoAck: () => void = () => undefined): void {
    if (this.#final) return;
    this.#last = response;
    this.#deps.send(response);
    if (response.status < 200) return;
    this.#final = true;
    if (this.request.method === 'INVITE') this.#repeatUntilAck(response, onNoAck);
    else this.#deps.after(giveUpMs(this.#deps.timing), this.#deps.onEnd);
  }

  /** The request came once more. */
  repeated(): void {
    if (this.#last) this.#deps.send(this.#last);
  }

  /** The ACK of the final response came: of a refusal by transaction, of a 2xx by dialog. */
  acknowledged(): void {
    this.#stopRepeating();
    this.#stopWaiting();
    this.#deps.after(this.#deps.timing.t4, this.#deps.onEnd);
  }

  #repeatUntilAck(response: SipResponse, onNoAck: () => void): void {
    const { after, send, timing, onEnd } = this.#deps;
    const repeat = (pause: number): void => {
      this.#stopRepeating = after(pause, () => {
        send(response);
        repeat(Math.min(pause * 2, timing.t2));
      });
    };
    repeat(timing.t1);
    this.#stopWaiting = after(giveUpMs(timing), () => {
      this.#stopRepeating();
      onEnd();
      onNoAck();
    });
  }
}
