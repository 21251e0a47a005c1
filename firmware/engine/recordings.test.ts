import { expect, test } from 'vitest';
import { Recordings } from './recordings.ts';

interface Rig {
  readonly asked: string[];
  readonly recordings: Recordings;
  readonly settle: () => void;
}

function rig(says = ''): Rig {
  const asked: string[] = [];
  const before = Promise.withResolvers<void>();
  const recordings = new Recordings({
    commands: {
      ask: (command) => {
        asked.push(command);
        return Promise.resolve(says);
      },
    },
    nameOf: (channel) => Promise.resolve(`PJSIP/${channel}-0000001a`),
    settled: () => before.promise,
  });
  return { asked, recordings, settle: () => before.resolve() };
}

const START = 'mixmonitor start PJSIP/c1-0000001a /var/spool/asterisk/recordings/c1.raw,abD';
const STOP = 'mixmonitor stop PJSIP/c1-0000001a';

test('a recording begins only when what was asked before has been done', async () => {
  const { asked, recordings, settle } = rig();
  const done = recordings.record({ channel: 'c1', file: 'c1.raw', again: false });
  await Promise.resolve();
  expect(asked).toEqual([]);
  settle();
  await done;
  expect(asked).toEqual([START]);
});

test('two orders for one channel never overlap: each ends the one before and begins', async () => {
  const { asked, recordings, settle } = rig();
  settle();
  await Promise.all([
    recordings.record({ channel: 'c1', file: 'c1.raw', again: true }),
    recordings.record({ channel: 'c1', file: 'c1.raw', again: true }),
  ]);
  expect(asked).toEqual([STOP, START, STOP, START]);
});

test('what the engine says against it is told', async () => {
  const { recordings, settle } = rig("No channel matching 'PJSIP/c1-0000001a' found.\n");
  settle();
  await expect(recordings.record({ channel: 'c1', file: 'c1.raw', again: false })).rejects.toThrow(
    'No channel',
  );
});

test('a name that leads elsewhere is refused', async () => {
  const { asked, recordings, settle } = rig();
  settle();
  await expect(recordings.record({ channel: 'c1', file: '../x.raw', again: false })).rejects.toThrow(
    'no name',
  );
  expect(asked).toEqual([]);
});
