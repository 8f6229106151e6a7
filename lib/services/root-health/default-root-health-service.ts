import type {
  LoggerService,
  RootHealthReadinessCheck,
  RootHealthService,
  RootLifecycleService,
} from '../../api';
import { ReadinessChecks } from './readiness-checks';

type Health = Awaited<ReturnType<RootHealthService['getReadiness']>>;

const OK: Health = { status: 200, payload: { status: 'ok' } };

/**
 * Ready from the end of startup until shutdown begins, while all readiness checks succeed; alive as
 * long as it answers.
 */
export class DefaultRootHealthService implements RootHealthService {
  readonly #checks: ReadinessChecks;
  #lifecycle: Health = unavailable('Backend has not started yet');

  constructor(options: { lifecycle: RootLifecycleService; logger: LoggerService }) {
    this.#checks = new ReadinessChecks(options.logger);
    options.lifecycle.addStartupHook(() => {
      this.#lifecycle = OK;
    });
    options.lifecycle.addBeforeShutdownHook(() => {
      this.#lifecycle = unavailable('Backend is shutting down');
    });
  }

  addReadinessCheck(name: string, check: RootHealthReadinessCheck): void {
    this.#checks.add(name, check);
  }

  async getLiveness(): Promise<Health> {
    return OK;
  }

  async getReadiness(): Promise<Health> {
    if (this.#lifecycle !== OK) {
      return this.#lifecycle;
    }
    const failing = await this.#checks.failing();
    return failing.length > 0 ? unavailable(`Backend is not ready: ${failing.join(', ')}`) : OK;
  }
}

function unavailable(message: string): Health {
  return { status: 503, payload: { message, status: 'error' } };
}
