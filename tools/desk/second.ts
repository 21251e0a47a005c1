/** The desk's second box: its own service, data and engine, claimed by nobody; gateway and telephones of the branch that it may become. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import type { LabFile } from '@branchline/contracts/lab';
import { phoneSecrets } from '@branchline/firmware/branch/phone-secrets';
import { claim } from '@branchline/firmware/command/claim';
import type { LabPlanInput } from '@branchline/lab/plan';
import { systemClock } from '@branchline/runtime/clock';
import { openAccessStore } from '@branchline/runtime/web/access-store';
import { PasswordBook } from '@branchline/runtime/web/password';
import { desk, places } from './places.ts';

export const ANSWER_AFTER_MS = { least: 1_000, most: 4_000 };

/** Tones that the other telephones and the subscribers do not speak, in hertz. */
const TONES = [2_030, 2_270];

export type Second = NonNullable<LabFile['second']>;

export interface SecondPlan {
  readonly gateways: NonNullable<LabPlanInput['gateways']>;
  readonly phones: NonNullable<LabPlanInput['phones']>;
  readonly numbers: readonly string[];
}

/** Its page's password, made here so that it can be told on this desk's console. */
export async function makeSecond(before: Second | undefined): Promise<Second> {
  const access = openAccessStore(join(places.second, 'access.sqlite'));
  const password = (await new PasswordBook(access, systemClock).first()) ?? before?.page.password;
  access.close();
  return {
    page: { url: `http://${desk.second.page}/`, ...(password === undefined ? {} : { password }) },
    document: places.secondDocument,
  };
}

/** As an installer leaves them: telephones that know their passwords, a gateway that knows the box's address. */
export function secondPlan(branch: Branch): SecondPlan {
  const box = desk.second.sip;
  const secrets = phoneSecrets(places.second, Object.keys(branch.phones));
  const trunks = Object.values(branch.trunks);
  return {
    gateways: Object.values(branch.gateways).map(({ name, address }) => ({
      name,
      address,
      box,
      channels: trunks.reduce((sum, { gateway, channels }) => sum + (gateway === name ? channels : 0), 0),
      numbers: trunks.flatMap(({ gateway, numbers }) => (gateway === name ? numbers : [])),
      behind: desk.behindGateway,
    })),
    phones: Object.values(branch.phones).flatMap(({ name, owner }, index) =>
      owner
        ? [
            {
              ...{ name, box, extension: owner.extension, user: `phone-${name}` },
              password: secrets[name] ?? '',
              tone: TONES[index % TONES.length] ?? 2_030,
              answerAfterMs: ANSWER_AFTER_MS,
            },
          ]
        : [],
    ),
    numbers: Object.values(branch.numbers).map(({ number }) => number),
  };
}

/** What a person does next with it. */
export function tellSecond({ second }: Pick<LabFile, 'second'>): string {
  const page = `${second?.page.url ?? ''}     password ${second?.page.password ?? '(as shown at the first start)'}`;
  const told = claim([], { dataDir: () => places.second });
  if (existsSync(join(places.second, 'identity/box.crt')))
    return `${page}\n                          ${told}`;
  return `${page}
                          nobody has claimed it: type its code ${told} at headquarters, Boxes, as branch ningbo-east,
                          with the document ${second?.document ?? ''}`;
}
