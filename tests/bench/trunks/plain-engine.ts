/**
 * Becomes the peer: the same program from the same root, as it is set up without us. Each line is a plain endpoint whose contact is asked
 * after every 60 s, 3 s waited for (the documentation's own example); each number has Dial by one line, and by the next where that is
 * unavailable or congested. `node tests/bench/trunks/plain-engine.ts ROOT DIR SITE-FILE`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { becomeRooted } from '@branchline/runtime/rooted';
import { readSiteFile, type SiteFile } from '@branchline/firmware/engine/instance/site-file';
import { readyInstance } from '@branchline/firmware/engine/instance/start';
import { plainDialPlan, plainSip } from './plain-files.ts';

const [root = '', dir = '', siteFile = ''] = process.argv.slice(2);
const site: SiteFile = readSiteFile(siteFile);
const program = readyInstance({
  root,
  places: { dir, ...(site.prompts === undefined ? {} : { prompts: site.prompts }) },
  branch: site.branch,
  settings: site.settings,
});
const { branch, settings } = site;
// Written into files that are there: who may read them stays as it is.
writeFileSync(join(dir, 'etc/pjsip.conf'), plainSip(branch, settings.sip));
writeFileSync(join(dir, 'etc/extensions.conf'), plainDialPlan(branch));
becomeRooted(program);
