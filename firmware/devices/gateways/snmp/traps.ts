/** Traps and informs of one gateway: from its address, with its community or user, and nobody else's. */
import type { SnmpAccess } from '@branchline/contracts/branch/gateways';
import type { NetSnmp, Notification, Receiver, Varbind } from 'net-snmp';
import type { View } from '../bytes/peers.ts';
import { userOf, type Keys } from './asking.ts';

export interface TrapListeners {
  onTrap(varbinds: readonly Varbind[]): void;
  /** Not readable, or not from whom it says: what is wrong, without what was in it. */
  onRefused(why: string): void;
  /** The engine that polls have found at the gateway, hex; undefined as long as none has answered. */
  engine(): string | undefined;
}

export function hearTraps(
  snmp: NetSnmp,
  access: SnmpAccess,
  keys: Keys,
  view: View,
  to: TrapListeners,
): Receiver {
  const receiver = snmp.createReceiver(
    { dgramModule: view.dgramModule, disableAuthorization: false, includeAuthentication: true },
    (error, notification) => {
      if (error || !notification) return to.onRefused(error?.name ?? 'nothing in it');
      if (access.version === 3 && !isOwnEngine(notification, to.engine()))
        return to.onRefused('of another engine than the one that answers');
      // Else a gateway of version 3 would be believed on a community that anybody can read.
      if (access.version === 3 && notification.pdu.community !== undefined)
        return to.onRefused('of an older version than the document asks for');
      to.onTrap(notification.pdu.varbinds ?? []);
    },
  );
  const authorizer = receiver.getAuthorizer();
  if (access.version === 3) authorizer.addUser(userOf(snmp, access, keys));
  else authorizer.addCommunity(keys.secret);
  return receiver;
}

const isOwnEngine = ({ pdu }: Notification, engine: string | undefined): boolean =>
  engine === undefined || pdu.contextEngineID === undefined || pdu.contextEngineID === engine;
