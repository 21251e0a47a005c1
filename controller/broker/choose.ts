/** Which broker the settings ask for. */
import { readFileSync } from 'node:fs';
import type { Settings } from '../settings.ts';
import { GROUP_NAME } from './sharing.ts';

export interface Outside {
  readonly url: string;
  readonly group: string;
  readonly forBoxes: { readonly host: string; readonly port: number };
}

type BrokerSettings = Pick<Settings, 'brokerUrl' | 'brokerGroupFile' | 'brokerForBoxes'>;

const PREFIX = 'headquarters cannot start with these settings:\n  ';

/**
 * Undefined: the broker inside this process.
 * @throws Error that names the setting at fault; it does not repeat the group's name
 */
export function outsideOf({
  brokerUrl,
  brokerGroupFile,
  brokerForBoxes,
}: BrokerSettings): Outside | undefined {
  if (brokerUrl === undefined) {
    if (brokerGroupFile !== undefined || brokerForBoxes !== undefined)
      throw new Error(
        `${PREFIX}BRANCHLINE_HQ_BROKER_GROUP_FILE and BRANCHLINE_HQ_BROKER_FOR_BOXES speak of a broker outside: give BRANCHLINE_HQ_BROKER_URL too, or neither`,
      );
    return undefined;
  }
  if (brokerGroupFile === undefined)
    throw new Error(
      `${PREFIX}BRANCHLINE_HQ_BROKER_URL is given, and BRANCHLINE_HQ_BROKER_GROUP_FILE is not: make the file by 'openssl rand -hex 32', the same for every controller`,
    );
  const { hostname, port } = new URL(brokerForBoxes === undefined ? brokerUrl : `mqtts://${brokerForBoxes}`);
  return {
    url: brokerUrl,
    group: groupIn(brokerGroupFile),
    forBoxes: { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) },
  };
}

function groupIn(file: string): string {
  const named = `${PREFIX}BRANCHLINE_HQ_BROKER_GROUP_FILE='${file}'`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`${named} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (!GROUP_NAME.test(text))
    throw new Error(
      `${named} does not hold 32 to 128 signs of 0-9 and a-f: make it by 'openssl rand -hex 32', the same for every controller`,
    );
  return text;
}
