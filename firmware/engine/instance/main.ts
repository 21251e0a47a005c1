/** Becomes one engine instance: `node firmware/engine/instance/main.ts --root DIR --instance DIR --site FILE`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { becomeRooted } from '@branchline/runtime/rooted';
import { readSiteFile, siteFileThere } from './site-file.ts';
import { readyInstance } from './start.ts';

const { values } = parseArgs({
  options: { root: { type: 'string' }, instance: { type: 'string' }, site: { type: 'string' } },
});
if (!values.root || !values.instance || !values.site) {
  console.error('Give --root DIR (made by engine/root/main.ts), --instance DIR and --site FILE.');
  process.exit(2);
}
await siteFileThere(values.site);
const site = readSiteFile(values.site);
const program = readyInstance({
  root: resolve(values.root),
  places: {
    dir: resolve(values.instance),
    ...(site.prompts === undefined ? {} : { prompts: resolve(site.prompts) }),
    ...(site.recordings === undefined ? {} : { recordings: resolve(site.recordings) }),
  },
  branch: site.branch,
  settings: site.settings,
});
// Recordings and logs are for the engine's account and its group alone.
process.umask(0o027);
becomeRooted(program);
