import type { LoggerService } from '../../api';

/**
 * When events go to other processes: `auto` does unless it turns out at the start that there is no events
 * backend. One that has answered before is only away.
 */
export type EventBusMode = 'never' | 'always' | 'auto';

/** Decides for all plugins whether events go to other processes. */
export class EventBusSwitch {
  readonly #mode: EventBusMode;
  readonly #logger: LoggerService;
  #isOn: boolean;
  #hasAnswered = false;

  constructor(mode: EventBusMode, logger: LoggerService) {
    this.#mode = mode;
    this.#logger = logger;
    this.#isOn = mode !== 'never';
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** The events backend is there. */
  answered(): void {
    this.#hasAnswered = true;
  }

  /**
   * Gives the remote bus up, unless it is asked for always or has answered before. The reason is logged the first time.
   *
   * @returns true when it is off now
   */
  turnOff(reason: string): boolean {
    if (this.#mode === 'always' || this.#hasAnswered) return false;
    if (this.#isOn) this.#logger.warn(reason);
    this.#isOn = false;
    return true;
  }
}
