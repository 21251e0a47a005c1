/** `npm run stop`: ends everything that `npm start` has started. */
import { runs, stopApps } from './supervisor.ts';

if (runs()) {
  console.log('[branchline] stopping box, headquarters, call engine and lab ...');
  await stopApps();
  console.log('[branchline] stopped: no process is left');
} else console.log('[branchline] nothing was running');
