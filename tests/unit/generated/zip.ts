/** Archives as `numpy.savez` and `savez_compressed` write them, with the places of their fields. */
import { crc32, deflateRawSync } from 'node:zlib';
import type { GoodFile, NumberField } from './bytes';

export function zip(name: string, files: Readonly<Record<string, Uint8Array>>, packed: boolean): GoodFile {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  const fields: NumberField[] = [];
  const chunks: [number, number][] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const data = packed ? deflateRawSync(content) : Buffer.from(content);
    // What both headers say, from the version on.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(packed ? 8 : 0, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(path), data]);
    for (const [at, size] of [
      [8, 2],
      [14, 4],
      [18, 4],
      [22, 4],
      [26, 2],
      [28, 2],
    ] as const) {
      fields.push({ at: offset + at, size });
    }
    chunks.push([offset, offset + local.length], [offset + 30 + path.length, offset + local.length]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    locals.push(local);
    centrals.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, rest, Buffer.from(path)]),
    );
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(centrals.length, 8);
  end.writeUInt16LE(centrals.length, 10);
  end.writeUInt32LE(
    centrals.reduce((sum, { length }) => sum + length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  for (const central of centrals) {
    for (const [at, size] of [
      [8, 2],
      [10, 2],
      [16, 4],
      [20, 4],
      [24, 4],
      [28, 2],
      [30, 2],
      [32, 2],
      [42, 4],
    ] as const) {
      fields.push({ at: offset + at, size });
    }
    chunks.push([offset, offset + central.length]);
    offset += central.length;
  }
  for (const [at, size] of [
    [8, 2],
    [10, 2],
    [12, 4],
    [16, 4],
    [20, 2],
  ] as const) {
    fields.push({ at: offset + at, size });
  }
  const bytes = new Uint8Array(Buffer.concat([...locals, ...centrals, end]));
  return { name, bytes, signature: 4, fields, chunks };
}
