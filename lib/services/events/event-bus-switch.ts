import type { LoggerService } from '../../api';

/** When events go to other processes: `auto` does until it turns out that there is no events backend. */
export type EventBusMode = 'never' | 'always' | 'auto';

/** Decides for all plugins whether events go to other processes. */
export class EventBusSwitch {
  readonly #mode: EventBusMode;
  readonly #logger: LoggerService;
  #isOn: boolean;

  constructor(mode: EventBusMode, logger: LoggerService) {
    this.#mode = mode;
    this.#logger = logger;
    this.#isOn = mode !== 'never';
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /**
   * Gives the remote bus up, unless it is asked for always. The reason is logged the first time.
   *
   * @returns true when it is off now
   */
  turnOff(reason: string): boolean {
    if (this.#mode === 'always') return false;
    if (this.#isOn) this.#logger.warn(reason);
    this.#isOn = false;
    return true;
  }
}
