/** Development only: serves the built pages and answers their API from the fixtures. See README.md. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Api } from './api.ts';
import { boxApi } from './box-api.ts';
import { SCENES } from './fixtures/branch.ts';
import { hqApi } from './hq-api.ts';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const { values } = parseArgs({
  options: {
    door: { type: 'string', default: 'box' },
    port: { type: 'string', default: '4400' },
    scene: { type: 'string', default: 'busy' },
    size: { type: 'string', default: '40' },
  },
});
const scene = SCENES.find((one) => one === values.scene) ?? 'busy';
const api: Api = values.door === 'hq' ? hqApi(Number(values.size)) : boxApi(scene);

/** As the services send it: a page that would break it must break here. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'";

const server = createServer((request, response) => {
  void answer(request, response).catch((error: unknown) => {
    response.statusCode = 500;
    response.end(JSON.stringify({ code: 'internal', message: String(error) }));
  });
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${values.port}  door ${values.door}, scene ${scene}, password: preview`);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://preview');
  if (!url.pathname.startsWith('/api/')) return page(url.pathname, response);
  const text = await bodyOf(request);
  const told = api(
    request.method ?? 'GET',
    url,
    text === '' ? undefined : JSON.parse(text),
    request,
    response,
  );
  if (response.headersSent) return;
  response.setHeader('content-type', 'application/json');
  if (told === undefined) {
    response.statusCode = 404;
    response.end(
      JSON.stringify({ code: 'not-found', message: 'There is no such thing.', remedy: 'Look again.' }),
    );
  } else {
    response.end(JSON.stringify(told));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

async function page(path: string, response: ServerResponse): Promise<void> {
  const file = extname(path) === '' ? `${values.door}.html` : normalize(path);
  response.setHeader('content-security-policy', POLICY);
  response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
  try {
    response.end(await readFile(join(DIST, file)));
  } catch {
    response.statusCode = 404;
    response.end();
  }
}
