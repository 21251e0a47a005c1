/** The watches of the gateways, put together: models, secrets, sockets, and whom the evidence goes to. */
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog, type Log } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { secretOf } from './branch/secrets.ts';
import { catalogue, type Catalogue } from './devices/gateways/catalogue.ts';
import type { LineEvidence } from './devices/gateways/port.ts';
import { GatewayWatches } from './devices/gateways/watches.ts';
import type { Settings } from './settings.ts';

export interface HearsLines {
  lineEvidence(gateway: string, evidence: LineEvidence): void;
  /** Its lines are watched no more, or otherwise. */
  linesForgotten(gateway: string): void;
}

/** Beside the source, or beside the bundle of it. */
const OF_THIS_RELEASE = ['devices/gateways/models', '../../firmware/devices/gateways/models'];
/** Beneath the data directory, for what a technician adds; it goes before a model of the release with the same name. */
const OF_THIS_BOX = 'gateway-models';

export function gatewayModels({ gatewayModelsDir, dataDir }: Settings): Catalogue {
  const release =
    gatewayModelsDir === undefined
      ? OF_THIS_RELEASE.map((path) => join(import.meta.dirname, path))
      : [gatewayModelsDir];
  return catalogue([...release, join(dataDir, OF_THIS_BOX)]);
}

export interface Gateways {
  readonly part: Part;
  follow(branch: Branch): Promise<void>;
  /** Asks one gateway, or all, out of turn. */
  look(gateway?: string): Promise<void>;
}

export function makeGateways({ settings, wall, log, documents }: Around, hearsLines: HearsLines): Gateways {
  const room = roomLog(log, 'gateways');
  const noted = lineNews(room);
  const watches = new GatewayWatches({
    clock: wall,
    log: room,
    random: Math.random,
    secretOf: (name) => secretOf(settings.dataDir, name),
    models: gatewayModels(settings),
    address: settings.sipAddress,
    onEvidence: (gateway, evidence) => {
      noted(gateway, evidence);
      hearsLines.lineEvidence(gateway, evidence);
    },
    onForgotten: (gateway) => hearsLines.linesForgotten(gateway),
  });
  return {
    part: {
      name: 'gateways',
      start: () => void watches.follow(documents.branch),
      stop: () => watches.stop(),
    },
    follow: (branch) => watches.follow(branch),
    look: (gateway) => watches.look(gateway),
  };
}

/** A record of each change; what is the same as before is no news. */
function lineNews(room: Log): HearsLines['lineEvidence'] {
  const before = new Map<string, string>();
  return (gateway, evidence) => {
    const { line, state, what, blockedChannels } = evidence;
    const key = `${gateway} ${line}`;
    const news = JSON.stringify([state, what, blockedChannels]);
    if (before.get(key) === news) return;
    before.set(key, news);
    room.info({ gateway, ...evidence }, 'a line');
  };
}

/** What is listened on for the gateways of a document. */
export function reportPorts({ gateways, gatewayEvents }: Branch): { traps?: number; syslog?: number } {
  const watches = Object.values(gateways).flatMap(({ watch }) => watch ?? []);
  return {
    ...(watches.some(({ snmp }) => snmp !== undefined) ? { traps: gatewayEvents.traps } : {}),
    ...(watches.some(({ syslog }) => syslog) ? { syslog: gatewayEvents.syslog } : {}),
  };
}
