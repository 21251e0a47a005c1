/** Headquarters' API as this desk's tools ask it: signed in as its first owner. */
import { setTimeout as pause } from 'node:timers/promises';

const KNOWN_WITHIN_MS = 10_000;
const LOOK_MS = 200;

export class HqSession {
  readonly #url: string;
  readonly #cookie: string;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  /** @throws Error for a headquarters that does not answer, or refuses the password */
  static async open(url: string, password: string): Promise<HqSession> {
    const answer = await fetch(new URL('api/sign-in', url), post({ password }));
    if (!answer.ok) throw new Error(`sign-in was answered with ${answer.status}`);
    return new HqSession(url, answer.headers.get('set-cookie')?.split(';')[0] ?? '');
  }

  /** The newest version's text; undefined where headquarters has none. */
  async documentOf(box: string): Promise<string | undefined> {
    const { versions } = (await this.#ask(`api/boxes/${box}/documents`)) as {
      versions: { version: number }[];
    };
    const newest = versions[0]?.version;
    if (newest === undefined) return undefined;
    return ((await this.#ask(`api/boxes/${box}/documents/${newest}`)) as { source: string }).source;
  }

  /** Waits for a box that has just come: headquarters must have heard of it. @throws Error after ten seconds */
  async giveDocument(box: string, source: string): Promise<void> {
    const until = performance.now() + KNOWN_WITHIN_MS;
    while (!(await this.#knows(box))) {
      if (performance.now() > until) throw new Error(`headquarters has not heard of ${box}`);
      await pause(LOOK_MS);
    }
    const body = { source, reason: 'a simulated branch', after: 0 };
    const taken = (await this.#ask(`api/boxes/${box}/documents`, body)) as { ok: boolean; faults: unknown[] };
    if (!taken.ok) throw new Error(`the document of ${box} has faults: ${JSON.stringify(taken.faults)}`);
  }

  async #knows(box: string): Promise<boolean> {
    return (await fetch(new URL(`api/boxes/${box}`, this.#url), { headers: { cookie: this.#cookie } })).ok;
  }

  /** A box that headquarters has never heard of has no versions. @throws Error naming what was asked and how it was answered */
  async #ask(path: string, body?: object): Promise<unknown> {
    const answer = await fetch(new URL(path, this.#url), {
      ...(body && post(body)),
      headers: { cookie: this.#cookie, 'content-type': 'application/json' },
    });
    if (answer.status === 404 && body === undefined) return { versions: [] };
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}

const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
