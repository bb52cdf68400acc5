/**
 * A stand-in for the hub: two servers, as the real one answers with a redirect to a storage on another origin. Faults are
 * switched on while it runs; what was asked and sent is counted.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { send } from './send';

/** A file, of which never more is in memory than what is asked for. */
export interface ServedFile {
  bytes: number;
  read(offset: number, length: number): Uint8Array;
  /** Hexadecimal; null: the hub does not know it. */
  sha256: string | null;
}

export interface Faults {
  /** False: ranges are ignored, and the whole file comes. `'broken'`: a request for a range gets no answer at all. */
  ranges: boolean | 'broken';
  /** Ends the storage's answers after so many bytes, so many times; with `silent` the connection stays, and nothing comes. */
  cut: { after: number; times: number; silent?: boolean } | null;
  /** Answers so many of the next requests to the hub with this status. */
  fail: { status: number; times: number; retryAfter?: string } | null;
  /** The file's byte at this offset is sent changed. */
  wrongByte: number | null;
  /** The storage says and sends so many bytes in place of the file's. */
  size: number | null;
  /** Revisions that the hub does not know. */
  missing: ReadonlySet<string>;
  /** Bytes a second, of each answer. */
  rate: number | null;
  /** Several: each request is answered with the next, as two storages would. */
  etag: string | string[];
  /** Answers so many of the next requests to the storage with this status, as one does whose signed link has run out. */
  failStorage: { status: number; times: number } | null;
  /** So many of the next requests to the storage are taken and never answered. */
  silent: number;
  /** The hub sends on in a circle. */
  circle: boolean;
  /** Sends this text in place of the file, from the storage; with `type` as its Content-Type. */
  instead: { text: string; type: string } | null;
  /** The storage sends only whole files, and compresses them. */
  gzip: boolean;
  /** False: the storage lets no other origin read its answers. */
  cors: boolean;
  /** True where the list of files can be asked for. */
  api: boolean;
  /** True where the storage tells other origins the file's hash and size as well. */
  linked: boolean;
}

const NONE: Faults = {
  ranges: true,
  cut: null,
  fail: null,
  wrongByte: null,
  size: null,
  missing: new Set(),
  rate: null,
  etag: '"storage-1"',
  failStorage: null,
  silent: 0,
  circle: false,
  instead: null,
  gzip: false,
  cors: true,
  api: true,
  linked: false,
};

/** One request that the storage answered. */
export interface Served {
  /** The header as it came; null: the whole file was asked for. */
  range: string | null;
  /** Bytes that were handed to the connection. */
  sent: number;
}

export interface StandIn {
  /** The hub's address, without a slash at its end. */
  url: string;
  faults: Faults;
  /** Requests for files to the hub, and preflights. */
  asked: { path: string; method: string }[];
  /** Requests to the storage, in order. */
  served: Served[];
  /** All faults off, all counts empty. */
  reset(): void;
  close(): Promise<void>;
}

/** Headers that the real hub lets other origins read. */
const EXPOSED = [
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count',
  'ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag',
].join(',');

const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': EXPOSED };

