import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ParityError, readScenarios, type ParityRequestsFile } from '../parity';
import { UsageError } from './errors';

/**
 * Loads the scenarios that a file of TypeScript or JavaScript exports.
 *
 * @throws UsageError when TypeScript can not be read here
 * @throws ParityError REQUESTS_UNREADABLE or REQUESTS_INVALID
 */
export async function loadScenario(file: string): Promise<ParityRequestsFile> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new ParityError('REQUESTS_UNREADABLE', `Cannot read the scenario '${file}' (ENOENT)`);
  }
  let module: { default?: unknown };
  try {
    module = /ts$/.test(path) ? await loadTypeScript(path) : await import(pathToFileURL(path).href);
  } catch (cause) {
    if (cause instanceof UsageError) {
      throw cause;
    }
    throw new ParityError(
      'REQUESTS_INVALID',
      `${file} can not be loaded: ${describe(cause as Error, path)}`,
      { cause },
    );
  }
  return readScenarios(defaultExport(module), file);
}

async function loadTypeScript(path: string): Promise<{ default?: unknown }> {
  let jiti: typeof import('jiti');
  try {
    jiti = require('jiti') as typeof import('jiti');
  } catch (cause) {
    throw new UsageError(
      `Scenarios in TypeScript need the package 'jiti': npm install --save-dev jiti. Or write '${path}' in JavaScript`,
      { cause },
    );
  }
  const loader = jiti.createJiti(__filename, {
    // This very package, wherever the scenario lies.
    alias: { 'backstage-forklift/parity': require.resolve('../parity') },
    moduleCache: false,
    fsCache: false,
  });
  return await loader.import<{ default?: unknown }>(path);
}

/** Of a module of CommonJS that was compiled from an ES module, the default is one level further. */
function defaultExport({ default: exported }: { default?: unknown }): unknown {
  const inner = Object(exported) as { __esModule?: boolean; default?: unknown };
  return inner.__esModule ? inner.default : exported;
}

/** The message, and the line of the file where there is one. */
function describe({ message, stack = '' }: Error, path: string): string {
  const [place] = stack.split(path)[1]?.match(/^:\d+:\d+/) ?? [];
  return place ? `${message} (line ${place.slice(1).replace(':', ', column ')})` : message;
}
