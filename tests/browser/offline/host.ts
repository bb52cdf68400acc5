/** A host as plain as can be: the files of a folder below `/repo/`, as project pages have them, and no headers but those given. */
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

const BELOW = '/repo/';

export interface Host {
  /** Of the page; ends in a slash. */
  url: string;
  /** Folder that is served; may be changed while it runs. */
  folder: string;
  headers: Record<string, string>;
  /** Paths that are answered otherwise: with a status, or with a text in place of the file. */
  instead: Map<string, number | string>;
  /** Paths in the order in which they were asked for. */
  asked: string[];
  /** True: nothing answers. */
  offline: boolean;
  close(): Promise<void>;
}

export async function openHost(folder = 'dist', headers: Record<string, string> = {}): Promise<Host> {
  const host = { folder, headers, instead: new Map(), asked: [], offline: false } as unknown as Host;
  const server = createServer((request, response) => answer(host, request, response));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  host.url = `http://localhost:${(server.address() as AddressInfo).port}${BELOW}`;
  host.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return host;
}

function answer(host: Host, request: IncomingMessage, response: ServerResponse): void {
  if (host.offline) {
    request.socket.destroy();
    return;
  }
  const { pathname } = new URL(request.url!, 'http://localhost');
  const path = pathname === BELOW ? 'index.html' : pathname.slice(BELOW.length);
  host.asked.push(path);
  const instead = host.instead.get(path);
  const file = join(host.folder, path);
  const found = pathname.startsWith(BELOW) && statSync(file, { throwIfNoEntry: false })?.isFile();
  if (typeof instead === 'number' || (instead === undefined && !found)) {
    response.writeHead(instead === undefined ? 404 : Number(instead), host.headers).end();
    return;
  }
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  response.writeHead(200, { 'Content-Type': type, ...host.headers }).end(instead ?? readFileSync(file));
}

/** A server of somebody else that would tell any page anything. */
export async function openStranger(): Promise<{ url: string; asked: string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('told');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
