#!/usr/bin/env node
/** `branchline`: what a person asks of a branch by command. */
import { setTimeout as pause } from 'node:timers/promises';
import { checkDocument, lastGoodDocument } from './branch/document.ts';
import { olderDocuments } from './branch/documents-kept.ts';
import { claim, CLAIM_USAGE } from './command/claim.ts';
import { BadArgument } from './command/bad-argument.ts';
import { flowTry, FLOW_TRY_USAGE } from './command/flow-try.ts';
import { replayDay, REPLAY_USAGE } from './command/replay.ts';
import { selfCheck, SELF_CHECK_USAGE } from './command/self-check.ts';
import { why, WHY_USAGE } from './command/why.ts';
import { dataDirOfBox } from './settings.ts';
import { Look } from './store/look.ts';

const box = {
  dataDir: () => dataDirOfBox(),
  lastGood: lastGoodDocument,
  older: (dataDir: string) => olderDocuments(dataDir).map((source) => checkDocument(source)),
  now: Date.now,
  pause: (ms: number) => pause(ms),
  print: (line: string) => console.log(line),
  look: (dataDir: string) => {
    try {
      return new Look(dataDir);
    } catch (error) {
      throw new BadArgument(error instanceof Error ? error.message : String(error), { cause: error });
    }
  },
};

const [room = '', ...rest] = process.argv.slice(2);
try {
  if (room === 'self-check') process.exitCode = await selfCheck(rest, box);
  else console.log(answer(room, rest));
} catch (error) {
  if (!(error instanceof BadArgument)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

function answer(command: string, args: readonly string[]): string {
  switch (command) {
    case 'flow': {
      const [verb, ...more] = args;
      if (verb === 'try') return flowTry(more, checkDocument, Date.now());
      break;
    }
    case 'claim':
      return claim(args, box);
    case 'why':
      return why(args, box);
    case 'replay': {
      const { text, same } = replayDay(args, box);
      if (!same) process.exitCode = 1;
      return text;
    }
  }
  throw new BadArgument(
    ['usage:', FLOW_TRY_USAGE, CLAIM_USAGE, WHY_USAGE, REPLAY_USAGE, SELF_CHECK_USAGE].join('\n\n'),
  );
}
