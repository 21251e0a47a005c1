import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTimers } from '../timers.ts';
import { headerValues, type SipMessage, type SipRequest, type SipResponse } from './message.ts';
import { responseTo } from './respond.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { STANDARD_TIMING } from './timing.ts';
import { Transactions } from './transactions.ts';

const PEER = { host: '10.0.0.2', port: 5060 };

const request = (method: string): SipRequest => ({
  kind: 'request',
  method,
  uri: 'sip:x@10.0.0.2',
  headers: [
    ['From', '<sip:a@h>;tag=1'],
    ['To', '<sip:x@h>'],
    ['Call-ID', 'c'],
    ['CSeq', `1 ${method}`],
  ],
  body: '',
});

describe('transactions over UDP', () => {
  let sent: SipMessage[];
  let received: [SipRequest, ServerTransaction | undefined][];
  let layer: Transactions;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    received = [];
    layer = new Transactions({
      local: { host: '10.0.0.1', port: 5060 },
      send: (message) => sent.push(message),
      after: createTimers().after,
      timing: STANDARD_TIMING,
      onRequest: (message, transaction) => received.push([message, transaction]),
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const start = (method: string) => {
    const responses: number[] = [];
    const onTimeout = vi.fn();
    const out = layer.request(request(method), PEER, {
      onResponse: ({ status }) => responses.push(status),
      onTimeout,
    });
    const answer = (status: number): void => layer.receive(responseTo(out, status, { tag: 't' }), PEER);
    return { responses, onTimeout, answer };
  };
  const methods = (): string[] =>
    sent.map((message) => (message.kind === 'request' ? message.method : String(message.status)));

  test('an INVITE is repeated at 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s, and given up after 32 s (timers A, B)', () => {
    const { onTimeout } = start('INVITE');
    const times: number[] = [];
    for (let ms = 0; ms < 40_000; ms += 100) {
      const before = sent.length;
      vi.advanceTimersByTime(100);
      if (sent.length > before) times.push(ms + 100);
    }
    expect(times).toEqual([500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(onTimeout).toHaveBeenCalledOnce();
  });

  test('another request is repeated ever more slowly up to every 4 s (timer E), and given up after 32 s (timer F)', () => {
    const { onTimeout } = start('OPTIONS');
    vi.advanceTimersByTime(31_900);
    expect(onTimeout).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(onTimeout).toHaveBeenCalledOnce();
    expect(sent).toHaveLength(11);
  });

  test('a provisional response ends the repeating of an INVITE', () => {
    const { answer, responses, onTimeout } = start('INVITE');
    answer(180);
    vi.advanceTimersByTime(100_000);
    expect(methods()).toEqual(['INVITE']);
    expect(responses).toEqual([180]);
    expect(onTimeout).not.toHaveBeenCalled();
  });

  test('a refusal is acknowledged each time it comes, and told once', () => {
    const { answer, responses } = start('INVITE');
    answer(486);
    answer(486);
    expect(methods()).toEqual(['INVITE', 'ACK', 'ACK']);
    expect(responses).toEqual([486]);
  });

  test('a 2xx is told each time it comes: its ACK is the call’s (RFC 6026)', () => {
    const { answer, responses } = start('INVITE');
    answer(200);
    answer(200);
    expect(methods()).toEqual(['INVITE']);
    expect(responses).toEqual([200, 200]);
  });

  test('closing tells whoever still waits', () => {
    const { onTimeout } = start('OPTIONS');
    layer.close();
    expect(onTimeout).toHaveBeenCalledOnce();
  });

  const incoming = (method: string): SipRequest => {
    const via = ['Via', 'SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKx;rport'] as const;
    return { ...request(method), headers: [via, ...request(method).headers] };
  };
  const responding = (): ServerTransaction => {
    const transaction = received[0]?.[1];
    if (!transaction) throw new Error('No request came.');
    return transaction;
  };

  test('a request that comes twice is told once and answered twice', () => {
    layer.receive(incoming('OPTIONS'), PEER);
    responding().respond(responseTo(incoming('OPTIONS'), 200));
    layer.receive(incoming('OPTIONS'), PEER);
    expect(received).toHaveLength(1);
    expect(methods()).toEqual(['200', '200']);
  });

  test('the source address is written into Via (RFC 3581)', () => {
    layer.receive(incoming('OPTIONS'), { host: '10.9.9.9', port: 777 });
    const [message] = received[0] ?? [];
    expect(headerValues(message as SipRequest, 'Via')[0]).toContain(';rport=777;received=10.9.9.9');
  });

  test('the final answer to an INVITE is repeated until its ACK, and no longer than 32 s', () => {
    layer.receive(incoming('INVITE'), PEER);
    const onNoAck = vi.fn();
    responding().respond(responseTo(incoming('INVITE'), 200) satisfies SipResponse, onNoAck);
    vi.advanceTimersByTime(1_600);
    expect(methods()).toEqual(['200', '200', '200']);
    vi.advanceTimersByTime(60_000);
    expect(onNoAck).toHaveBeenCalledOnce();
  });

  test('the ACK of a refusal ends its repeating, and is not told', () => {
    layer.receive(incoming('INVITE'), PEER);
    responding().respond(responseTo(incoming('INVITE'), 486));
    layer.receive({ ...incoming('INVITE'), method: 'ACK' }, PEER);
    vi.advanceTimersByTime(60_000);
    expect(methods()).toEqual(['486']);
    expect(received).toHaveLength(1);
  });

  test('a CANCEL finds its INVITE while that has no final answer', () => {
    layer.receive(incoming('INVITE'), PEER);
    const cancel = { ...incoming('INVITE'), method: 'CANCEL' };
    expect(layer.cancelled(cancel)?.request.method).toBe('INVITE');
    responding().respond(responseTo(incoming('INVITE'), 200));
    expect(layer.cancelled(cancel)).toBeUndefined();
  });
});
