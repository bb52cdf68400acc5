import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { readNpy, writeNpy } from '@/formats/latent/npy';
import { generator, integer } from '../../measures/cases';

/** Files that NumPy 2.4 wrote of `arange(12).reshape(2, 3, 2) / 8 - 0.5`. */
const OF_NUMPY = {
  float32:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAC/AADAvgAAgL4AAAC+AAAAAAAAAD4AAIA+AADAPgAAAD8AACA/AABAPwAAYD8=',
  float16:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAuAC2ALQAsAAAADAANAA2ADgAOQA6ADs=',
  float64:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAADgvwAAAAAAANi/AAAAAAAA0L8AAAAAAADAvwAAAAAAAAAAAAAAAAAAwD8AAAAAAADQPwAAAAAAANg/AAAAAAAA4D8AAAAAAADkPwAAAAAAAOg/AAAAAAAA7D8=',
  'big-endian float32 in Fortran order':
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgMiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAq/AAAAPoAAAL6AAAA/AAAAAAAAAD9AAAC+wAAAPsAAAL4AAAA/IAAAPgAAAD9gAAA=',
  'big-endian float64':
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAq/4AAAAAAAAL/YAAAAAAAAv9AAAAAAAAC/wAAAAAAAAAAAAAAAAAAAP8AAAAAAAAA/0AAAAAAAAD/YAAAAAAAAP+AAAAAAAAA/5AAAAAAAAD/oAAAAAAAAP+wAAAAAAAA=',
  'big-endian float16':
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPmYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAq4ALYAtACwAAAAMAA0ADYAOAA5ADoAOwA=',
  'version 2':
    'k05VTVBZAgB0AAAAeydkZXNjcic6ICc8ZjQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMywgMiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAC/AADAvgAAgL4AAAC+AAAAAAAAAD4AAIA+AADAPgAAAD8AACA/AABAPwAAYD8=',
  'version 3, Fortran order':
    'k05VTVBZAwB0AAAAeydkZXNjcic6ICc8ZjQnLCAnZm9ydHJhbl9vcmRlcic6IFRydWUsICdzaGFwZSc6ICgyLCAzLCAyKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAC/AACAPgAAgL4AAAA/AAAAAAAAQD8AAMC+AADAPgAAAL4AACA/AAAAPgAAYD8=',
};

const EXPECTED = Float32Array.from({ length: 12 }, (_, at) => at / 8 - 0.5);

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** A file with this header and these numbers, as any program may write it. */
function handMade(header: string, numbers: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length =
    version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...Buffer.from('NUMPY'), version, 0, ...length, ...text, ...numbers]);
}

test.each(Object.entries(OF_NUMPY))('reads what NumPy wrote: %s', (_, base64) => {
  const { shape, data } = readNpy(bytesOf(base64), 'a.npy');
  expect(shape).toEqual([2, 3, 2]);
  expect(data).toEqual(EXPECTED);
});

test('what is written is read back bit for bit, and begins its numbers at a multiple of 64 bytes', () => {
  const random = generator(5);
  for (const shape of [[1, 4, 3, 5], [7], [2, 3], [1, 16, 1, 1]]) {
    const count = shape.reduce((product, side) => product * side, 1);
    const data = Float32Array.from(
      { length: count },
      () => (random() - 0.5) * 10 ** integer(random, -40, 30),
    );
    data[0] = -0;
    const file = writeNpy({ shape, data });
    expect((file.length - 4 * count) % 64).toBe(0);
    const read = readNpy(file, 'a.npy');
    expect(read).toMatchObject({ shape, dtype: 'float32' });
    expect(new Uint32Array(read.data.buffer)).toEqual(new Uint32Array(data.buffer));
  }
});

test('fields may stand in any order and in double quotes', () => {
  const numbers = new Uint8Array(Float32Array.of(1, 2).buffer);
  const file = handMade('{"shape": (2,), "fortran_order": False, "descr": "<f4"}\n', numbers);
  expect(readNpy(file, 'a.npy')).toMatchObject({ shape: [2], data: Float32Array.of(1, 2) });
});

test('a file that is cut off anywhere, or goes on, is refused and says so', () => {
  const whole = bytesOf(OF_NUMPY.float32);
  for (let length = 0; length < whole.length; length++) {
    expect(() => readNpy(whole.subarray(0, length), 'a.npy')).toThrow(InspectorError);
  }
  expect(() => readNpy(whole.subarray(0, -1), 'a.npy')).toThrow('takes 48 bytes, 47 are there');
  expect(() => readNpy(Uint8Array.of(...whole, 0), 'a.npy')).toThrow('1 bytes after its array');
});

test('what is no array of floating-point numbers is refused, and what it is instead is named', () => {
  const header = (descr: string, shape = '2,') =>
    `{'descr': ${descr}, 'fortran_order': False, 'shape': (${shape}), }`;
  const refused = (text: string, version?: number) => {
    try {
      readNpy(handMade(text, new Uint8Array(8), version), 'a.npy');
      return 'read';
    } catch (error) {
      return error instanceof InspectorError ? error.message : 'crashed';
    }
  };
  expect(refused(header("'<i8'"))).toContain('stores whole numbers (int64)');
  expect(refused(header("'|u1'"))).toContain('stores whole numbers (uint8)');
  expect(refused(header("'|u1'", '1, 2, 3'))).toContain('as pictures do');
  expect(refused(header("'|O'"))).toContain('Python objects');
  expect(refused(header("'|b1'"))).toContain('only true and false');
  expect(refused(header("'<c8'"))).toContain('complex numbers');
  expect(refused(header("'<f16'"))).toContain('numbers of 128 bits');
  expect(refused(header("'<V1'"))).toContain('numbers of 8 bits whose type NumPy does not keep');
  expect(refused(header("'<f1'"))).toContain('numbers of 8 bits whose type NumPy does not keep');
  expect(refused(header("'<U3'"))).toContain('stores texts');
  expect(refused(header("'?x'"))).toContain('stores its numbers as "?x"');
  expect(refused(header("[('a', '<f4')]"))).toContain('a structured array');
  expect(refused(header("'<f4'", '-1, 4'))).toContain('the shape "(-1, 4)"');
  expect(refused(header("'<f4'", '999999999, 999999999, 999999999'))).toContain('the shape');
  expect(refused(header("'<f4'", '99999, 99999'))).toContain('is cut off');
  expect(refused('{}')).toContain('cannot be read');
  expect(refused(header("'<f4'"), 4)).toContain('version 4');
  expect(refused(header("'<f4'"))).toBe('read');
});

test('no bytes whatever do more than refuse', () => {
  const random = generator(11);
  const whole = bytesOf(OF_NUMPY.float32);
  for (let round = 0; round < 3000; round++) {
    const bytes = whole.slice();
    for (let hit = 0; hit < 3; hit++) bytes[integer(random, 0, bytes.length - 1)] = integer(random, 0, 255);
    try {
      readNpy(bytes, 'a.npy');
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
    }
  }
});
