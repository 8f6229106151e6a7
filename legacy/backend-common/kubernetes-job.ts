import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { withTimeout } from '../with-timeout';
import { loadOptionalPackage } from './load-optional-package';

/** What is used of a `KubeConfig` of the package `@kubernetes/client-node`. */
export interface KubeConfig {
  getCurrentContext(): string;
  getContextObject(name: string): { namespace?: string } | null;
  makeApiClient(type: any): any;
}

/** A job that runs one container once. */
export interface KubernetesJobOptions {
  kubeConfig: KubeConfig;
  namespace: string;
  /** The name of the container, whose log is read. */
  container: string;
  /** The label of its pod. */
  task: string;
  body: object;
}

interface Pod {
  metadata?: { name?: string };
  status?: { phase?: string };
}

/** Creates a job, passes its log on and waits for its end. */
export class KubernetesJob {
  readonly #options: KubernetesJobOptions;
  readonly #requests: Array<Promise<{ abort(): void } | void>> = [];

  constructor(options: KubernetesJobOptions) {
    this.#options = options;
  }

  /**
   * @param logStream - ends with the log
   * @param timeout - in milliseconds
   * @throws Error when the container fails or takes too long, or the cluster refuses the job
   */
  async run(logStream: Writable, timeout: number): Promise<void> {
    const ended = Promise.all([this.#watch(logStream), finished(logStream), this.#create()]);
    try {
      await withTimeout(ended, timeout, () => new Error(`Failed to complete in ${timeout} ms`));
    } finally {
      const requests = await Promise.allSettled(this.#requests);
      for (const request of requests) {
        if (request.status === 'fulfilled') {
          request.value?.abort();
        }
      }
    }
  }

  async #create(): Promise<void> {
    const { kubeConfig, namespace, body } = this.#options;
    const api = kubeConfig.makeApiClient(client().BatchV1Api);
    try {
      await api.createNamespacedJob(namespace, body);
    } catch (error) {
      const { body: answer } = error as { body?: { message?: string } };
      const reason = answer?.message ?? error;
      throw new Error(
        `Kubernetes Job creation failed with the following error message: ${reason}`,
        {
          cause: error,
        },
      );
    }
  }

  /** Follows the pod of the job: its log begins when it runs. */
  #watch(logStream: Writable): Promise<void> {
    const { kubeConfig, namespace, container, task } = this.#options;
    const { Log, Watch } = client();
    return new Promise((resolve, reject) => {
      let hasLog = false;
      const onPod = ({ metadata, status }: Pod) => {
        const phase = status?.phase ?? '';
        if (!hasLog && ['Running', 'Succeeded', 'Failed'].includes(phase)) {
          hasLog = true;
          const log = new Log(kubeConfig);
          const options = { follow: true };
          this.#requests.push(
            log.log(namespace, metadata?.name, container, logStream, options).catch(reject),
          );
        }
        if (phase === 'Succeeded') resolve();
        if (phase === 'Failed') reject(new Error('Container execution failed'));
      };
      const path = `/api/v1/namespaces/${namespace}/pods`;
      const watch: Promise<{ abort(): void }> = new Watch(kubeConfig).watch(
        path,
        { labelSelector: `task=${task}` },
        (_type: string, pod: Pod) => onPod(pod),
        (error?: NodeJS.ErrnoException) => {
          if (error && error.code !== 'ECONNRESET' && error.message !== 'aborted') {
            const reason = 'Kubernetes watch request failed with the following error message:';
            reject(new Error(`${reason} ${error}`, { cause: error }));
          }
        },
      );
      watch.catch(reject);
      this.#requests.push(watch);
    });
  }
}

function client() {
  return loadOptionalPackage<any>('@kubernetes/client-node', 'KubernetesContainerRunner', () =>
    require('@kubernetes/client-node'),
  );
}
