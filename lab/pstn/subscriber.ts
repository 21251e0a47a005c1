/** A telephone on the public network: registers its line with digest, calls and is called. */
import type { Endpoint } from '../udp.ts';
import { DeskPhone } from '../phones/desk-phone.ts';
import type { SubscriberPlan } from '../plan.ts';
import type { Pacer } from '../rtp/pacer.ts';

export interface SubscriberSite {
  readonly exchange: Endpoint;
  /** The address its telephone has. */
  readonly host: string;
  readonly pacer: Pacer;
}

export function openSubscriber(
  line: SubscriberPlan,
  { exchange, host, pacer }: SubscriberSite,
): Promise<DeskPhone> {
  return DeskPhone.open({
    server: exchange,
    localAddress: host,
    user: line.user,
    password: line.password,
    extension: line.number,
    tone: line.tone,
    pacer,
  });
}
