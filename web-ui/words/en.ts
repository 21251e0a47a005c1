/** Every English word of the pages. Keys are the same as in zh.ts (a test compares them); _one and _other by count. */
import { access } from './en/access.ts';
import { alarms } from './en/alarms.ts';
import { box } from './en/box.ts';
import { calls } from './en/calls.ts';
import { commands } from './en/commands.ts';
import { contacts } from './en/contacts.ts';
import { continuity } from './en/continuity.ts';
import { documents } from './en/documents.ts';
import { hq } from './en/hq.ts';
import { network } from './en/network.ts';
import { power } from './en/power.ts';
import { rollouts } from './en/rollouts.ts';
import { selfCheck } from './en/self-check.ts';
import { sentence } from './en/sentence.ts';
import { shared } from './en/shared.ts';
import { templates } from './en/templates.ts';
import { trunks } from './en/trunks.ts';

export const en = {
  ...shared,
  ...sentence,
  ...calls,
  ...box,
  ...alarms,
  ...hq,
  ...documents,
  ...commands,
  ...access,
  ...rollouts,
  ...templates,
  ...trunks,
  ...network,
  ...power,
  ...selfCheck,
  ...contacts,
  ...continuity,
} as const;
