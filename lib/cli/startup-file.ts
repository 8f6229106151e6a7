import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartupTimeline } from '../parity';
import type { BackendSpec } from './start-backends';

/** The file to which the new backend writes how it started, if it knows how to. */
export interface StartupFile {
  /** The backend, told to write the file. */
  readonly spec: BackendSpec;
  /** Undefined when there is none: the backend runs elsewhere, or is not one of backstage-forklift. */
  read(): Promise<StartupTimeline | undefined>;
  remove(): Promise<void>;
}

/** Has a backend that is about to be started write how it starts. */
export async function requestStartupFile(spec: BackendSpec): Promise<StartupFile> {
  if ('url' in spec) {
    return { spec, read: async () => undefined, remove: async () => {} };
  }
  const folder = await mkdtemp(join(tmpdir(), 'forklift-startup-'));
  const file = join(folder, 'startup.json');
  const env = { ...spec.env, APP_CONFIG_backend_startup_report: file };
  return {
    spec: { ...spec, env },
    read: async () => {
      const text = await readFile(file, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as StartupTimeline);
    },
    remove: async () => await rm(folder, { recursive: true, force: true }),
  };
}
