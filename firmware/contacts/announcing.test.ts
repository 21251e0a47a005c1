import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { Engine } from '../engine/port.ts';
import { Announcer } from './announcing.ts';
import { spokenAddress } from './spoken-address.ts';

const TEXT = 'this is the box';
let clock: ManualClock;
let announcer: Announcer;
let asked: string[];
let channels: string[];
let refuses: boolean;

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};
const engine = {
  call: ({ channel, to }: Parameters<Engine['call']>[0]) => {
    channels.push(channel);
    asked.push(`ring ${to.name}`);
    return refuses ? Promise.reject(new Error('no such endpoint')) : Promise.resolve();
  },
  play: (_: string, __: string, media: readonly string[]) =>
    Promise.resolve(void asked.push(`play ${media.join(' ')}`)),
  hangup: (channel: string) => Promise.resolve(void asked.push(`hang up ${channels.indexOf(channel)}`)),
} as unknown as Engine;

beforeEach(() => {
  [clock, asked, channels, refuses] = [new ManualClock(), [], [], false];
  announcer = new Announcer({
    clock,
    log: silentLog,
    speak: (text) => Promise.resolve(text === TEXT ? 'sound:said' : undefined),
  });
  announcer.engineIs(engine);
});

const up = (index: number): void =>
  announcer.hear({ type: 'channel-state', channel: channels[index] ?? '', state: 'up' });
const gone = (index: number): void =>
  announcer.hear({ type: 'channel-gone', channel: channels[index] ?? '', cause: { code: 16, text: '' } });
const said = (index: number): void => {
  const channel = channels[index] ?? '';
  announcer.hear({ type: 'playback-finished', channel, playback: `${channel}-says`, failed: false });
};

test('whoever answers first hears it twice; nobody else is rung any more', async () => {
  const announced = announcer.announce(['a', 'b'], TEXT, 'Box');
  await settle();
  up(1);
  await settle();
  expect(asked).toEqual(['ring a', 'ring b', 'hang up 0', 'play sound:said sound:said']);
  said(1);
  expect(await announced).toEqual({ result: 'heard', phone: 'b' });
  expect(asked.slice(4)).toEqual(['hang up 0', 'hang up 1']);
});

test('nobody answers: all are gone, or time is over', async () => {
  const all = announcer.announce(['a', 'b'], TEXT, 'Box');
  await settle();
  gone(0);
  gone(1);
  expect(await all).toEqual({ result: 'nobody' });
  const silent = announcer.announce(['a'], TEXT, 'Box');
  await settle();
  clock.advance(31_000);
  expect(await silent).toEqual({ result: 'nobody' });
  expect(asked.at(-1)).toBe('hang up 2');
  refuses = true;
  expect(await announcer.announce(['a'], TEXT, 'Box')).toEqual({ result: 'nobody' });
});

test('who hangs up before the end has not heard it', async () => {
  const announced = announcer.announce(['a'], TEXT, 'Box');
  await settle();
  up(0);
  await settle();
  gone(0);
  expect(await announced).toEqual({ result: 'nobody' });
});

test('without a voice, an engine or a telephone nothing rings; one at a time', async () => {
  expect(await announcer.announce(['a'], 'unspoken', 'Box')).toEqual({ result: 'cannot' });
  expect(await announcer.announce([], TEXT, 'Box')).toEqual({ result: 'nobody' });
  const first = announcer.announce(['a'], TEXT, 'Box');
  expect(await announcer.announce(['a'], TEXT, 'Box')).toBeUndefined();
  await settle();
  announcer.engineIs(undefined);
  expect(await first).toEqual({ result: 'nobody' });
  expect(await announcer.announce(['a'], TEXT, 'Box')).toEqual({ result: 'cannot' });
});

test('the address is spelled, in both languages', () => {
  const name = { zh: '西湖店', en: 'West' };
  expect(spokenAddress(name, ['10.1.0.2:8443', '10.2.0.2:8443'], 'en')).toBe(
    'This is the telephone box of West. Its page is at 1 0 dot 1 dot 0 dot 2, port 8 4 4 3.',
  );
  expect(spokenAddress(name, ['10.1.0.2:80'], 'zh')).toBe(
    '这里是西湖店的电话设备。管理页面的地址是：幺 零 点 幺 点 零 点 二，端口：八 零。',
  );
  expect(spokenAddress(name, [], 'en')).toBe('This is the telephone box of West. Its page has no address.');
});
