/**
 * Becomes the peer: the same program from the same root, with the product's own files and beside them a queue, a plain Dial and
 * a Dial that records, each at its best. `node tests/bench/rig/peer-engine.ts ROOT DIR SITE-FILE`.
 */
import { appendFileSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountOf, becomeRooted, runsAsRoot } from '@branchline/runtime/rooted';
import { readSiteFile } from '@branchline/firmware/engine/instance/site-file';
import { readyInstance } from '@branchline/firmware/engine/instance/start';
import { PEER_NUMBERS } from './peer.ts';

const [root = '', dir = '', siteFile = ''] = process.argv.slice(2);
const site = readSiteFile(siteFile);
const program = readyInstance({
  root,
  places: { dir, ...(site.prompts === undefined ? {} : { prompts: site.prompts }) },
  branch: site.branch,
  settings: site.settings,
});
const etc = join(dir, 'etc');
const phones = Object.keys(site.branch.phones);

appendFileSync(
  join(etc, 'modules.conf'),
  ['app_queue', 'bridge_softmix', 'func_timeout', 'res_ari_recordings', 'chan_bridge_media']
    .map((name) => `load=${name}.so\n`)
    .join(''),
);
writeFileSync(
  join(etc, 'queues.conf'),
  [
    '[general]',
    'persistentmembers=no',
    'autofill=yes',
    'shared_lastcall=no',
    'log_membername_as_agent=no',
    '[service]',
    'strategy=leastrecent',
    'retry=1',
    'timeout=15',
    'autofill=yes',
    'ringinuse=no',
    'wrapuptime=0',
    'musicclass=default',
    'announce-frequency=0',
    ...phones.map((phone) => `member => PJSIP/phone-${phone}`),
    '',
  ].join('\n'),
);
writeFileSync(
  join(etc, 'logger.conf'),
  '[general]\nqueue_log=yes\nappendhostname=no\n[logfiles]\nmessages.log => notice,warning,error\n',
);
appendFileSync(
  join(etc, 'extensions.conf'),
  [
    '[from-gateway]',
    `exten => ${PEER_NUMBERS.queue},1,Answer()`,
    ' same => n,Queue(service)',
    `exten => ${PEER_NUMBERS.queueUnanswered},1,Queue(service)`,
    ...phones.flatMap((phone, index) => [
      `exten => ${PEER_NUMBERS.dial(index)},1,Dial(PJSIP/phone-${phone},30)`,
      `exten => ${PEER_NUMBERS.recorded(index)},1,MixMonitor(\${UNIQUEID}.wav,b)`,
      ` same => n,Dial(PJSIP/phone-${phone},30)`,
      `exten => ${PEER_NUMBERS.bridged(index)},1,Stasis(bench,${phone})`,
    ]),
    '',
  ].join('\n'),
);
// app_queue will not load without some of what the product's engine leaves unsaid; the rest it does without, too.
const unsaid = ['varset', 'rtp_rtcp_sent', 'rtp_rtcp_received', 'moh_start', 'moh_stop', 'dtmf_begin'];
const types = unsaid.map((what) =>
  what.startsWith('rtp') ? `ast_${what}_type` : `ast_channel_${what}_type`,
);
writeFileSync(
  join(etc, 'stasis.conf'),
  ['[declined_message_types]', ...types.map((type) => `decline=${type}`), ''].join('\n'),
);
const recordings = join(dir, 'spool/recording');
mkdirSync(recordings, { recursive: true });
if (runsAsRoot()) {
  const { uid, gid } = accountOf(root, 'asterisk');
  chownSync(recordings, uid, gid);
  for (const name of ['queues.conf', 'logger.conf']) chownSync(join(etc, name), 0, gid);
}
becomeRooted(program);
