import { writeFile } from 'node:fs/promises';
import type { LoggerService, RootConfigService } from '../api';
import { readText } from './read-setting';
import type { BackendStartupResult } from './startup-result';

const KEY = 'backend.startup.report';

/** Keeps how the start went in the file that configuration names, if it names one. */
export class StartupReport {
  readonly #file?: string;
  readonly #logger?: LoggerService;

  /** @throws InputError when `backend.startup.report` is not a text */
  constructor(config: RootConfigService | undefined, logger: LoggerService | undefined) {
    this.#file = readText(config, KEY);
    this.#logger = logger;
  }

  /** Writes the result as JSON. A file that can't be written is no reason not to start: it is logged. */
  async write(result: BackendStartupResult): Promise<void> {
    if (this.#file === undefined) {
      return;
    }
    try {
      await writeFile(this.#file, `${JSON.stringify(result, undefined, 2)}\n`);
    } catch (error) {
      this.#logger?.warn(`The startup report can not be written ('${KEY}'). ${error}`);
    }
  }
}
