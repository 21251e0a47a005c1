/** A request and its answers over UDP (RFC 3261 section 17.1, with the Accepted state of RFC 6026). */
import type { After } from '../timers.ts';
import { header, requiredHeader, type SipRequest, type SipResponse } from './message.ts';
import { giveUpMs, type SipTiming } from './timing.ts';

export interface ClientHandlers {
  /** Every provisional response, and the final one once; a 2xx to an INVITE each time it comes (the caller ACKs). */
  onResponse(response: SipResponse): void;
  onTimeout(): void;
}

export interface ClientDeps {
  readonly send: (message: SipRequest) => void;
  readonly after: After;
  readonly timing: SipTiming;
  readonly onEnd: () => void;
}

export interface ClientTransaction {
  readonly request: SipRequest;
  receive(response: SipResponse): void;
  /** The user agent closes: whoever still waits for an answer is told that none will come. */
  abandon(): void;
}

export function startClientTransaction(
  request: SipRequest,
  handlers: ClientHandlers,
  deps: ClientDeps,
): ClientTransaction {
  const invite = request.method === 'INVITE';
  let state: 'calling' | 'proceeding' | 'completed' | 'accepted' = 'calling';
  let stopRepeating = (): void => undefined;

  const repeat = (pause: number): void => {
    stopRepeating = deps.after(pause, () => {
      deps.send(request);
      const next = pause * 2;
      repeat(invite ? next : state === 'proceeding' ? deps.timing.t2 : Math.min(next, deps.timing.t2));
    });
  };
  const stopWaiting = deps.after(giveUpMs(deps.timing), () => {
    stopRepeating();
    deps.onEnd();
    handlers.onTimeout();
  });
  const finish = (lingerMs: number): void => {
    stopRepeating();
    stopWaiting();
    deps.after(lingerMs, deps.onEnd);
  };

  const receive = (response: SipResponse): void => {
    if (response.status < 200) {
      if (state === 'completed' || state === 'accepted') return;
      if (invite) {
        stopRepeating();
        stopWaiting();
      }
      state = 'proceeding';
      return handlers.onResponse(response);
    }
    if (invite && response.status < 300) {
      if (state === 'completed') return;
      if (state !== 'accepted') finish(giveUpMs(deps.timing));
      state = 'accepted';
      return handlers.onResponse(response);
    }
    if (invite) deps.send(ackOfRefusal(request, response));
    if (state === 'completed' || state === 'accepted') return;
    state = 'completed';
    finish(invite ? giveUpMs(deps.timing) : deps.timing.t4);
    handlers.onResponse(response);
  };

  deps.send(request);
  repeat(deps.timing.t1);
  const abandon = (): void => {
    if (state === 'calling' || state === 'proceeding') handlers.onTimeout();
  };
  return { request, receive, abandon };
}

/** The ACK of a non-2xx belongs to the INVITE's own transaction (section 17.1.1.3). */
function ackOfRefusal(request: SipRequest, response: SipResponse): SipRequest {
  const cseq = requiredHeader(request, 'CSeq').split(' ')[0] ?? '';
  const kept = ['Route', 'Max-Forwards'].flatMap((name) => {
    const value = header(request, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const headers = [
    ['Via', requiredHeader(request, 'Via')],
    ['From', requiredHeader(request, 'From')],
    ['To', requiredHeader(response, 'To')],
    ['Call-ID', requiredHeader(request, 'Call-ID')],
    ['CSeq', `${cseq} ACK`],
    ...kept,
  ] as const;
  return { kind: 'request', method: 'ACK', uri: request.uri, headers, body: '' };
}
