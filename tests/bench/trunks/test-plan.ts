/** The lines whose test calls are judged: what is wrong with each, and which verdicts are then right. Pure. */
import type { LabFault } from '@branchline/contracts/lab';
import type { TestVerdict } from '@branchline/contracts/trunks';
import { SERVICES, type ServiceKind } from '@branchline/lab/pstn/services';
import { SITE } from '../rig/document.ts';

export interface TestedLine {
  readonly name: string;
  readonly host: number;
  /** What its test number does. */
  readonly answers: ServiceKind;
  /** The document says that the number gives back what it hears. */
  readonly returns: boolean;
  /** Of the number alone, without a fault of the lab. */
  readonly right: readonly TestVerdict[];
  /** Switched on for every second test. */
  readonly fault?: { readonly name: LabFault; readonly right: readonly TestVerdict[] };
}

/** By which a line counts as one that carries calls. */
export const GOOD_VERDICTS: readonly TestVerdict[] = ['both-ways', 'heard', 'unjudged'];
const NOT_HEARD_OF: readonly TestVerdict[] = ['not-answered', 'refused'];
const FIRST_HOST = 40;

const failing = (name: LabFault, right: readonly TestVerdict[]): Omit<TestedLine, 'host'> => ({
  name,
  answers: 'echo',
  returns: true,
  right: ['both-ways'],
  fault: { name, right },
});
const always = (
  answers: ServiceKind,
  verdict: TestVerdict,
  returns = true,
  name = `number-${answers}`,
): Omit<TestedLine, 'host'> => ({ name, answers, returns, right: [verdict] });

/** The last three faults leave a line that carries calls: who calls them bad is wrong. */
export const TESTED_LINES: readonly TestedLine[] = [
  failing('one-way', ['silent']),
  failing('refuse', ['refused']),
  failing('options-only', NOT_HEARD_OF),
  failing('los', ['refused']),
  failing('power-off', NOT_HEARD_OF),
  failing('late', ['both-ways']),
  failing('half-blocked', ['both-ways']),
  failing('options-503', ['both-ways']),
  always('tone', 'not-returned'),
  always('silent', 'silent'),
  always('speech', 'not-returned'),
  always('speech', 'heard', false, 'number-speech-alone'),
  always('never', 'not-answered'),
  always('congested', 'refused'),
].map((line, index) => ({ ...line, host: FIRST_HOST + index }));

export function testsDocument(net: string, lines: readonly TestedLine[]): object {
  const numberOf = (kind: ServiceKind): string =>
    `0${(SERVICES.find((service) => service.kind === kind)?.number ?? '').slice('+86'.length)}`;
  return {
    schema: 'branchline.branch/1',
    site: SITE,
    gateways: Object.fromEntries(
      lines.map(({ name, host }) => [name, { kind: 'e1', address: `${net}.${host}` }]),
    ),
    trunks: Object.fromEntries(
      lines.map(({ name, answers, returns }) => [
        name,
        { gateway: name, channels: 30, 'test-call': { to: numberOf(answers), every: '7d', returns } },
      ]),
    ),
    routes: [{ to: ['national', 'mobile'], via: lines.map(({ name }) => name) }],
    people: {},
    phones: { 'desk-1': {} },
    recording: { default: 'never', announce: false },
  };
}
