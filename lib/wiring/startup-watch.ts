import { performance } from 'node:perf_hooks';
import type { LoggerService } from '../api';
import type { ServiceRegistry } from './service-registry';
import type { PartStart } from './part-start';
import type { StartupClock } from './startup-clock';

/** A start that takes longer says why, this often. */
const INTERVAL_MS = 5000;
/** More would not be read. */
const MOST_LINES = 10;

/** Options of {@link StartupWatch}. */
export interface StartupWatchOptions {
  clock: StartupClock;
  services: ServiceRegistry;
}

/** Says every few seconds what a start that takes long is waiting for. */
export class StartupWatch {
  readonly #clock: StartupClock;
  readonly #services: ServiceRegistry;
  readonly #timer: NodeJS.Timeout;
  logger?: LoggerService;
  /** What the backend as a whole waits for, before it comes to plugins. */
  stage?: () => string;

  constructor({ clock, services }: StartupWatchOptions) {
    this.#clock = clock;
    this.#services = services;
    this.#timer = setInterval(() => this.#report(), INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #report(): void {
    const lines = this.#describe();
    if (lines.length === 0) {
      return;
    }
    const more = lines.length - MOST_LINES;
    const shown = lines.slice(0, MOST_LINES).concat(more > 0 ? `and ${more} more` : []);
    const message = `Backend startup is waiting:\n  ${shown.join('\n  ')}`;
    if (this.logger) {
      this.logger.warn(message);
    } else {
      // The log itself may be what the start waits for.
      // eslint-disable-next-line no-console
      console.warn(message);
    }
  }

  #describe(): string[] {
    const root = this.#servicesUnderWay();
    const parts = this.#clock.running().flatMap(start => this.#describePart(start));
    return [
      ...(this.stage ? [`for ${this.stage()}`] : []),
      ...root.map(service => `for ${service}`),
      ...parts,
    ];
  }

  #describePart({ name, phase, pluginId, readyMs }: PartStart): string[] {
    switch (phase) {
      case 'init':
        return [`${name} for its own init, since ${seconds(readyMs)}`];
      case 'modules':
        return []; // the modules have lines of their own
      default: {
        const services = this.#servicesUnderWay(pluginId);
        return [`${name} for ${services.length > 0 ? services.join(', ') : phase}`];
      }
    }
  }

  /** Those whose own factory is at work: the others wait for them. */
  #servicesUnderWay(pluginId?: string): string[] {
    return this.#services
      .creations(pluginId)
      .filter(({ isUnderWay }) => isUnderWay)
      .map(({ name, readyMs }) => `service ${name}, since ${seconds(readyMs)}`);
  }
}

function seconds(sinceMs: number): string {
  return `${Math.round((performance.now() - sinceMs) / 1000)} s`;
}
