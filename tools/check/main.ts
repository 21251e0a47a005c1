/** `npm run check`: what holds without running anything. CI runs it before the tests. */
import { runAll } from '../processes.ts';
import { steps } from './steps.ts';

runAll(Object.values(steps));
