/**
 * A reporter of vitest that keeps in few lines what failed, in the file that BRANCHLINE_TEST_FAILURES names: `npm test`
 * ends with it, so that whoever sees only the end of a long output learns it there.
 */
import { appendFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

const LINES_EACH = 16;
const LINE_LENGTH = 400;

export default class FailureNotes implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env.BRANCHLINE_TEST_FAILURES;
    const notes = [
      ...modules.flatMap(notesOf),
      ...unhandled.map((error) => noteOf('outside any test', [error])),
    ];
    if (file !== undefined && notes.length > 0) appendFileSync(file, `${notes.join('\n')}\n`);
  }
}

function notesOf(module: TestModule): string[] {
  const where = module.relativeModuleId;
  const own = module.errors();
  const tests = [...module.children.allTests('failed')].map((test) =>
    noteOf(`${where} > ${test.fullName}`, test.result().errors ?? []),
  );
  const suites = [...module.children.allSuites()]
    .filter((suite) => suite.errors().length > 0)
    .map((suite) => noteOf(`${where} > ${suite.fullName}`, suite.errors()));
  return [...(own.length > 0 ? [noteOf(where, own)] : []), ...suites, ...tests];
}

/** What was thrown, and of a comparison what differed: the latter says more than the former. */
export function noteOf(
  title: string,
  errors: readonly { message: string; diff?: string | undefined }[],
): string {
  const lines = errors
    .flatMap(({ message, diff }) => stripVTControlCharacters(`${message}\n${diff ?? ''}`).split('\n'))
    .filter((line) => line.trim() !== '')
    .slice(0, LINES_EACH)
    .map((line) => `     ${line.slice(0, LINE_LENGTH)}`);
  return [`FAIL ${title}`, ...lines].join('\n');
}
