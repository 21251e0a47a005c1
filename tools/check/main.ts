/** `npm run check`: what holds without running anything. CI runs it before the tests. */
import { availableParallelism } from 'node:os';
import { runAll } from '../processes.ts';
import { steps } from './steps.ts';

const all = Object.values(steps);
const atOnce = Math.min(availableParallelism(), all.length);
console.log(`${all.length} checks, ${atOnce} at a time; lint takes longest`);
process.exitCode = (await runAll(all, atOnce)) ? 0 : 1;
