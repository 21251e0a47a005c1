#!/usr/bin/env node
/** `branchline`: what a person asks of a branch by command. */
import { checkDocument } from './branch/document.ts';
import { BadArgument, flowTry, FLOW_TRY_USAGE } from './command/flow-try.ts';

const [room, verb, ...args] = process.argv.slice(2);
try {
  if (room !== 'flow' || verb !== 'try') throw new BadArgument(`usage:\n\n${FLOW_TRY_USAGE}`);
  console.log(flowTry(args, checkDocument, Date.now()));
} catch (error) {
  if (!(error instanceof BadArgument)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
