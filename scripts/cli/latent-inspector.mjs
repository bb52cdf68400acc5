#!/usr/bin/env node
/** `npx latent-inspector …`: installs what is missing, then builds and runs the command. */
import { installDependencies, requireNode } from '../install.mjs';

requireNode();
installDependencies();
await import('./run.mjs');
