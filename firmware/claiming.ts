/** Where headquarters is, and how this box comes to belong to it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import { hardwareOf } from './health/hardware.ts';
import { lastGoodDocument } from './branch/document.ts';
import type { Settings } from './settings.ts';
import { Enroller } from './uplink/enroller.ts';
import { placeOfHeadquarters, type Place } from './uplink/place.ts';
import { VERSION } from './version.ts';

export const identityDirOf = ({ dataDir }: Settings): string => join(dataDir, 'identity');

/** As the settings say, or as the claim has said; undefined for a box that works alone. */
export function headquartersOf(settings: Settings): Place | undefined {
  const { hqHost, hqPort, tenant } = settings;
  if (hqHost !== undefined) return { host: hqHost, port: hqPort, tenant };
  return placeOfHeadquarters(identityDirOf(settings));
}

/**
 * Undefined for a box that has its certificate, or that is not told where to ask. Once it is claimed the service ends in
 * order, and its supervisor starts it as the branch's own.
 */
export function makeEnroller(settings: Settings, log: Log): Enroller | undefined {
  const { hqUrl, serial, document } = settings;
  const identityDir = identityDirOf(settings);
  if (hqUrl === undefined || existsSync(join(identityDir, 'box.crt'))) return undefined;
  return new Enroller({
    settings: { url: hqUrl, identityDir, document },
    clock: systemClock,
    random: Math.random,
    log: roomLog(log, 'uplink'),
    hardware: hardwareOf(serial),
    version: VERSION,
    onGranted: () => process.kill(process.pid, 'SIGTERM'),
  });
}

/** Undefined for a box that has a document to go by, or a certificate, or nobody to ask. */
export function unclaimed(settings: Settings, log: Log): Enroller | undefined {
  if (existsSync(settings.document) || lastGoodDocument(settings.dataDir)) return undefined;
  return makeEnroller(settings, log);
}
