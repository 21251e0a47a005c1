/** An engine instance as directories of the machine, and how they appear inside the engine's root. Pure. */
import { dirname, join } from 'node:path';
import type { Bind } from '@branchline/runtime/rooted';
import { messageFile } from '../port.ts';
import { INSIDE } from '../settings.ts';

/** In the run directory: the engine's process, in its digits. */
export const PID_FILE = 'asterisk.pid';

export interface InstancePlaces {
  /** The instance's own directory; holds everything not named below. */
  readonly dir: string;
  /** Prompts, read by the engine; beneath `dir` when left out. */
  readonly prompts?: string;
  /** Where calls are recorded; beneath `dir` when left out. */
  readonly recordings?: string;
}

export interface InstanceLayout {
  readonly etc: string;
  readonly net: string;
  readonly run: string;
  readonly log: string;
  readonly spool: string;
  readonly state: string;
  readonly prompts: string;
  readonly recordings: string;
  /** Lines of the calls the engine handled alone: harvestSurvivable() reads them. */
  readonly survivable: string;
  /** Address and secret of this start's ARI, for the firmware: mode 0600. */
  readonly access: string;
}

export function instanceLayout({ dir, prompts, recordings }: InstancePlaces): InstanceLayout {
  const spool = join(dir, 'spool');
  return {
    etc: join(dir, 'etc'),
    net: join(dir, 'net'),
    run: join(dir, 'run'),
    log: join(dir, 'log'),
    spool,
    state: join(dir, 'state'),
    prompts: prompts ?? join(dir, 'prompts'),
    recordings: recordings ?? join(dir, 'recordings'),
    survivable: join(spool, 'survivable'),
    access: join(dir, 'run/ari.json'),
  };
}

/** Directories the engine writes to. */
export function writtenByEngine(layout: InstanceLayout): string[] {
  return [
    layout.run,
    layout.log,
    layout.spool,
    layout.state,
    layout.recordings,
    layout.survivable,
    join(layout.spool, 'recordings'),
    join(layout.spool, dirname(messageFile('any'))),
  ];
}

/** In order: a bind inside a bind comes after it. */
export function instanceBinds(layout: InstanceLayout): Bind[] {
  return [
    { from: layout.etc, to: INSIDE.etc, readOnly: true },
    { from: layout.run, to: INSIDE.run },
    { from: layout.log, to: INSIDE.log },
    { from: layout.spool, to: INSIDE.spool },
    { from: layout.state, to: INSIDE.state },
    { from: layout.recordings, to: INSIDE.recordings },
    { from: layout.prompts, to: INSIDE.prompts, readOnly: true },
    { from: join(layout.net, 'hosts'), to: '/etc/hosts', readOnly: true },
  ];
}

/** Names the machine without a name service, so that setting up audio never waits for one. */
export function hostsFile(hostname: string, address: string): string {
  return `127.0.0.1 localhost\n${address === '0.0.0.0' ? '127.0.1.1' : address} ${hostname}\n`;
}
