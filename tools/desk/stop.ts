/** `npm run stop`: ends everything that `npm start` has started. */
import { stopApps } from './supervisor.ts';

stopApps();
console.log('[branchline] stopped: box, headquarters, call engine and lab');
