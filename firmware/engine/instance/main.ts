/** Becomes one engine instance: `node firmware/engine/instance/main.ts --root DIR --instance DIR --site FILE`. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { becomeRooted } from '@branchline/runtime/rooted';
import { instanceLayout, PID_FILE } from './layout.ts';
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
const places = {
  dir: resolve(values.instance),
  ...(site.prompts === undefined ? {} : { prompts: resolve(site.prompts) }),
  ...(site.recordings === undefined ? {} : { recordings: resolve(site.recordings) }),
};
const program = readyInstance({
  root: resolve(values.root),
  places,
  branch: site.branch,
  settings: site.settings,
});
// Recordings and logs are for the engine's account and its group alone.
process.umask(0o027);
// The engine writes the same later: one that hangs before that could not be found, and so not ended.
writeFileSync(join(instanceLayout(places).run, PID_FILE), `${process.pid}\n`);
becomeRooted(program);
