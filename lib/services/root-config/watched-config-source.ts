import { setTimeout as sleep } from 'node:timers/promises';
import type { AsyncConfigSourceGenerator, ConfigSource } from '@backstage/config-loader';
import { configFilesOf } from './config-files';
import { FileWatch } from './file-watch';
import { referencedFiles } from './referenced-files';

/** How long to wait before a configuration that could not be read again is tried once more. */
const RETRY_MS = 1000;

/**
 * A configuration that is read again when one of its files, or a file that they include, changes.
 *
 * The watching sources of @backstage/config-loader end, without a word, at the first change that does
 * not parse, so that a half saved file switches off every later reload, and their watchers keep the
 * process alive. This one reports such a change, keeps the last good values and reads on.
 */
export class WatchedConfigSource implements ConfigSource {
  readonly #source: ConfigSource;
  readonly #report: (error: unknown) => void;

  /**
   * @param source - reads the files once; its first failure is thrown as it is
   * @param report - called once for each new error of a later reading
   */
  constructor(source: ConfigSource, report: (error: unknown) => void) {
    this.#source = source;
    this.#report = report;
  }

  async *readConfigData(options?: { signal?: AbortSignal }): AsyncConfigSourceGenerator {
    const watch = new FileWatch(options?.signal);
    let hasValues = false;
    let reported: string | undefined;
    while (!watch.closed) {
      const change = watch.until(this.#files());
      try {
        for await (const data of this.#source.readConfigData({ signal: change.signal })) {
          // Whoever reads nothing at all would fail over it, and no longer listen.
          if (hasValues && data.configs.length === 0) {
            throw new Error('all files are empty');
          }
          hasValues = true;
          reported = undefined;
          yield data;
        }
      } catch (error) {
        if (!hasValues) {
          watch.close();
          throw error;
        }
        if (String(error) !== reported) {
          reported = String(error);
          this.#report(error);
        }
        await Promise.race([change.happened, sleep(RETRY_MS, undefined, { ref: false })]);
        continue;
      }
      await change.happened;
    }
  }

  toString(): string {
    return String(this.#source);
  }

  #files(): string[] {
    const files = configFilesOf(this.#source);
    return [...files, ...files.flatMap(referencedFiles)];
  }
}
