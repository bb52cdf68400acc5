#!/usr/bin/env node
/** `npx latent-inspector …`: installs what is missing, then builds and runs the command. */
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { installDependencies, ROOT, requireNode } from '../install.mjs';

/** Of a checkout that somebody else installed for everybody, what is there has to do. */
function isReadOnly() {
  try {
    accessSync(ROOT, constants.W_OK);
    return false;
  } catch {
    return existsSync(join(ROOT, 'node_modules'));
  }
}

requireNode();
if (!isReadOnly()) installDependencies();
await import('./run.mjs');
