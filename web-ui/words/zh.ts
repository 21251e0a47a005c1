/** 页面上的全部中文。键与 en.ts 一致（有测试比对）；_one 与 _other 按数量选用，中文两者相同。 */
import { access } from './zh/access.ts';
import { alarms } from './zh/alarms.ts';
import { box } from './zh/box.ts';
import { calls } from './zh/calls.ts';
import { commands } from './zh/commands.ts';
import { contacts } from './zh/contacts.ts';
import { continuity } from './zh/continuity.ts';
import { documents } from './zh/documents.ts';
import { hq } from './zh/hq.ts';
import { network } from './zh/network.ts';
import { power } from './zh/power.ts';
import { rollouts } from './zh/rollouts.ts';
import { selfCheck } from './zh/self-check.ts';
import { sentence } from './zh/sentence.ts';
import { shared } from './zh/shared.ts';
import { templates } from './zh/templates.ts';
import { trunks } from './zh/trunks.ts';
import type { Words } from './words.ts';

export const zh: Words = {
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
};
