/** Imports run one way between the rooms of `src`, as the table of rooms says, and in no circle. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { EXCEPTIONS, ROOMS, type Room } from './rooms';

const ROOT = resolve(import.meta.dirname, '../../..');

interface Import {
  from: string;
  /** A file of `src`, or a package's name. */
  to: string;
  isPackage: boolean;
  /** It is named from `src` on, `@/latent/types`. */
  isAliased: boolean;
  /** Nothing of it is there when it runs. */
  isType: boolean;
}

/** Loaded by vite's configuration, in which no alias is known yet. */
const UNALIASED = [
  'src/offline/names.ts',
  'src/models/hub/address.ts',
  'src/pagePolicy/text.ts',
  'src/common/isolation.ts',
];

const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path}`)
  .filter(
    (path) =>
      /\.tsx?$/.test(path) && !path.endsWith('.d.ts') && !path.startsWith('src/kernels/wasm/assembly/'),
  );

const imports = files.flatMap(importsOf);

function importsOf(from: string): Import[] {
  const text = readFileSync(join(ROOT, from), 'utf8');
  const { staticImports, staticExports, dynamicImports } = parseSync(from, text).module;
  const found = [
    ...staticImports.map(({ moduleRequest, entries }) => ({
      name: moduleRequest.value,
      isType: entries.length > 0 && entries.every(({ isType }) => isType),
    })),
    ...staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest ? [{ name: moduleRequest.value, isType }] : [],
      ),
    ),
    ...dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
      const name = /^['"](.+)['"]$/.exec(text.slice(start, end))?.[1];
      return name ? [{ name, isType: false }] : [];
    }),
  ];
  return found.flatMap(({ name, isType }): Import[] => {
    if (!/^(\.|@\/)/.test(name))
      return [{ from, to: packageOf(name), isPackage: true, isAliased: false, isType }];
    const to = fileOf(from, name.replace(/\?.*$/, ''));
    return to.endsWith('.ts') || to.endsWith('.tsx')
      ? [{ from, to, isPackage: false, isAliased: name.startsWith('@/'), isType }]
      : [];
  });
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function fileOf(from: string, name: string): string {
  const path = name.startsWith('@/') ? join('src', name.slice(2)) : join(dirname(from), name);
  const found = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].map((end) => path + end);
  return found.find((each) => /\.\w+$/.test(each) && existsSync(join(ROOT, each))) ?? path;
}

function roomOf(file: string): Room {
  const room = ROOMS.find(({ files }) => files.test(file));
  if (!room) throw new Error(`${file} is in no room.`);
  return room;
}

function isAllowed({ from, to, isPackage, isType }: Import): boolean {
  const room = roomOf(from);
  if (isPackage) return room.packages?.includes(to) ?? false;
  const { name } = roomOf(to);
  if (name === room.name || room.uses.includes(name)) return true;
  if (isType && room.types?.includes(name)) return true;
  return EXCEPTIONS.some((exception) => exception.from === room.name && exception.file === to);
}

test('every file imports only what its room may', () => {
  const wrong = imports.filter((each) => !isAllowed(each));
  expect(
    wrong.map(
      ({ from, to, isType }) => `${from} (${roomOf(from).name}) imports ${isType ? 'types of ' : ''}${to}`,
    ),
  ).toEqual([]);
});

test('folders of src name each other from src on, and what is in them by the way to it', () => {
  const folder = (file: string) => file.split('/')[1];
  const named = imports.filter(({ isPackage, from }) => !isPackage && !UNALIASED.includes(from));
  const wrong = named.filter(({ from, to, isAliased }) => isAliased === (folder(from) === folder(to)));
  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test('nothing stands in the table that is not so', () => {
  const used = (room: Room, name: string, isType: boolean) =>
    imports.some(
      (each) =>
        !each.isPackage &&
        each.isType === isType &&
        roomOf(each.from) === room &&
        roomOf(each.to).name === name,
    );
  const idle = ROOMS.flatMap((room) => [
    ...room.uses
      .filter((name) => !used(room, name, false))
      .map((name) => `${room.name} uses no value of ${name}`),
    ...(room.types ?? [])
      .filter((name) => !used(room, name, true))
      .map((name) => `${room.name} uses no type of ${name}`),
    ...(room.packages ?? [])
      .filter(
        (name) => !imports.some((each) => each.isPackage && each.to === name && roomOf(each.from) === room),
      )
      .map((name) => `${room.name} does not use ${name}`),
  ]);
  const unneeded = EXCEPTIONS.filter(
    ({ from, file }) => !imports.some((each) => each.to === file && roomOf(each.from).name === from),
  );
  expect([...idle, ...unneeded.map(({ file }) => `nothing needs the exception for ${file}`)]).toEqual([]);
});

test('no files import each other in a circle, types included', () => {
  expect(circles().map((circle) => circle.sort())).toEqual([]);
});

/** Strongly connected components of more than one file (Tarjan, 1972). */
function circles(): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, isPackage } of imports)
    if (!isPackage) next.set(from, [...(next.get(from) ?? []), to]);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    low.set(file, index.size - 1);
    stack.push(file);
    for (const to of next.get(file) ?? []) {
      if (!index.has(to)) visit(to);
      if (stack.includes(to)) low.set(file, Math.min(low.get(file)!, low.get(to)!));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle);
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return found;
}

test('the paths of the table exist', () => {
  const empty = ROOMS.filter(({ files: pattern }) => !files.some((file) => pattern.test(file)));
  expect(empty).toEqual([]);
  for (const { file } of EXCEPTIONS)
    expect(relative(ROOT, join(ROOT, file))).toSatisfy((path: string) => files.includes(path));
});
