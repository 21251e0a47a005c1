/**
 * The edge of a carrier: every call to an account goes through it (RFC 3261 section 16), and one that nobody has answered with a single
 * word in time ends in 503, so that the carrier can try the next target. Audio goes past it, and so does what follows in a call.
 */
import type { Socket } from 'node:dgram';
import { paramsAfter, targetOf } from '../sip/address.ts';
import {
  cseqOf,
  headerValues,
  parseMessage,
  requiredHeader,
  serialiseMessage,
  type Header,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../sip/message.ts';
import { askUntilHeard } from '../sip/asking.ts';
import { responseTo } from '../sip/respond.ts';
import { createTimers } from '../timers.ts';
import { openUdp, type Endpoint } from '../udp.ts';

export interface EdgePlan {
  readonly at: Endpoint;
  /** The carrier's engine. */
  readonly engine: Endpoint;
  readonly deadAfterMs: number;
}

interface Offered {
  readonly invite: SipRequest;
  readonly stopWaiting: () => void;
  /** A word came. */
  heard: boolean;
  /** The engine has had its answer: nothing of the target's is wanted any more. */
  dead: boolean;
}

const COOKIE = 'z9hG4bK';
const MOST_REMEMBERED = 4_096;

export class CarrierEdge {
  readonly #plan: EdgePlan;
  readonly #socket: Socket;
  readonly #timers = createTimers();
  /** By the branch of the engine's own Via, the oldest first. */
  readonly #offered = new Map<string, Offered>();

  private constructor(plan: EdgePlan, socket: Socket) {
    this.#plan = plan;
    this.#socket = socket;
    socket.on('message', (data) => this.#receive(data));
  }

  static async open(plan: EdgePlan): Promise<CarrierEdge> {
    return new CarrierEdge(plan, await openUdp(plan.at.host, plan.at.port));
  }

  async close(): Promise<void> {
    this.#timers.clear();
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #receive(data: Buffer): void {
    let message: SipMessage;
    try {
      message = parseMessage(data);
    } catch {
      return;
    }
    if (message.kind === 'response') this.#back(message);
    else this.#forth(message);
  }

  #forth(request: SipRequest): void {
    const branch = branchOf(request);
    if (request.method === 'INVITE' && !this.#offered.has(branch)) this.#offer(request, branch);
    const offered = this.#offered.get(branch);
    if (offered?.dead) return this.#lastWords(request);
    // The caller gave up before the target said a word: it is not asked for him any longer.
    if (request.method === 'CANCEL' && offered?.heard === false) {
      this.#post(responseTo(request, 200), this.#plan.engine);
      return this.#end(branch, 487);
    }
    this.#post(this.#onward(request, branch), targetOf(request.uri));
  }

  /** The engine hears at once that the call is on its way, and leaves the waiting to the edge. */
  #offer(invite: SipRequest, branch: string): void {
    this.#post(responseTo(invite, 100), this.#plan.engine);
    const stopWaiting = askUntilHeard(this.#timers.after, {
      deadAfterMs: this.#plan.deadAfterMs,
      again: () => this.#post(this.#onward(invite, branch), targetOf(invite.uri)),
      dead: () => {
        this.#end(branch, 503);
      },
    });
    this.#offered.set(branch, { invite, stopWaiting, heard: false, dead: false });
    const [oldest] = this.#offered.keys();
    if (this.#offered.size > MOST_REMEMBERED && oldest !== undefined) this.#offered.delete(oldest);
  }

  #end(branch: string, status: number): void {
    const offered = this.#offered.get(branch);
    if (!offered) return;
    offered.stopWaiting();
    offered.dead = true;
    this.#post(responseTo(offered.invite, status, { tag: `lab-edge-${branch}` }), this.#plan.engine);
  }

  #back(response: SipResponse): void {
    const [, ...vias] = headerValues(response, 'Via');
    const branch = paramsAfter(vias[0] ?? '')['branch'] ?? '';
    const offered = this.#offered.get(branch);
    offered?.stopWaiting();
    if (offered) offered.heard = true;
    if (offered?.dead) return this.#tooLate(offered.invite, response, branch);
    this.#post({ ...response, headers: withVias(response, vias) }, this.#plan.engine);
  }

  /** A target that takes the call up after all is called off (section 9.1); a call that it has answered is ended. */
  #tooLate(invite: SipRequest, response: SipResponse, branch: string): void {
    const { method, number } = cseqOf(response);
    if (method !== 'INVITE') return;
    const to = targetOf(invite.uri);
    const then = (next: 'CANCEL' | 'ACK' | 'BYE', seq: number): void => {
      const headers: Header[] = invite.headers
        .filter(([name]) => /^(via|v|max-forwards|from|f|call-id|i)$/i.test(name))
        .concat([
          ['To', requiredHeader(next === 'CANCEL' ? invite : response, 'To')],
          ['CSeq', `${seq} ${next}`],
        ]);
      const request: SipRequest = { kind: 'request', method: next, uri: invite.uri, headers, body: '' };
      this.#post(this.#onward(request, next === 'BYE' ? `${branch}-bye` : branch), to);
    };
    if (response.status < 200) return then('CANCEL', number);
    then('ACK', number);
    if (response.status < 300) then('BYE', number + 1);
  }

  #lastWords(request: SipRequest): void {
    if (request.method === 'CANCEL') this.#post(responseTo(request, 200), this.#plan.engine);
    else if (request.method === 'INVITE')
      this.#post(responseTo(request, 503, { tag: `lab-edge-${branchOf(request)}` }), this.#plan.engine);
  }

  #onward(request: SipRequest, branch: string): SipRequest {
    const { host, port } = this.#plan.at;
    const via = `SIP/2.0/UDP ${host}:${port};rport;branch=${COOKIE}-edge-${branch.replace(COOKIE, '')}`;
    const headers = withVias(request, [via, ...headerValues(request, 'Via')]);
    return { ...request, headers: headers.filter(([name]) => !/^route$/i.test(name)) };
  }

  #post(message: SipMessage, { host, port }: Endpoint): void {
    this.#socket.send(serialiseMessage(message), port, host, () => undefined);
  }
}

const branchOf = (request: SipRequest): string => paramsAfter(requiredHeader(request, 'Via'))['branch'] ?? '';

const withVias = (message: SipMessage, vias: readonly string[]): Header[] => [
  ...vias.map((via): Header => ['Via', via]),
  ...message.headers.filter(([name]) => !/^(via|v)$/i.test(name)),
];
