import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, parse } from 'node:path';
import type { ParityRequest } from 'backstage-forklift/parity';

type PluginRequest = string | (Partial<ParityRequest> & { path: string });

/** A file of the folder `plugins`: an old plugin file, with what it takes to run and to ask it. */
export interface CorpusPlugin {
  /** Of the plugin, where it is not the name of the file. */
  id?: string;
  path?: string;
  config?(stubUrl: string): object;
  /** Where the package exports a plugin of the new system. */
  native?: string;
  /** What that does not work without. */
  nativeModules?(): object[];
  /** Whether its routes lead out of this machine, so that only what is listed may be sent. */
  leadsOut?: boolean;
  requests: PluginRequest[];
}

const requirePlugin = createRequire(__filename);

/** The names of all plugins of the corpus. */
export const PLUGINS = readdirSync(join(__dirname, 'plugins')).map(file => parse(file).name);

export function loadPlugin(name: string): CorpusPlugin {
  return requirePlugin(`./plugins/${name}.cjs`);
}

/** Where a plugin is mounted. */
export function prefixOf(name: string, plugin = loadPlugin(name)): string {
  return plugin.path ?? `/api/${plugin.id ?? name}`;
}

/** The configuration that a plugin needs. @param stubUrl - stands in for the systems that it talks to */
export function configOf(plugin: CorpusPlugin, stubUrl: string): object {
  return {
    app: { baseUrl: 'http://localhost:3000', title: 'Corpus' },
    organization: { name: 'Acme' },
    backend: {
      database: { client: 'better-sqlite3', connection: ':memory:' },
      reading: { allow: [{ host: new URL(stubUrl).host }] },
    },
    ...plugin.config?.(stubUrl),
  };
}

/** A request to where the plugin is mounted. */
export function toRequest(
  name: string,
  plugin: CorpusPlugin,
  request: PluginRequest,
): ParityRequest {
  const given = typeof request === 'string' ? { path: request } : request;
  return {
    method: 'GET',
    headers: given.body ? { 'content-type': 'application/json' } : {},
    as: 'user',
    ...given,
    path: prefixOf(name, plugin) + given.path,
  };
}
