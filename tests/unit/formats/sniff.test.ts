import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { isReadHere, refusalOf, sniff, sniffBlob } from '@/formats/sniff';
import { writeSafetensors } from '@/models/files/safetensors';

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** A zip's first local header with a name, and something deflated behind it. */
function zipped(name: string): Uint8Array {
  const header = new Uint8Array(30);
  header.set(latin('PK\x03\x04'));
  const data = deflateRawSync(utf8('anything'));
  const view = new DataView(header.buffer);
  view.setUint16(8, 8, true);
  view.setUint32(18, data.length, true);
  view.setUint16(26, name.length, true);
  return joined(header, latin(name), data);
}

const POINTER = `version https://git-lfs.github.com/spec/v1
oid sha256:4fbcf0ebe55a0984f5a5e00d8c4521d52359af7229bb4d81890039d2aa16dd7c
size 167335342
`;

const tar = new Uint8Array(1024);
tar.set(latin('vae/config.json'));
tar.set(latin('ustar'), 257);

describe('what a file is, told by its bytes', () => {
  test.each<[string, Uint8Array, string, string]>([
    ['nothing', new Uint8Array(0), 'empty', 'an empty file'],
    ['zeros', new Uint8Array(5000), 'zeros', 'full of zeros'],
    ['an LFS pointer', utf8(POINTER), 'lfs-pointer', 'in place of the real file of 167 MB'],
    ['a pointer of git-annex', utf8('/annex/objects/SHA256E-s5--ab\n'), 'lfs-pointer', 'git-annex'],
    [
      'a web page',
      utf8('<!DOCTYPE html>\n<html><head><title>Log in\n now</title>'),
      'html',
      '("Log in now")',
    ],
    ['a web page with a comment', utf8('\uFEFF<!-- x -->\n<HTML lang=en>'), 'html', 'a web page'],
    ["a hub's answer", utf8('Entry not found'), 'server-answer', '"Entry not found"'],
    ['another', utf8('Access to model a/b is restricted. Log in.\n'), 'server-answer', 'Access to model'],
    ['one in JSON', utf8('{"error":"Repository not found"}'), 'server-answer', '"Repository not found"'],
    [
      'one in XML',
      utf8('<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'),
      'server-answer',
      'NoSuchKey',
    ],
    ['other XML', utf8('<?xml version="1.0"?><plist/>'), 'xml', 'an XML document'],
    ['a drawing', utf8('<?xml version="1.0"?><!-- a --><svg xmlns="x"></svg>'), 'svg', 'an SVG drawing'],
    ['a drawing with a doctype', utf8('<!DOCTYPE svg PUBLIC "a" "b">\n<svg>'), 'svg', 'an SVG drawing'],
    ['a zip of PyTorch', zipped('archive/data.pkl'), 'pickle', "PyTorch's own file"],
    ['a newer one', zipped('model/.format_version'), 'pickle', "PyTorch's own file"],
    ['a zip of NumPy', zipped('latents_32x32.npy'), 'npz', 'the first is "latents_32x32.npy"'],
    ['an office document', zipped('[Content_Types].xml'), 'archive', 'office'],
    ['any zip', zipped('vae/model.safetensors'), 'archive', 'a zip archive'],
    ['a pickle', Uint8Array.of(0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc), 'pickle', 'a Python pickle'],
    ['a pickle of protocol 4', Uint8Array.of(0x80, 4, 0x95, 1, 0, 0), 'pickle', 'a Python pickle'],
    ['GGUF', latin('GGUF\x03\0\0\0'), 'gguf', 'GGUF'],
    ['ONNX', joined(Uint8Array.of(8, 8, 0x12, 7), latin('pytorch'), Uint8Array.of(0x1a)), 'onnx', 'ONNX'],
    ['ONNX without a maker', Uint8Array.of(8, 7, 0x3a, 0x90, 1), 'onnx', 'ONNX'],
    ['HDF5', latin('\x89HDF\r\n\x1a\n\0'), 'hdf5', 'HDF5'],
    ['msgpack', joined(Uint8Array.of(0x82, 0xa7), latin('decoder'), Uint8Array.of(0x84)), 'msgpack', 'Flax'],
    ['TensorFlow Lite', latin('\x1c\0\0\0TFL3'), 'tflite', 'TensorFlow Lite'],
    ['PDF', latin('%PDF-1.7\n'), 'pdf', 'a PDF document'],
    ['gzip', gzipSync('x'), 'archive', 'gzip'],
    ['7z', latin('7z\xbc\xaf\x27\x1c\0\x04'), 'archive', '7z'],
    ['RAR', latin('Rar!\x1a\x07\x01\0'), 'archive', 'RAR'],
    ['tar', tar, 'archive', 'tar'],
    ['UTF-16', joined(Uint8Array.of(0xff, 0xfe), latin('h\0i\0')), 'text', 'UTF-16'],
    ['text', utf8('BM and other notes\n'), 'text', 'a text'],
    ['text in brackets', utf8('[not a list'), 'text', 'a text'],
    ['what macOS leaves', latin('\0\x05\x16\x07\0\x02\0\0'), 'leftover', 'macOS'],
    ['a video', latin('\0\0\0\x20ftypisom'), 'video', 'MP4'],
    ['a PNG', latin('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), 'picture', 'a PNG picture'],
    ['a HEIC', latin('\0\0\0\x18ftypheic'), 'picture', 'a HEIC picture'],
    ['an AVIF', latin('\0\0\0\x1cftypavif'), 'picture', 'an AVIF picture'],
    ['a JSON document', utf8('{"_class_name":"AutoencoderKL"}'), 'json', 'a JSON document'],
    ['an array', latin("\x93NUMPY\x01\0v\0{'descr'"), 'npy', 'NumPy'],
    [
      'weights',
      new Uint8Array(writeSafetensors(new Map([['a', { shape: [1], data: new Float32Array(1) }]]))),
      'safetensors',
      '.safetensors',
    ],
  ])('%s', (_, bytes, kind, words) => {
    const found = sniff(bytes);
    expect(found?.kind).toBe(kind);
    expect(found?.what).toContain(words);
    expect(found!.advice === '').toBe(isReadHere(found!));
  });

  test('an index names its files, also one that is longer than its head', async () => {
    const weight_map = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`some.tensor.of.a.model.${at}`, `part-${at % 5}.safetensors`]),
    );
    const text = JSON.stringify({ metadata: { total_size: 1 }, weight_map });
    const found = await sniffBlob(new Blob([text]));
    expect(found?.what).toContain(
      '5 other files ("part-0.safetensors", "part-1.safetensors", "part-2.safetensors" and 2 more)',
    );
    // Of its head alone no more can be said than that it is JSON.
    expect(sniff(utf8(text).subarray(0, 4096), text.length)?.kind).toBe('json');
  });

  test('a letter that the head cuts in two does not make a text anything else', async () => {
    const text = `${'a'.repeat(4095)}\u00e9 and more`;
    expect((await sniffBlob(new Blob([text])))?.kind).toBe('text');
  });

  test('bytes without a meaning are not given one', () => {
    let state = 7;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    };
    let taken = 0;
    for (let round = 0; round < 500; round++) {
      if (sniff(Uint8Array.from({ length: 64 }, random)) !== null) taken += 1;
    }
    expect(taken).toBeLessThan(5);
  });

  test('the refusal is one sentence on what it is and advice', () => {
    const error = refusalOf('a.safetensors', sniff(utf8(POINTER))!);
    expect(error.message).toBe(
      'a.safetensors is a Git LFS pointer: a few lines of text in place of the real file of 167 MB.',
    );
    expect(error.advice).toContain('git lfs pull');
    expect(error.code).toBe('bad-file');
  });
});
