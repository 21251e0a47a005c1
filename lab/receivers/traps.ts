/** A management station that hears SNMP notifications, and confirms those that ask for it. */
import snmp, { type Receiver, type Varbind } from 'net-snmp';

export class TrapStation {
  readonly heard: (readonly Varbind[])[] = [];
  readonly refused: string[] = [];
  readonly #receiver: Receiver;
  #onHeard: (() => void) | undefined;

  constructor(at: { readonly host: string; readonly port: number }, community: string) {
    this.#receiver = snmp.createReceiver(
      { port: at.port, address: at.host, transport: 'udp4', disableAuthorization: false },
      (error, notification) => {
        if (error) this.refused.push(error.name);
        else if (notification) this.heard.push(notification.pdu.varbinds ?? []);
        this.#onHeard?.();
      },
    );
    this.#receiver.getAuthorizer().addCommunity(community);
  }

  /** Resolves with the next that is heard, or refused. */
  next(): Promise<void> {
    return new Promise((resolve) => (this.#onHeard = resolve));
  }

  close(): void {
    this.#receiver.close();
  }
}
