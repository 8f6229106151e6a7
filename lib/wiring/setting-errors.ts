import { invalidSettings, toError } from './errors';

/** Collects what is wrong with several settings, so that all of it can be told at once. */
export class SettingErrors {
  readonly #errors: Error[] = [];

  /** What a function reads; undefined, when it throws. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#errors.push(toError(error));
      return undefined;
    }
  }

  /** @throws InputError naming every setting that is not as it should be */
  throwIfAny(): void {
    if (this.#errors.length > 0) {
      throw invalidSettings(this.#errors);
    }
  }
}
