/** The files of the public network's engine, by name. Pure: the same plan gives the same bytes. */
import type { LabPlan } from '../plan.ts';
import { carrierFiles } from './carrier-conf.ts';
import { extensionsConf } from './extensions-conf.ts';
import { pjsipConf } from './pjsip-conf.ts';
import { asteriskConf, loggerConf, modulesConf, rtpConf } from './small-confs.ts';

export function renderPstnFiles(plan: LabPlan): Readonly<Record<string, string>> {
  return {
    'asterisk.conf': asteriskConf(),
    'modules.conf': modulesConf(),
    'logger.conf': loggerConf(),
    'rtp.conf': rtpConf(plan.pstn),
    'pjsip.conf': pjsipConf(plan),
    ...carrierFiles(plan),
    'extensions.conf': extensionsConf(plan),
    // Asked for at the start, and empty: nothing of theirs is used.
    'indications.conf':
      '[general]\ncountry=cn\n[cn]\ndescription=China\nringcadence=1000,4000\ndial=450\nbusy=450/350,0/350\nring=450/1000,0/4000\ncongestion=450/700,0/700\n',
    'features.conf': '[general]\n',
    'cdr.conf': '[general]\nenable=no\n',
    'cel.conf': '[general]\nenable=no\n',
    'ccss.conf': '[general]\n',
    'acl.conf': '',
    'udptl.conf': '[general]\n',
    'stasis.conf': '[threadpool]\n',
    'statsd.conf': '[general]\nenabled=no\n',
    'geolocation.conf': '',
    'pjproject.conf': '[startup]\nlog_level=1\n',
    'http.conf': '[general]\nenabled=no\n',
    'manager.conf': '[general]\nenabled=no\n',
  };
}
