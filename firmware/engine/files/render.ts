/** All files of one engine instance, by name. Pure: the same site gives the same bytes. */
import type { EngineSite } from '../settings.ts';
import { asteriskConf } from './asterisk-conf.ts';
import { extensionsConf } from './extensions-conf.ts';
import { indicationsConf } from './indications-conf.ts';
import { lineCa, LINE_CA_FILE } from './line-conf.ts';
import { modulesConf } from './modules-conf.ts';
import { pjsipConf } from './pjsip-conf.ts';
import { file } from './text.ts';
import {
  ariConf,
  cdrConf,
  celConf,
  featuresConf,
  httpConf,
  loggerConf,
  managerConf,
  musicConf,
  rtpConf,
  stasisConf,
} from './small-confs.ts';

/** The engine complains when these are missing, and has nothing to read in them. */
const EMPTY = ['acl', 'ccss', 'geolocation', 'minivm', 'pjproject', 'statsd', 'udptl', 'websocket_client'];

export const RENDERERS: Readonly<Record<string, (site: EngineSite) => string>> = {
  'ari.conf': ariConf,
  'asterisk.conf': asteriskConf,
  'cdr.conf': cdrConf,
  'cel.conf': celConf,
  'extensions.conf': extensionsConf,
  'features.conf': featuresConf,
  'http.conf': httpConf,
  'indications.conf': indicationsConf,
  'logger.conf': loggerConf,
  'manager.conf': managerConf,
  'modules.conf': modulesConf,
  'musiconhold.conf': musicConf,
  'pjsip.conf': pjsipConf,
  'rtp.conf': rtpConf,
  'stasis.conf': stasisConf,
  ...Object.fromEntries(EMPTY.map((name) => [`${name}.conf`, () => file()])),
};

/** @throws UnsafeValue, naming the field: then nothing has been written, and the engine keeps what it has. */
export function renderEngineFiles(site: EngineSite): ReadonlyMap<string, string> {
  const files = Object.entries(RENDERERS).map(([name, render]) => [name, render(site)] as const);
  const certificates = site.settings.lineCa === undefined ? [] : [[LINE_CA_FILE, lineCa(site)] as const];
  return new Map([...files, ...certificates]);
}
