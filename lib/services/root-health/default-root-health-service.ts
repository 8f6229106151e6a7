import type { RootHealthService, RootLifecycleService } from '../../api';

type Health = Awaited<ReturnType<RootHealthService['getReadiness']>>;

const OK: Health = { status: 200, payload: { status: 'ok' } };

/** Ready from the end of startup until shutdown begins; alive as long as it answers. */
export class DefaultRootHealthService implements RootHealthService {
  #readiness: Health = unavailable('Backend has not started yet');

  constructor(options: { lifecycle: RootLifecycleService }) {
    options.lifecycle.addStartupHook(() => {
      this.#readiness = OK;
    });
    options.lifecycle.addBeforeShutdownHook(() => {
      this.#readiness = unavailable('Backend is shutting down');
    });
  }

  async getLiveness(): Promise<Health> {
    return OK;
  }

  async getReadiness(): Promise<Health> {
    return this.#readiness;
  }
}

function unavailable(message: string): Health {
  return { status: 503, payload: { message, status: 'error' } };
}
