/**
 * Makes an instance's directories and files ready and then becomes the engine: same process, same pid.
 *
 * The ARI secret is made here, at every start. It stands in two files, ari.conf for the engine and the access file for
 * the firmware, and in no argument and no environment.
 */
import { randomBytes, randomInt } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import { accountOf, runsAsRoot, type Account, type RootedProgram } from '@branchline/runtime/rooted';
import { renderEngineFiles } from '../files/render.ts';
import { APP, ARI_USER, INSIDE, type EngineBirth, type EngineSettings } from '../settings.ts';
import {
  hostsFile,
  instanceBinds,
  instanceLayout,
  writtenByEngine,
  type InstanceLayout,
  type InstancePlaces,
} from './layout.ts';

const ENGINE_ACCOUNT = 'asterisk';

export interface InstanceOrder {
  /** A root made by root/main.ts. */
  readonly root: string;
  readonly places: InstancePlaces;
  readonly branch: Branch;
  readonly settings: EngineSettings;
}

/** What the firmware reads to reach the engine of this very start. */
export interface EngineAccess {
  readonly url: string;
  readonly user: string;
  readonly secret: string;
  readonly app: string;
  /** EngineBirth.id: another one means another engine, with none of the channels of the last. */
  readonly birth: string;
  /** The socket of the engine's own command line, for who may write to it by its file's permissions. */
  readonly control: string;
}

/** Writes everything the engine needs and returns the program to become. @throws before anything is replaced when a value cannot be written. */
export function readyInstance(order: InstanceOrder): RootedProgram {
  const birth = newBirth();
  const files = renderEngineFiles({ ...order, birth });
  const layout = instanceLayout(order.places);
  const account = runsAsRoot() ? accountOf(order.root, ENGINE_ACCOUNT) : undefined;

  makePlaces(layout, account);
  replaceFiles(layout.etc, files, account);
  replaceFiles(
    layout.net,
    new Map([['hosts', hostsFile(hostname(), order.settings.sip.address)]]),
    undefined,
  );
  writeAccess(layout, {
    url: `ws://127.0.0.1:${order.settings.ari.port}/ari/events`,
    user: ARI_USER,
    secret: birth.ariSecret,
    app: APP,
    birth: birth.id,
    control: join(layout.run, 'asterisk.ctl'),
  });
  return {
    root: order.root,
    binds: instanceBinds(layout),
    user: ENGINE_ACCOUNT,
    // Foreground, no console, and no core files: a core would hold the voices and secrets of the moment.
    argv: ['/usr/sbin/asterisk', '-f', '-n', '-C', `${INSIDE.etc}/asterisk.conf`],
  };
}

function newBirth(): EngineBirth {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const id = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
  return { id, ariSecret: randomBytes(32).toString('base64url'), at: Math.floor(Date.now() / 1_000) };
}

function makePlaces(layout: InstanceLayout, account: Account | undefined): void {
  for (const dir of [layout.etc, layout.net]) mkdirSync(dir, { recursive: true, mode: 0o755 });
  // A mount point inside the state directory, beside the prompts themselves when they are elsewhere.
  mkdirSync(layout.prompts, { recursive: true });
  for (const dir of [...writtenByEngine(layout), join(layout.state, 'prompts')]) {
    mkdirSync(dir, { recursive: true, mode: 0o750 });
    if (account) giveTo(account, dir);
  }
}

/** What an instance wrote as another user, before, stays writable for this one. */
function giveTo(account: Account, path: string): void {
  const { uid, gid } = lstatSync(path);
  if (uid === account.uid && gid === account.gid) return;
  chownSync(path, account.uid, account.gid);
}

/** Each file whole or not at all; files of a former start that are no longer rendered go. */
function replaceFiles(dir: string, files: ReadonlyMap<string, string>, account: Account | undefined): void {
  for (const [name, text] of files) {
    const part = join(dir, `.${name}.part`);
    rmSync(part, { force: true });
    writeFileSync(part, text, { mode: account ? 0o640 : 0o644 });
    if (account) chownSync(part, 0, account.gid);
    renameSync(part, join(dir, name));
  }
  for (const name of readdirSync(dir)) {
    if (!files.has(name)) rmSync(join(dir, name), { force: true });
  }
}

function writeAccess(layout: InstanceLayout, access: EngineAccess): void {
  const part = `${layout.access}.part`;
  rmSync(part, { force: true });
  writeFileSync(part, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  chmodSync(part, 0o600);
  renameSync(part, layout.access);
}
