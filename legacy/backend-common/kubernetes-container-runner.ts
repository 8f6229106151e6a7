import { randomUUID } from 'node:crypto';
import { PassThrough, type Writable } from 'node:stream';
import type { ContainerRunner, RunContainerOptions } from './container-runner';
import { KubernetesJob, type KubeConfig } from './kubernetes-job';

/**
 * A volume of the pods, and where it is mounted on this machine.
 *
 * @deprecated TechDocs and the scaffolder bring their own.
 */
export type KubernetesContainerRunnerMountBase = {
  volumeName: string;
  basePath: string;
};

/** What is used of a `V1PodTemplateSpec` of the package `@kubernetes/client-node`. */
interface PodTemplate {
  metadata?: object;
  spec?: { volumes?: Array<{ name: string }> };
}

/** @deprecated TechDocs and the scaffolder bring their own. */
export type KubernetesContainerRunnerOptions = {
  kubeConfig: KubeConfig;
  /** Names of jobs start with it. */
  name: string;
  /** That of the current context unless told. */
  namespace?: string;
  /** Needed for containers with `mountDirs`; a volume of the template. */
  mountBase?: KubernetesContainerRunnerMountBase;
  podTemplate?: PodTemplate;
  /** Milliseconds that a container may run. Two minutes unless told. */
  timeoutMs?: number;
};

const TWO_MINUTES = 120_000;
const CONTAINER = 'executor';

/**
 * Runs containers as jobs of a Kubernetes cluster, by the package `@kubernetes/client-node`, which you
 * have to install.
 *
 * @deprecated TechDocs and the scaffolder bring their own.
 */
export class KubernetesContainerRunner implements ContainerRunner {
  readonly #options: KubernetesContainerRunnerOptions;
  readonly #namespace: string;

  /** @throws Error when there is no namespace, or the template lacks the volume of `mountBase` */
  constructor(options: KubernetesContainerRunnerOptions) {
    const { kubeConfig, namespace, mountBase, podTemplate } = options;
    const contextNamespace = () =>
      kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace;
    const found = namespace || contextNamespace();
    if (!found) {
      throw new Error(
        'The current context of Kubernetes has no namespace. Pass the option namespace to KubernetesContainerRunner',
      );
    }
    const volumes = podTemplate?.spec?.volumes ?? [];
    if (mountBase && !volumes.some(({ name }) => name === mountBase.volumeName)) {
      throw new Error(`A Pod template containing the volume ${mountBase.volumeName} is required`);
    }
    this.#options = options;
    this.#namespace = found;
  }

  /** @throws Error when the container fails or takes too long, or the cluster refuses it */
  async runContainer(options: RunContainerOptions): Promise<void> {
    const { logStream, imageName, command, args, workingDir, envVars = {} } = options;
    const { kubeConfig, name, podTemplate, timeoutMs = TWO_MINUTES } = this.#options;
    const task = randomUUID();
    const container = {
      name: CONTAINER,
      image: imageName,
      command: typeof command === 'string' ? [command] : command,
      args,
      workingDir,
      env: Object.entries(envVars).map(([key, value]) => ({ name: key, value })),
      volumeMounts: this.#volumeMounts(options),
    };
    const { metadata, spec } = podTemplate ?? {};
    const template = {
      metadata: { ...metadata, labels: { ...labelsOf(metadata), task } },
      spec: { containers: [container], restartPolicy: 'Never', ...spec },
    };
    const job = new KubernetesJob({
      kubeConfig,
      namespace: this.#namespace,
      container: CONTAINER,
      task,
      body: {
        metadata: { generateName: `${name}-` },
        spec: { backoffLimit: 0, ttlSecondsAfterFinished: 60, template },
      },
    });
    await job.run(pipedInto(logStream), timeoutMs);
  }

  #volumeMounts({ mountDirs = {} }: RunContainerOptions) {
    const { mountBase } = this.#options;
    return Object.entries(mountDirs).map(([dir, mountPath]) => {
      if (!mountBase) {
        throw new Error('A volumeName and a basePath must be configured to bind mount directories');
      }
      const basePath = mountBase.basePath.replace(/\/*$/, '/');
      if (!dir.startsWith(basePath)) {
        throw new Error(`Mounted '${dir}' dir should be subdirectories of '${basePath}'`);
      }
      return { name: mountBase.volumeName, mountPath, subPath: dir.slice(basePath.length) };
    });
  }
}

function labelsOf(metadata: { labels?: object } | undefined): object {
  return metadata?.labels ?? {};
}

/** The stream of the container ends; that of the caller may be used on. */
function pipedInto(logStream: Writable | undefined): PassThrough {
  const stream = new PassThrough();
  if (logStream) {
    stream.pipe(logStream, { end: false });
  } else {
    stream.resume();
  }
  return stream;
}