/** @param files by `owner/name/path/in/the/repository`; every revision that is not missing has them */
export async function openStandIn(files: Record<string, ServedFile>): Promise<StandIn> {
  const state: Pick<StandIn, 'faults' | 'asked' | 'served'> = { faults: { ...NONE }, asked: [], served: [] };
  const storage = await listen((request, response) => {
    const key = decodeURIComponent(new URL(request.url!, 'http://storage').pathname.slice(1));
    return answerFromStorage(request, response, files[key]);
  });
  const hub = await listen(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://hub').pathname);
    state.asked.push({ path, method: request.method! });
    // The real one has refused the question that browsers ask before anything but a simple request.
    if (request.method !== 'GET') return refuse(response, 405);
    const { fail } = state.faults;
    if (fail && fail.times > 0) {
      fail.times -= 1;
      return refuse(response, fail.status, fail.retryAfter);
    }
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/tree\/([^/]+)(?:\/(.+))?$/.exec(path);
    if (api) return list(response, api[1], api[2], api[3] ?? '');
    const [, repository, revision, file] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const found = files[`${repository}/${file}`];
    if (!found || state.faults.missing.has(revision)) return refuse(response, 404);
    response.writeHead(302, {
      ...CORS,
      Location: state.faults.circle ? request.url : `${storage.url}/${repository}/${file}`,
      'X-Linked-Size': found.bytes,
      ...(found.sha256 && { 'X-Linked-ETag': `"${found.sha256}"` }),
    });
    response.end();
  });

  async function answerFromStorage(request: IncomingMessage, response: ServerResponse, file: ServedFile) {
    const { faults } = state;
    if (request.method !== 'GET') return refuse(response, 403);
    const { failStorage, instead } = faults;
    if (failStorage && failStorage.times > 0) {
      failStorage.times -= 1;
      return refuse(response, failStorage.status);
    }
    if (faults.silent > 0) {
      faults.silent -= 1;
      return;
    }
    const range = request.headers.range ?? null;
    if (range && faults.ranges === 'broken') return request.socket.destroy();
    const served: Served = { range, sent: 0 };
    state.served.push(served);
    const sent = instead ? servedBytes(Buffer.from(instead.text)) : file;
    const total = faults.size ?? sent.bytes;
    if (faults.gzip) return compressed(response, sent);
    const [from, to] = (faults.ranges && span(range, total)) || [0, total];
    const partial = faults.ranges && range !== null;
    response.writeHead(partial ? 206 : 200, {
      ...(faults.cors && CORS),
      ETag: Array.isArray(faults.etag) ? faults.etag[state.served.length % faults.etag.length] : faults.etag,
      ...(instead && { 'Content-Type': instead.type }),
      'Content-Length': to - from,
      ...(faults.ranges && { 'Accept-Ranges': 'bytes' }),
      ...(partial && { 'Content-Range': `bytes ${from}-${to - 1}/${total}` }),
      ...(faults.linked && { 'X-Linked-Size': file.bytes, 'X-Linked-ETag': `"${file.sha256}"` }),
    });
    await send(response, { from, to, file: sent, faults }, (bytes) => {
      served.sent += bytes;
    });
  }

  function list(response: ServerResponse, repository: string, revision: string, folder: string): void {
    if (!state.faults.api || state.faults.missing.has(revision)) {
      refuse(response, 404);
      return;
    }
    const prefix = `${repository}/${folder && `${folder}/`}`;
    const entries = Object.entries(files)
      .filter(([key]) => key.startsWith(prefix) && !key.slice(prefix.length).includes('/'))
      .map(([key, { bytes, sha256 }]) => ({
        type: 'file',
        oid: '0'.repeat(40),
        path: key.slice(repository.length + 1),
        size: bytes,
        ...(sha256 && { lfs: { oid: sha256, size: bytes, pointerSize: 134 } }),
      }));
    response.writeHead(200, { ...CORS, 'Content-Type': 'application/json' });
    response.end(JSON.stringify(entries));
  }

  return Object.assign(state, {
    url: hub.url,
    reset: () => void Object.assign(state, { faults: { ...NONE }, asked: [], served: [] }),
    close: async () => {
      await Promise.all([hub.close(), storage.close()]);
    },
  });
}

/** A file in memory. */
export function servedBytes(bytes: Uint8Array): ServedFile {
  return {
    bytes: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

function compressed(response: ServerResponse, file: ServedFile): void {
  const bytes = gzipSync(file.read(0, file.bytes));
  response.writeHead(200, { ...CORS, 'Content-Encoding': 'gzip', 'Content-Length': bytes.length });
  response.end(bytes);
}

function refuse(response: ServerResponse, status: number, retryAfter?: string): void {
  response.writeHead(status, { ...CORS, ...(retryAfter && { 'Retry-After': retryAfter }) });
  response.end();
}

/** Of one range `bytes=a-b` or `bytes=a-`: its first byte and the one after its last. */
function span(header: string | null, total: number): [number, number] | null {
  const found = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  return found && [Number(found[1]), found[2] ? Math.min(total, Number(found[2]) + 1) : total];
}

interface Listening {
  url: string;
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

async function listen(handle: Handler): Promise<Listening> {
  const server: Server = createServer((request, response) => {
    Promise.resolve(handle(request, response)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
